#pragma once

#include <optional>

namespace hypergauge::probes {

/// The product code that VMware's backdoor gives to GETVERSION. It is an instruction that faults on
/// other machines: it is tried in a forked child, and only where MayAskVmware. Nothing where it
/// faults, where nobody answers, and on architectures without it.
/// Source: open-vm-tools, lib/include/backdoor_def.h.
[[nodiscard]] std::optional<int> AskVmwareBackdoor();

}  // namespace hypergauge::probes
