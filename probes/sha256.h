#pragma once

#include <filesystem>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hypergauge::probes {

/// SHA-256 of a file's bytes in lower-case hexadecimal. Errors: those of open and read.
[[nodiscard]] Result<std::string> Sha256OfFile(const std::filesystem::path& path);

/// SHA-256 of these bytes in lower-case hexadecimal. Errors: kInternal where OpenSSL fails.
[[nodiscard]] Result<std::string> Sha256OfBytes(std::string_view bytes);

}  // namespace hypergauge::probes
