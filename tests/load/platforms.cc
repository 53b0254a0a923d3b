#include "tests/load/platforms.h"

#include <array>

namespace hypergauge::load {
namespace {

// Invented, in the order of magnitude that people publish.
constexpr std::array<SimPlatform, 5> kMain = {{
    {"proxmox-ve", "kvm", "", "8.1.4", "8.2.2", "kvm-clock", {1.02, 1.04, 1.25, 1.18, 1.16}},
    {"vmware-esx", "vmware", "", "7.0.3", "8.0.2", "tsc", {1.03, 1.05, 1.32, 1.22, 1.13}},
    {"xen", "xen", "", "4.17.2", "4.18.0", "xen", {1.04, 1.09, 1.62, 1.28, 1.31}},
    {"hyperv",
     "hyperv",
     "",
     "10.0.20348",
     "10.0.26100",
     "hyperv_clocksource_tsc_page",
     {1.05, 1.06, 1.45, 1.34, 1.38}},
    {"kvm", "kvm", "", "7.2.9", "8.2.1", "kvm-clock", {1.015, 1.03, 1.21, 1.12, 1.10}},
}};
constexpr std::array<SimPlatform, 2> kSide = {{
    {"lxc", "none", "lxc", "5.0.2", "6.0.0", "tsc", {1.003, 1.002, 1.02, 1.03, 1.07}},
    {"virtualbox", "virtualbox", "", "7.0.14", "7.0.20", "acpi_pm", {1.14, 1.17, 2.6, 1.95, 2.3}},
}};

}  // namespace

std::span<const SimPlatform> MainPlatforms() {
  return kMain;
}

std::span<const SimPlatform> SidePlatforms() {
  return kSide;
}

double CostOf(const Costs& costs, std::string_view category) {
  if (category == "memory") return costs.memory;
  if (category == "kernel") return costs.kernel;
  if (category == "disk") return costs.disk;
  if (category == "network") return costs.network;
  return costs.cpu;
}

}  // namespace hypergauge::load
