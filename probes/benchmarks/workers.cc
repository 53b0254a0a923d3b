#include "probes/benchmarks/workers.h"

#include <fstream>
#include <latch>
#include <system_error>
#include <thread>

namespace hypergauge::probes {
namespace {

// Nanoseconds on a CPU, nanoseconds waiting for one, time slices (kernel: sched-stats.rst).
int64_t WaitedByThisThread() {
  int64_t running = 0;
  int64_t waiting = 0;
  std::ifstream("/proc/thread-self/schedstat") >> running >> waiting;
  return waiting;
}

}  // namespace

Result<void> RunWorkers(Context& context, int threads, const std::function<void(int)>& work) {
  std::atomic<int64_t> waited = 0;
  std::atomic<bool> go = true;
  std::latch started(1);
  std::vector<std::jthread> others;
  try {
    for (int i = 1; i < threads; ++i) {
      others.emplace_back([&, i] {
        started.wait();
        if (!go) return;
        work(i);
        waited += WaitedByThisThread();
      });
    }
  } catch (const std::system_error& error) {
    go = false;
    started.count_down();
    return Fail(ErrorCode::kResourceExhausted, "thread " + std::to_string(others.size() + 2) +
                                                   " of " + std::to_string(threads) + ": " +
                                                   error.what());
  }
  started.count_down();
  work(0);
  others.clear();  // joins
  context.report.workers_waited += std::chrono::nanoseconds(waited);
  return {};
}

}  // namespace hypergauge::probes
