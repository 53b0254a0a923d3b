#include "probes/platform/cgroup.h"

#include <sstream>

#include "probes/durable_file.h"

namespace hypergauge::probes {
namespace {

constexpr size_t kFileBytes = 65'536;
constexpr size_t kMostLevels = 64;

bool HasController(const std::string& list, const std::string& name) {
  return ("," + list + ",").find("," + name + ",") != std::string::npos;
}

}  // namespace

// Lines of "hierarchy:controllers:path"; the line of version 2 is "0::path".
CgroupPlace FindCgroup(const std::filesystem::path& root, const std::string& controller) {
  const auto groups = root / "sys/fs/cgroup";
  CgroupPlace place{.mount = groups, .group = {}};
  std::istringstream lines(ReadHead(root / "proc/self/cgroup", kFileBytes).value_or(""));
  for (std::string line; std::getline(lines, line);) {
    const auto first = line.find(':');
    const auto second = first == std::string::npos ? first : line.find(':', first + 1);
    if (second == std::string::npos) continue;
    const auto controllers = line.substr(first + 1, second - first - 1);
    const auto path = std::filesystem::path(line.substr(second + 1)).relative_path();
    if (HasController(controllers, controller)) {
      const auto own = groups / controllers;
      std::error_code ignored;
      return {.mount = std::filesystem::exists(own, ignored) ? own : groups / controller,
              .group = path,
              .unified = false};
    }
    if (controllers.empty()) place.group = path;
  }
  return place;
}

std::vector<std::filesystem::path> Levels(const CgroupPlace& place) {
  std::vector<std::filesystem::path> levels;
  auto group = place.group;
  while (levels.size() < kMostLevels) {
    levels.push_back(group.empty() ? place.mount : place.mount / group);
    if (group.empty()) break;
    group = group.parent_path();
  }
  return levels;
}

}  // namespace hypergauge::probes
