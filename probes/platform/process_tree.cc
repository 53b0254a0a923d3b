#include "probes/platform/process_tree.h"

#include <unistd.h>

#include <cstdint>
#include <sstream>
#include <string>

#include "probes/durable_file.h"

namespace hypergauge::probes {
namespace {

constexpr size_t kFileBytes = 65'536;
constexpr int kDeepest = 16;  // a chain of this many forks is no benchmark

// Behind the name, which may hold anything, in brackets: state is field 3, utime to cstime 14
// to 17.
std::chrono::nanoseconds CpuOf(const std::string& stat) {
  const auto bracket = stat.rfind(')');
  if (bracket == std::string::npos) return {};
  std::istringstream fields(stat.substr(bracket + 1));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  uint64_t ticks = 0;
  for (int field = 14; field <= 17; ++field) {
    uint64_t value = 0;
    fields >> value;
    ticks += value;
  }
  const double nanos = 1e9 / static_cast<double>(sysconf(_SC_CLK_TCK));
  return std::chrono::nanoseconds(static_cast<int64_t>(static_cast<double>(ticks) * nanos));
}

void Add(const std::filesystem::path& proc_root, pid_t pid, int depth, TreeTimes& times) {
  const auto process = proc_root / std::to_string(pid);
  times.cpu += CpuOf(ReadHead(process / "stat", kFileBytes).value_or(""));
  std::error_code gone;  // the folder may vanish under the loop, which range-for would throw at
  for (std::filesystem::directory_iterator task(process / "task", gone), end; !gone && task != end;
       task.increment(gone)) {
    const auto& folder = task->path();
    int64_t running = 0;
    int64_t waiting = 0;
    std::istringstream(ReadHead(folder / "schedstat", kFileBytes).value_or("")) >> running >>
        waiting;
    times.waiting += std::chrono::nanoseconds(waiting);
    if (depth == kDeepest) continue;
    std::istringstream children(ReadHead(folder / "children", kFileBytes).value_or(""));
    for (pid_t child = 0; children >> child;) Add(proc_root, child, depth + 1, times);
  }
}

}  // namespace

TreeTimes ReadTreeTimes(const std::filesystem::path& proc_root, pid_t pid) {
  TreeTimes times;
  Add(proc_root, pid, 0, times);
  return times;
}

}  // namespace hypergauge::probes
