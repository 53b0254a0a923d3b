#pragma once

#include <string>
#include <string_view>

#include "probes/platform/facts/fact.h"

/// Which driver moves a device's data, and what stands behind it.
namespace hypergauge::probes::facts {

/// The driver bound to a device's folder under /sys/devices; empty where there is none. Xen's
/// frontends, which the kernel calls by their bus names, get the names of their modules.
[[nodiscard]] std::string DriverOf(const Rooted& device);

/// "paravirtual": made for hypervisors. "emulated": hardware that hypervisors imitate, in a guest.
/// "passthrough": any other hardware in a guest. "physical": hardware outside of one.
/// model: of the device; empty where it has none.
[[nodiscard]] std::string KindOf(std::string_view driver, std::string_view model, bool is_guest);

}  // namespace hypergauge::probes::facts
