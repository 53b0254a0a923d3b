// sysbench's CPU test: its event, again and again on one thread.
#include <algorithm>

#include "probes/benchmark.h"
#include "probes/benchmarks/cpu/prime_event.h"

namespace hypergauge::probes {
namespace {

class CpuPrime final : public Benchmark {
 public:
  Result<void> Prepare(Context& context) override {
    context.report.threads = 1;
    return {};
  }

  Result<std::vector<double>> Sample(Context& context) override {
    const auto length = std::max<std::chrono::nanoseconds>(context.sample_time,
                                                           std::chrono::milliseconds(context.size));
    const auto done = RunPrimeEvents(context, length);
    if (context.Stopped()) return Fail(ErrorCode::kCancelled, "stopped inside a sample");
    if (auto right = CheckPrimes(done); !right) return tl::unexpected(right.error());
    context.report.answer =
        std::to_string(kPrimesPerEvent) + " primes from 3 to 9999 in every event";
    return std::vector<double>{done.PerSecond()};
  }
};

const Registrar kRegistrar(
    Descriptor{
        .name = "cpu_prime",
        .version = 1,
        .category = "cpu",
        .help = "sysbench's CPU event on one thread: primes up to 10,000 by trial division",
        .quantities = {{.family = "cpu_prime_events_per_second",
                        .unit = "events_per_second",
                        .direction = Direction::kHigherIsBetter,
                        .help = "sysbench's CPU events a second on one thread"}},
        .work = {{Suite::kLight, {.size = 500, .work_unit = "events for 0.5 s"}},
                 {Suite::kStandard, {.size = 1000, .work_unit = "events for 1 s"}}},
        .resources = {"cpu"},
    },
    [] { return std::make_unique<CpuPrime>(); });

}  // namespace
}  // namespace hypergauge::probes
