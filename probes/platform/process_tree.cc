#include "probes/platform/process_tree.h"

#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <sstream>
#include <string>

#include "probes/durable_file.h"

namespace hypergauge::probes {
namespace {

constexpr size_t kFileBytes = 65'536;
constexpr int kDeepest = 16;  // a chain of this many forks is no benchmark
constexpr int kMostProcesses = 4096;

using std::chrono::nanoseconds;

nanoseconds Rounded(double nanos) {
  constexpr double kMost = 9.2e18;  // the largest number is a little above
  return nanos < kMost ? nanoseconds(static_cast<int64_t>(nanos)) : nanoseconds::max();
}

// Both at least zero.
nanoseconds Sum(nanoseconds a, nanoseconds b) {
  return a > nanoseconds::max() - b ? nanoseconds::max() : a + b;
}

// Behind the name, which may hold anything, in brackets: state is field 3, utime to cstime 14
// to 17.
nanoseconds CpuOf(const std::string& stat) {
  const auto bracket = stat.rfind(')');
  if (bracket == std::string::npos) return {};
  std::istringstream fields(stat.substr(bracket + 1));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  double ticks = 0;
  for (int field = 14; field <= 17; ++field) {
    uint64_t value = 0;
    fields >> value;
    ticks += static_cast<double>(value);
  }
  return Rounded(ticks * 1e9 / static_cast<double>(sysconf(_SC_CLK_TCK)));
}

struct Walk {
  const std::filesystem::path& proc_root;
  TreeTimes times = {};
  int processes = 0;
};

void Add(pid_t pid, int depth, Walk& walk) {
  if (++walk.processes > kMostProcesses) return;
  const auto process = walk.proc_root / std::to_string(pid);
  auto& times = walk.times;
  times.cpu = Sum(times.cpu, CpuOf(ReadHead(process / "stat", kFileBytes).value_or("")));
  std::error_code gone;  // the folder may vanish under the loop, which range-for would throw at
  for (std::filesystem::directory_iterator task(process / "task", gone), end; !gone && task != end;
       task.increment(gone)) {
    const auto& folder = task->path();
    int64_t running = 0;
    int64_t waiting = 0;
    std::istringstream(ReadHead(folder / "schedstat", kFileBytes).value_or("")) >> running >>
        waiting;
    times.waiting = Sum(times.waiting, nanoseconds(std::max<int64_t>(waiting, 0)));
    if (depth == kDeepest) continue;
    std::istringstream children(ReadHead(folder / "children", kFileBytes).value_or(""));
    for (pid_t child = 0; children >> child;) Add(child, depth + 1, walk);
  }
}

}  // namespace

TreeTimes ReadTreeTimes(const std::filesystem::path& proc_root, pid_t pid) {
  Walk walk{proc_root};
  Add(pid, 0, walk);
  return walk.times;
}

}  // namespace hypergauge::probes
