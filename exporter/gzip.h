#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace hypergauge::exporter {

enum class GzipLevel {
  kFastest,   ///< for who waits: metrics shrink to a tenth even so
  kSmallest,  ///< for what is compressed once
};

/// The text as one gzip member. Errors: kInternal when zlib fails, which means no memory.
[[nodiscard]] Result<std::string> Gzip(std::string_view text,
                                       GzipLevel level = GzipLevel::kFastest);

}  // namespace hypergauge::exporter
