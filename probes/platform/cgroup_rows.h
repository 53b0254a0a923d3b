#pragma once

#include <optional>
#include <string>
#include <vector>

#include "probes/platform/machine_facts.h"

namespace hypergauge::probes {

/// A folder's name in a cgroup's path that a container's manager gives.
struct CgroupRow {
  enum How {
    kIs,      ///< the whole name
    kBegins,  ///< followed by anything
    kId,      ///< followed by a container's id, at least 12 hexadecimal digits
    kParent,  ///< the whole name, and the folder in it is a container's id
    kEnds,    ///< after anything
  };
  const char* name;
  How how;
  const char* hypervisor;
  const char* product;
  const char* source;
};

[[nodiscard]] const std::vector<CgroupRow>& CgroupRows();

struct CgroupMatch {
  std::string hypervisor;
  std::string product;
  std::string evidence;  ///< without ids and names of containers
};

/// The innermost container that the cgroups of this process, else of PID 1, are in.
[[nodiscard]] std::optional<CgroupMatch> MatchCgroup(const MachineFacts& facts);

}  // namespace hypergauge::probes
