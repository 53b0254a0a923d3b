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

/// What the machine is, container, guest or host: Dom0 and root partitions are hosts. A node's role
/// is DefaultRole's.
[[nodiscard]] v1::Role RoleOf(const Detection& detection);

/// The wire's form. Its name is the product's word where that is known, else the hypervisor's;
/// "metal" on a machine without a hypervisor. Hypervisor and version are those of the machine, also
/// around a container.
[[nodiscard]] v1::Platform ToPlatform(const Detection& detection);

}  // namespace hypergauge::probes
