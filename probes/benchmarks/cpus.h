#pragma once

#include <sys/types.h>

#include <string_view>
#include <vector>

#include "base/result.h"

namespace hypergauge::probes {

/// Ids of the CPUs that the calling thread may run on, ascending, on machines of any size.
[[nodiscard]] Result<std::vector<int>> AllowedCpus();

/// Lets a thread (0: the calling one; the id of a process: its main thread) run on these CPUs only.
/// Errors: those of sched_setaffinity(2), with the CPUs.
[[nodiscard]] Result<void> RunOn(pid_t thread, const std::vector<int>& cpus);

struct CpuPair {
  int first = 0;
  int second = 0;
};

/// The CPU that the calling thread is on, see ToCurrentCpu, and the next one of AllowedCpus.
/// Errors: kUnsupported where there is only one; `benchmark` is for people.
[[nodiscard]] Result<CpuPair> TwoCpus(std::string_view benchmark);

/// Keeps the calling thread on one CPU as long as it lives; then the thread may run where it could
/// before. Destroyed on the thread that made it.
class ScopedAffinity {
 public:
  [[nodiscard]] static Result<ScopedAffinity> To(int cpu);

  /// To the CPU that the thread is on. Not always to the same one: the kernel has put a fresh
  /// process where least was going on, and another work that is pinned there would not be seen.
  [[nodiscard]] static Result<ScopedAffinity> ToCurrentCpu();

  ScopedAffinity() = default;
  ScopedAffinity(ScopedAffinity&& other) noexcept;
  ScopedAffinity& operator=(ScopedAffinity&& other) noexcept;
  ScopedAffinity(const ScopedAffinity&) = delete;
  ScopedAffinity& operator=(const ScopedAffinity&) = delete;
  ~ScopedAffinity();

 private:
  explicit ScopedAffinity(std::vector<int> before) : before_(std::move(before)) {}

  std::vector<int> before_;  // empty: nothing to restore
};

}  // namespace hypergauge::probes
