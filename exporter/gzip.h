#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace hypergauge::exporter {

/// The text as one gzip member, at zlib's fastest level: metrics shrink to a tenth even so, and a
/// scrape waits for it. Errors: kInternal when zlib fails, which means no memory.
[[nodiscard]] Result<std::string> Gzip(std::string_view text);

}  // namespace hypergauge::exporter
