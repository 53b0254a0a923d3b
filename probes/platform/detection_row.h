#pragma once

#include <vector>

#include "probes/platform/layer.h"
#include "probes/platform/machine_facts.h"

namespace hypergauge::probes {

/// One row of the table that tells platforms apart. Rows are asked in order, and the first that
/// answers wins.
struct DetectionRow {
  const char* id;
  const char* looks_at;  ///< for people
  const char* answer;    ///< hypervisor / product, or what decides them
  const char* source;    ///< who says that it is so
  /// The layers from the inside out, mostly one; none where the row does not apply.
  std::vector<Layer> (*ask)(const MachineFacts& facts);
};

/// What the rows know of containers, and of hypervisors.
[[nodiscard]] const std::vector<DetectionRow>& ContainerRows();
[[nodiscard]] const std::vector<DetectionRow>& HypervisorRows();

}  // namespace hypergauge::probes
