// By how much a sleep lasts longer than asked: the timer's interrupt, which a guest's hypervisor
// delivers, and waking up.
#include <sys/prctl.h>

#include <cerrno>

#include "base/statistics.h"
#include "probes/benchmark.h"
#include "probes/benchmarks/kernel/oversleep.h"

namespace hypergauge::probes {
namespace {

constexpr std::chrono::milliseconds kSleep(1);

std::chrono::nanoseconds Monotonic() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

}  // namespace

Result<std::chrono::nanoseconds> Oversleep(std::chrono::nanoseconds length, Sleeper sleeper) {
  const auto end = Monotonic() + length;
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(end);
  const timespec until{.tv_sec = seconds.count(), .tv_nsec = (end - seconds).count()};
  int error = EINTR;
  while (error == EINTR) error = sleeper(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, nullptr);
  if (error != 0) return tl::unexpected(FromErrno(error, "clock_nanosleep"));
  const auto late = Monotonic() - end;
  if (late.count() >= 0) return late;
  return Fail(ErrorCode::kWrongAnswer,
              "a sleep ended " + std::to_string(-late.count()) + " ns before its time");
}

ScopedTimerSlack::ScopedTimerSlack() : before_(prctl(PR_GET_TIMERSLACK, 0, 0, 0, 0)) {
  prctl(PR_SET_TIMERSLACK, 1, 0, 0, 0);
}

ScopedTimerSlack::~ScopedTimerSlack() {
  if (before_ > 0) prctl(PR_SET_TIMERSLACK, before_, 0, 0, 0);
}

namespace {

class KernelTimerOversleep final : public Benchmark {
 public:
  Result<std::vector<double>> Sample(Context& context) override {
    const ScopedTimerSlack slack;
    std::vector<double> late;
    const auto start = context.clock->MonotonicRaw();
    while (static_cast<int64_t>(late.size()) < context.size ||
           context.clock->MonotonicRaw() - start < context.sample_time) {
      if (context.Stopped()) return Fail(ErrorCode::kCancelled, "stopped inside a sample");
      const auto overslept = Oversleep(kSleep);
      if (!overslept) return tl::unexpected(overslept.error());
      late.push_back(ToSeconds(*overslept));
    }
    context.report.threads = 1;
    context.report.answer = "no sleep ended before its time";
    std::vector<double> figures;
    for (const double fraction : {0.5, 0.99, 1.0}) {
      figures.push_back(Quantile(late, fraction).value_or(0));
    }
    return figures;
  }
};

Quantity Late(const std::string& stat) {
  return {.family = "kernel_timer_oversleep_seconds",
          .unit = "seconds",
          .direction = Direction::kLowerIsBetter,
          .help = "How much later than asked a sleep of 1 ms ended, timer slack 1 ns",
          .labels = {{"stat", stat}}};
}

const Registrar kRegistrar(
    Descriptor{
        .name = "kernel_timer_oversleep",
        .version = 1,
        .category = "kernel",
        .help = "Sleeps of 1 ms on CLOCK_MONOTONIC (nothing can sleep on MONOTONIC_RAW): how late "
                "they end",
        .quantities = {Late("p50"), Late("p99"), Late("max")},
        .work = {{Suite::kLight, {.size = 100, .work_unit = "100 sleeps of 1 ms"}},
                 {Suite::kStandard, {.size = 500, .work_unit = "500 sleeps of 1 ms"}}},
        .resources = {"cpu"},
    },
    [] { return std::make_unique<KernelTimerOversleep>(); });

}  // namespace
}  // namespace hypergauge::probes
