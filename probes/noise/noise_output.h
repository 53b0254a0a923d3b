#pragma once

#include <string>

#include "probes/noise/noise.h"

namespace hypergauge::probes {

/// One line a benchmark.
[[nodiscard]] std::string NoiseTable(const NoiseReport& report);

/// {"suite": ..., "noise": [...]}, as docs/run-json.md says.
[[nodiscard]] std::string NoiseJson(const NoiseReport& report);

/// hypergauge_noise_floor_ratio and hypergauge_smallest_detectable_change_ratio, for
/// node_exporter's textfile collector.
[[nodiscard]] std::string NoisePrometheus(const NoiseReport& report);

}  // namespace hypergauge::probes
