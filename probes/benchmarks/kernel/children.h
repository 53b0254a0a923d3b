#pragma once

#include <sys/types.h>

#include "base/result.h"

namespace hypergauge::probes {

/// Waits for a child process to end and returns its exit status.
/// Errors: kWrongAnswer when a signal ended it; those of waitpid(2).
[[nodiscard]] Result<int> WaitForExit(pid_t child);

/// Waits likewise. Errors: also kWrongAnswer when the child exited with another status.
[[nodiscard]] Result<void> ExpectExit(pid_t child, int status);

/// The exit status of the i-th child of a batch: never zero, which would also be that of a child
/// that did not do as it was told, and another one for each neighbour.
[[nodiscard]] constexpr int StatusOf(int64_t i) {
  return static_cast<int>(i % 250) + 1;
}

}  // namespace hypergauge::probes
