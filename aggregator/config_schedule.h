#pragma once

#include "aggregator/schedule/options.h"
#include "aggregator/yaml_reader.h"

namespace hypergauge::aggregator {

/// The map `schedule` of the configuration. Throws as yaml_reader.h says, for keys that exclude
/// each other too.
[[nodiscard]] ScheduleOptions ReadSchedule(const YAML::Node& node);

}  // namespace hypergauge::aggregator
