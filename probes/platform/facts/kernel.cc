#include <algorithm>
#include <array>

#include "probes/platform/fact_text.h"
#include "probes/platform/facts/fact.h"
#include "probes/platform/facts/reading.h"

namespace hypergauge::probes::facts {
namespace {

// Parameters that bend figures; the rest of a command line names disks and machines.
constexpr std::array<std::string_view, 34> kParameters = {
    "audit",
    "clocksource",
    "cpufreq.default_governor",
    "default_hugepagesz",
    "hugepages",
    "hugepagesz",
    "highres",
    "hpet",
    "idle",
    "intel_idle.max_cstate",
    "intel_iommu",
    "intel_pstate",
    "amd_iommu",
    "amd_pstate",
    "iommu",
    "irqaffinity",
    "isolcpus",
    "kpti",
    "kvm-clock",
    "maxcpus",
    "mem",
    "mitigations",
    "nohz",
    "nohz_full",
    "nokaslr",
    "no-kvmclock",
    "nopti",
    "nosmt",
    "nospectre_v2",
    "preempt",
    "processor.max_cstate",
    "rcu_nocbs",
    "transparent_hugepage",
    "tsc",
};

std::string CommandLineFlags(const Place& place) {
  const auto text = ReadText(place.root / "proc/cmdline");
  if (text.empty()) return "";
  std::string flags;
  for (const auto word : Words(text)) {
    if (word == "--") break;  // what follows is for PID 1
    const auto name = word.substr(0, word.find('='));
    if (std::find(kParameters.begin(), kParameters.end(), name) == kParameters.end()) continue;
    if (!flags.empty()) flags += " ";
    flags += word;
  }
  return flags.empty() ? "none" : flags;
}

// "Mitigation: Retpolines, IBPB: conditional; STIBP: disabled" is "Retpolines, IBPB: conditional":
// what follows depends on it, and all together are longer than a table's cell.
std::string Shortened(std::string_view state) {
  constexpr std::string_view kPrefix = "Mitigation: ";
  if (state.starts_with(kPrefix)) state.remove_prefix(kPrefix.size());
  return std::string(Trimmed(state.substr(0, state.find(';'))));
}

std::string Mitigations(const Place& place) {
  const auto folder = place.root / "sys/devices/system/cpu/vulnerabilities";
  std::string all;
  bool known = false;
  for (const auto& name : Entries(folder)) {
    const auto state = ReadLine(folder / name);
    if (state.empty()) continue;
    known = true;
    if (state.starts_with("Not affected")) continue;
    all += (all.empty() ? "" : "; ") + name + "=" + Shortened(state);
  }
  if (!known) return "";
  return all.empty() ? "not affected" : all;
}

std::string KernelBuild(const Place& place) {
  return ReadLine(place.root / "proc/sys/kernel/version");
}

std::string ClocksourcesAvailable(const Place& place) {
  return ReadLine(place.root / "sys/devices/system/clocksource/clocksource0/available_clocksource");
}

std::string AddressSpaceLayout(const Place& place) {
  const auto value = ReadLine(place.root / "proc/sys/kernel/randomize_va_space");
  if (value == "0") return "off";
  if (value == "1") return "partial";
  return value == "2" ? "full" : "";
}

std::string PressureStall(const Place& place) {
  if (!Exists(place.root / "proc/stat")) return "";
  // Where PSI is compiled in and turned off, the file is there and cannot be read.
  return ReadLine(place.root / "proc/pressure/cpu").starts_with("some ") ? "available" : "absent";
}

constexpr std::array kFacts = {
    Fact{"kernel_build", "number, preemption and date of the kernel's build",
         "proc/sys/kernel/version", KernelBuild},
    Fact{"kernel_cmdline_flags", "parameters of the kernel that bend figures, or none",
         "proc/cmdline", CommandLineFlags},
    Fact{"mitigations",
         "what is done about each weakness that the CPU has, separated by semicolons",
         "sys/devices/system/cpu/vulnerabilities", Mitigations},
    Fact{"clocksource_available", "clocks that the kernel could use",
         "sys/devices/system/clocksource/clocksource0/available_clocksource",
         ClocksourcesAvailable},
    Fact{"aslr", "random addresses: off, partial, full", "proc/sys/kernel/randomize_va_space",
         AddressSpaceLayout},
    Fact{"psi", "whether the kernel tells pressure: available, absent", "proc/pressure/cpu",
         PressureStall},
};

}  // namespace

std::span<const Fact> KernelFacts() {
  return kFacts;
}

}  // namespace hypergauge::probes::facts
