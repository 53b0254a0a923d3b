#pragma once

#include <optional>
#include <string_view>

namespace hypergauge::probes {

/// Whether the BIOS information says that the system is a virtual machine. `table` is a raw SMBIOS
/// structure table, or one structure of type 0. Nothing where there is no type 0 that is long
/// enough, which truncated and binary files have not. Source: DMTF DSP0134, 6.1.2 (structure
/// header) and 7.1.2.2 (characteristics extension byte 2, bit 4), as in systemd's detect_vm_smbios.
[[nodiscard]] std::optional<bool> SmbiosVmBit(std::string_view table);

}  // namespace hypergauge::probes
