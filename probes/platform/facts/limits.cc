#include <algorithm>
#include <array>
#include <optional>

#include "base/text_format.h"
#include "probes/platform/cgroup.h"
#include "probes/platform/cpu_quota.h"
#include "probes/platform/facts/fact.h"
#include "probes/platform/facts/reading.h"

/// What control groups allow; which group it is, is told nowhere: containers' ids are part of it.
namespace hypergauge::probes::facts {
namespace {

// Version 1 writes the largest number of whole pages where there is no limit.
constexpr uint64_t kUnlimitedBytes = uint64_t{1} << 60U;

bool IsKnown(const Place& place) {
  return !ReadText(place.root / "proc/self/cgroup").empty();
}

// From the process's own group up to the root group.
std::vector<Rooted> LevelsOf(const Place& place, const char* controller) {
  const auto& top = place.root.top();
  std::vector<Rooted> levels;
  for (const auto& folder : Levels(FindCgroup(top, controller))) {
    levels.push_back(place.root / folder.lexically_relative(top));
  }
  return levels;
}

std::string Version(const Place& place) {
  if (!IsKnown(place)) return "";
  return FindCgroup(place.root.top(), "cpu").unified ? "2" : "1";
}

std::string CpuMax(const Place& place) {
  if (!IsKnown(place)) return "";
  const double cpus = ReadCpuQuota(place.root.top()).cpus;
  std::string text;
  if (cpus > 0) AppendValue(text, cpus);
  return cpus > 0 ? text : "max";
}

std::string CpuSet(const Place& place) {
  if (!IsKnown(place)) return "";
  for (const auto& folder : LevelsOf(place, "cpuset")) {
    for (const auto* file : {"cpuset.cpus.effective", "cpuset.effective_cpus", "cpuset.cpus"}) {
      auto list = ReadLine(folder / file);
      if (!list.empty()) return list;
    }
  }
  return "";
}

std::string MemoryMax(const Place& place) {
  if (!IsKnown(place)) return "";
  std::optional<uint64_t> least;
  for (const auto& folder : LevelsOf(place, "memory")) {
    for (const auto* file : {"memory.max", "memory.limit_in_bytes"}) {
      const auto bytes = ReadNumber(folder / file);
      if (bytes && *bytes < kUnlimitedBytes) least = std::min(least.value_or(*bytes), *bytes);
    }
  }
  return least ? std::to_string(*least) : "max";
}

constexpr std::array kFacts = {
    Fact{"cgroup_version", "of the control groups that limit CPU time: 1, 2", "proc/self/cgroup",
         Version},
    Fact{"cgroup_cpu_max", "CPUs that may be used, or max",
         "cpu.max, cpu.cfs_quota_us, the least of all levels", CpuMax},
    Fact{"cgroup_cpuset", "which CPUs may be used", "cpuset.cpus.effective, cpuset.effective_cpus",
         CpuSet},
    Fact{"cgroup_memory_max", "bytes of memory that may be used, or max",
         "memory.max, memory.limit_in_bytes, the least of all levels", MemoryMax},
};

}  // namespace

std::span<const Fact> LimitFacts() {
  return kFacts;
}

}  // namespace hypergauge::probes::facts
