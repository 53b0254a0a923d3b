#include "probes/benchmarks/memory/memory_room.h"

#include <sys/resource.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <sstream>

namespace hypergauge::probes {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kKibibyte = 1024;

// The number behind the word `name` in a file of "NAME VALUE" or "NAME: VALUE" lines.
std::optional<uint64_t> FieldOf(const fs::path& file, const std::string& name) {
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) {
    std::istringstream words(line);
    std::string word;
    uint64_t value = 0;
    if (words >> word >> value && (word == name || word == name + ":")) return value;
  }
  return std::nullopt;
}

// Nothing where there is no such file or it says "max".
std::optional<uint64_t> NumberIn(const fs::path& file) {
  uint64_t value = 0;
  if (std::ifstream(file) >> value) return value;
  return std::nullopt;
}

void Bound(uint64_t total, uint64_t used, const std::string& what, MemoryRoom& room) {
  if (total < room.total) {
    room.total = total;
    room.bound = what;
  }
  room.free = std::min(room.free, total > used ? total - used : 0);
}

struct GroupFiles {
  const char* limit;
  const char* usage;
  const char* cache;  ///< field of memory.stat: what can be dropped
};

constexpr GroupFiles kVersion1{"memory.limit_in_bytes", "memory.usage_in_bytes",
                               "total_inactive_file"};
constexpr GroupFiles kVersion2{"memory.max", "memory.current", "inactive_file"};

// A group's limit holds for all below it. In a container the group's own path may be out of sight,
// but that of its root never is.
void BoundByGroups(const fs::path& mount, const std::string& group, const GroupFiles& files,
                   MemoryRoom& room) {
  for (fs::path at = fs::path(group).relative_path();; at = at.parent_path()) {
    const fs::path folder = mount / at;
    if (const auto limit = NumberIn(folder / files.limit)) {
      const uint64_t used = NumberIn(folder / files.usage).value_or(0);
      const uint64_t cache = FieldOf(folder / "memory.stat", files.cache).value_or(0);
      Bound(*limit, used - std::min(used, cache), "the memory limit of its control group", room);
    }
    if (at.empty()) return;
  }
}

// Lines of "NUMBER:CONTROLLERS:PATH"; version 2 is number 0 without controllers.
void BoundByAllGroups(const fs::path& root, MemoryRoom& room) {
  std::ifstream lines(root / "proc/self/cgroup");
  for (std::string line; std::getline(lines, line);) {
    const auto first = line.find(':');
    const auto second = line.find(':', first + 1);
    if (first == std::string::npos || second == std::string::npos) continue;
    const std::string controllers = "," + line.substr(first + 1, second - first - 1) + ",";
    const std::string group = line.substr(second + 1);
    if (controllers.find(",memory,") != std::string::npos) {
      BoundByGroups(root / "sys/fs/cgroup/memory", group, kVersion1, room);
    } else if (line.starts_with("0::")) {
      BoundByGroups(root / "sys/fs/cgroup", group, kVersion2, room);
    }
  }
}

void BoundByResourceLimits(const fs::path& root, MemoryRoom& room) {
  struct Kind {
    decltype(RLIMIT_AS) resource;
    const char* used;
    const char* what;
  };
  for (const Kind& kind : {Kind{RLIMIT_AS, "VmSize", "the limit of its address space"},
                           Kind{RLIMIT_DATA, "VmData", "the limit of its data"}}) {
    rlimit limit{};
    if (getrlimit(kind.resource, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY) continue;
    const uint64_t used = FieldOf(root / "proc/self/status", kind.used).value_or(0) * kKibibyte;
    Bound(limit.rlim_cur, used, kind.what, room);
  }
}

}  // namespace

std::string InMebibytes(uint64_t bytes) {
  return std::to_string(bytes >> 20U) + " MiB";
}

std::string Describe(const MemoryRoom& room) {
  return room.bound + " is " + InMebibytes(room.total) + ", of which " + InMebibytes(room.free) +
         " are free";
}

MemoryRoom ReadMemoryRoom(const fs::path& root) {
  MemoryRoom room;
  if (const auto total = FieldOf(root / "proc/meminfo", "MemTotal")) {
    const uint64_t available = FieldOf(root / "proc/meminfo", "MemAvailable").value_or(*total);
    Bound(*total * kKibibyte, (*total - std::min(*total, available)) * kKibibyte, "RAM", room);
  }
  BoundByAllGroups(root, room);
  BoundByResourceLimits(root, room);
  return room;
}

}  // namespace hypergauge::probes
