#pragma once

#include <string>

namespace hypergauge::exporter::testing {

/// What zlib makes of one gzip member; "" and a failed expectation where it is none.
[[nodiscard]] std::string Gunzip(const std::string& gzipped);

}  // namespace hypergauge::exporter::testing
