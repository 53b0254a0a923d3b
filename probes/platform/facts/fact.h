#pragma once

#include <filesystem>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "probes/platform/facts/rooted.h"
#include "probes/platform/hypervisor.h"

/// Facts of a machine that predict performance, beyond the named fields of v1::Environment.
namespace hypergauge::probes::facts {

/// Where facts are read.
struct Place {
  Rooted root;                     ///< has /proc, /sys, /etc and /usr
  std::filesystem::path work_dir;  ///< absolute, without symbolic links, as seen below `root`
  Cpuid cpuid;                     ///< empty where `root` is not this machine's
  bool is_guest = false;           ///< whether a hypervisor stands between it and its devices
  /// Text of proc/self/mountinfo, which may be long and is asked several times.
  std::string mountinfo = {};
};

/// A row of the table. A fact changes only when somebody changed the machine: no present frequency,
/// load, or free memory. It names nothing: no serials, UUIDs, addresses, or paths of containers.
struct Fact {
  std::string_view name;     ///< the key in v1::Environment.facts; lower case and underscores
  std::string_view meaning;  ///< for people; docs/environment.md repeats it
  std::string_view source;   ///< of the value, likewise
  /// The value; empty where it cannot be read, and then the fact is left out.
  std::string (*read)(const Place& place);
};

/// The longest value; what is longer is cut.
inline constexpr size_t kFactBytes = 1024;

/// The groups, each in a file of its own: a new fact is a row of one of them.
[[nodiscard]] std::span<const Fact> CpuFacts();
[[nodiscard]] std::span<const Fact> KernelFacts();
[[nodiscard]] std::span<const Fact> LimitFacts();
[[nodiscard]] std::span<const Fact> MemoryFacts();
[[nodiscard]] std::span<const Fact> NetworkFacts();
[[nodiscard]] std::span<const Fact> StorageFacts();
[[nodiscard]] std::span<const Fact> VirtualizationFacts();

/// All rows, in the order of docs/environment.md.
[[nodiscard]] std::vector<Fact> AllFacts();

}  // namespace hypergauge::probes::facts
