#pragma once

#include <cstdint>

#include "exporter/exposition.h"

namespace hypergauge::exporter::testing {

/// The second at which the example is written.
inline constexpr int64_t kNow = 1'700'000'000;

/// Two nodes and the aggregator: every metric type, values at the edges of double, labels and help
/// texts that a hostile probe could send, samples that have expired, families that must not appear.
[[nodiscard]] Snapshot ExampleSnapshot();

}  // namespace hypergauge::exporter::testing
