// Two processes on one CPU that wake each other in turn: what it costs to switch between them.
#include <sys/resource.h>

#include "probes/benchmark.h"
#include "probes/benchmarks/cpus.h"
#include "probes/benchmarks/kernel/operations.h"
#include "probes/benchmarks/kernel/ping_pong.h"
#include "probes/benchmarks/kernel/switches.h"

namespace hypergauge::probes {

int64_t SwitchesOfThisThread() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  return usage.ru_nvcsw + usage.ru_nivcsw;
}

Result<void> CheckSwitches(int64_t switches, int64_t round_trips) {
  if (switches >= round_trips) return {};
  return Fail(ErrorCode::kWrongAnswer, std::to_string(round_trips) + " round trips took only " +
                                           std::to_string(switches) +
                                           " switches: the processes were not on one CPU");
}

namespace {

constexpr int64_t kChunk = 500;

class KernelContextSwitch final : public Benchmark {
 public:
  Result<void> Prepare(Context& context) override {
    auto pinned = ScopedAffinity::ToCurrentCpu();
    if (!pinned) return tl::unexpected(pinned.error());
    pinned_ = std::move(*pinned);
    const auto cpus = AllowedCpus();
    if (!cpus) return tl::unexpected(cpus.error());
    auto other = PingPong::Start(cpus->front());
    if (!other) return tl::unexpected(other.error());
    other_ = std::move(*other);
    context.report.threads = 1;  // never two of them at once
    context.report.shares_cpus = true;
    return {};
  }

  Result<std::vector<double>> Sample(Context& context) override {
    const int64_t switches = SwitchesOfThisThread();
    int64_t round_trips = 0;
    const auto seconds = SecondsPerOperation(context, kChunk, [&](int64_t count) {
      round_trips += count;
      return other_.RoundTrips(count);
    });
    if (!seconds) return tl::unexpected(seconds.error());
    const int64_t taken = SwitchesOfThisThread() - switches;
    if (auto checked = CheckSwitches(taken, round_trips); !checked) {
      return tl::unexpected(checked.error());
    }
    context.report.answer = "every byte answered in sequence, a switch each at least";
    return std::vector<double>{*seconds};
  }

 private:
  ScopedAffinity pinned_;
  PingPong other_;
};

const Registrar kRegistrar(
    Descriptor{
        .name = "kernel_context_switch",
        .version = 1,
        .category = "kernel",
        .help = "Two processes on one CPU wake each other through pipes: the cost of switching",
        .quantities = {{.family = "kernel_context_switch_seconds",
                        .unit = "seconds",
                        .direction = Direction::kLowerIsBetter,
                        .help = "Time of a round trip of one byte between two processes on one "
                                "CPU: two context switches, four system calls"}},
        .work = {{Suite::kLight, {.size = 2'000, .work_unit = "2,000 round trips"}},
                 {Suite::kStandard, {.size = 20'000, .work_unit = "20,000 round trips"}}},
        .resources = {"cpu"},
        .core = true,
    },
    [] { return std::make_unique<KernelContextSwitch>(); });

}  // namespace
}  // namespace hypergauge::probes
