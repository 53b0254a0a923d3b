#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

/// Finds processes that somebody else has started.
namespace hypergauge::testing {

struct FoundProcess {
  pid_t pid = 0;
  std::vector<std::string> argv;
};

/// Those whose parent it is, and that have not ended.
[[nodiscard]] std::vector<FoundProcess> ChildrenOf(pid_t parent);

/// Those with `text` in one of their arguments.
[[nodiscard]] std::vector<FoundProcess> ProcessesWith(const std::string& text);

/// What it has computed for itself; 0 when it has ended.
[[nodiscard]] double CpuSecondsOf(pid_t pid);

/// What follows `flag`; empty where it is not there.
[[nodiscard]] std::string ValueOf(const FoundProcess& process, const std::string& flag);

}  // namespace hypergauge::testing
