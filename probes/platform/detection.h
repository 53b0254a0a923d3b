#pragma once

#include <string>
#include <vector>

#include "hypergauge/v1/node.pb.h"
#include "probes/platform/detection_row.h"
#include "probes/platform/machine_facts.h"

namespace hypergauge::probes {

/// What a machine is, and why.
struct Detection {
  /// From the inside out, at least one: a container, the machine that it is in, what runs that. The
  /// outermost is as far as the node can see.
  std::vector<Layer> layers;
  /// Ids of the rows that were asked, in order; those that answered are the layers'.
  std::vector<std::string> asked;
};

/// Asks the rows. Never fails: where nothing is known the one layer is of an unknown kind.
[[nodiscard]] Detection Detect(const MachineFacts& facts);

/// The layer of the machine itself, behind the container where there is one.
[[nodiscard]] const Layer& MachineLayer(const Detection& detection);

/// container, guest or host, as the platform has it: Dom0 and root partitions are hosts.
[[nodiscard]] v1::Role RoleOf(const Detection& detection);

/// The wire's form. Its name is the product's word where that is known, else the hypervisor's;
/// "metal" on a machine without a hypervisor.
[[nodiscard]] v1::Platform ToPlatform(const Detection& detection);

}  // namespace hypergauge::probes
