#pragma once

#include <string>
#include <vector>

#include "probes/platform/detection.h"
#include "probes/platform/facts_json.h"

namespace hypergauge::probes {

/// The chain, the rows that were asked, and what each signal said, for people.
[[nodiscard]] std::string DetectionText(const NamedFacts& machine);

/// An array with an object a machine: name, kind, hypervisor, product, guest_type and role of the
/// innermost layer; host_hypervisor and host_product of the next one, where there is one;
/// confidence, evidence, hint and row of what decided, layers from the inside out, and signals.
[[nodiscard]] std::string DetectionsJson(const std::vector<NamedFacts>& machines);

}  // namespace hypergauge::probes
