#pragma once

#include "probes/platform/machine_facts.h"
#include "probes/platform/signature_rows.h"

/// What speaks against what DMI says, for DmiRow::contradicted.
namespace hypergauge::probes {

/// One constant for all of Azure's machines.
inline constexpr const char* kAzureTag = "7783-7084-3265-9085-8269-3286-77";

[[nodiscard]] bool IsNoHyperv(const MachineFacts& facts, Under under);
[[nodiscard]] bool IsNoVirtualPc(const MachineFacts& facts, Under under);
[[nodiscard]] bool IsRentedMetal(const MachineFacts& facts, Under under);
[[nodiscard]] bool IsGoogleMetal(const MachineFacts& facts, Under under);
[[nodiscard]] bool IsNoVirtualbox(const MachineFacts& facts, Under under);
[[nodiscard]] bool IsNoVirtualboxBoard(const MachineFacts& facts, Under under);
[[nodiscard]] bool IsNoVmware(const MachineFacts& facts, Under under);
[[nodiscard]] bool IsNoXen(const MachineFacts& facts, Under under);
[[nodiscard]] bool IsNoQemu(const MachineFacts& facts, Under under);

}  // namespace hypergauge::probes
