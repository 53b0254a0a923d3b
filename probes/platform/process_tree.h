#pragma once

#include <sys/types.h>

#include <chrono>
#include <filesystem>

namespace hypergauge::probes {

/// What a process, its threads and all its descendants have used and waited for, since they began.
struct TreeTimes {
  std::chrono::nanoseconds cpu{};      ///< user + system, with children that were waited for
  std::chrono::nanoseconds waiting{};  ///< runnable without a CPU, of the threads that live now
};

/// Reads `<proc_root>/PID/stat`, task/*/schedstat and task/*/children, and so on down. A process
/// that is gone counts nothing: it ends while it is looked at all the time. Beyond 4096 processes
/// nothing is counted; what does not fit is the largest time there is.
/// Source: proc(5); kernel, Documentation/scheduler/sched-stats.rst.
[[nodiscard]] TreeTimes ReadTreeTimes(const std::filesystem::path& proc_root, pid_t pid);

}  // namespace hypergauge::probes
