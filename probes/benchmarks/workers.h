#pragma once

#include <functional>

#include "probes/benchmark.h"

namespace hypergauge::probes {

/// Runs work(0) on the calling thread and work(1) ... work(threads - 1) on new ones, and waits for
/// all. What the new ones waited for a CPU is added to context.report.workers_waited, which no one
/// could find out later. Errors: kResourceExhausted where a thread cannot be started; none of the
/// work has been done then.
[[nodiscard]] Result<void> RunWorkers(Context& context, int threads,
                                      const std::function<void(int)>& work);

}  // namespace hypergauge::probes
