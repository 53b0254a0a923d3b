#pragma once

#include <filesystem>
#include <string>

namespace hypergauge::probes {

/// A digest of <root>/sys/devices/system/cpu/vulnerabilities, coarse enough for a label: "on" when
/// the kernel mitigates any of them, "off" when it leaves the CPU vulnerable, "unneeded" when the
/// CPU is affected by none, "unknown" when the kernel does not tell.
/// Source: Documentation/ABI/testing/sysfs-devices-system-cpu.
[[nodiscard]] std::string Mitigations(const std::filesystem::path& root);

/// What the kernel's clocks are read from: "tsc", "kvm-clock" ...; "unknown" when it does not tell.
/// Source: <root>/sys/devices/system/clocksource/clocksource0/current_clocksource.
[[nodiscard]] std::string Clocksource(const std::filesystem::path& root);

}  // namespace hypergauge::probes
