#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hypergauge::probes {

inline constexpr size_t kTextBytes = 65536;
inline constexpr uint32_t kTextCrc32 = 0xc34c9a01;  ///< of CompressibleText()

/// 64 KiB of lines as programs log them, which zlib makes nine times smaller.
[[nodiscard]] std::string CompressibleText();

/// Errors: kWrongAnswer unless zlib's CRC-32 of `restored` is that of CompressibleText() and its
/// bytes are those of `text`.
[[nodiscard]] Result<void> CheckRestored(std::string_view text, std::string_view restored);

}  // namespace hypergauge::probes
