// What the second, third ... CPU is worth: cpu_prime's events on one thread, on half of the CPUs
// and on all of them, in turns.
#include <algorithm>

#include "probes/benchmarks/cpu/scaling.h"
#include "probes/benchmarks/workers.h"

namespace hypergauge::probes {

Result<double> ParallelEventsPerSecond(Context& context, int threads,
                                       std::chrono::nanoseconds length) {
  std::vector<PrimeEvents> done(static_cast<size_t>(threads));
  auto ran = RunWorkers(context, threads, [&](int worker) {
    done[static_cast<size_t>(worker)] = RunPrimeEvents(context, length);
  });
  if (!ran) return tl::unexpected(ran.error());
  if (context.Stopped()) return Fail(ErrorCode::kCancelled, "stopped inside a sample");
  return AddUp(done);
}

Result<double> AddUp(const std::vector<PrimeEvents>& done) {
  double sum = 0;
  for (const auto& each : done) {
    if (auto right = CheckPrimes(each); !right) return tl::unexpected(right.error());
    sum += each.PerSecond();
  }
  return sum;
}

namespace {

class CpuScaling final : public Benchmark {
 public:
  [[nodiscard]] Result<void> Available(const Context& context) const override {
    if (context.Threads() > 1) return {};
    return Fail(ErrorCode::kUnsupported, "cpu_scaling needs at least two CPUs and may use one");
  }

  Result<void> Prepare(Context& context) override {
    if (auto available = Available(context); !available) return available;
    all_ = context.Threads();
    half_ = std::max(1, all_ / 2);
    context.report.threads = all_;
    return {};
  }

  Result<std::vector<double>> Sample(Context& context) override {
    std::vector<int> counts{1, all_};
    if (half_ > 1) counts.insert(counts.begin() + 1, half_);
    // A machine that grows faster or slower bends the ratio the other way in every other sample.
    if (turn_++ % 2 == 1) std::reverse(counts.begin(), counts.end());
    const auto length = std::max<std::chrono::nanoseconds>(
                            context.sample_time, std::chrono::milliseconds(context.size)) /
                        counts.size();
    std::map<int, double> rates;
    for (const int threads : counts) {
      auto rate = ParallelEventsPerSecond(context, threads, length);
      if (!rate) return tl::unexpected(rate.error());
      rates[threads] = *rate;
    }
    context.report.answer = std::to_string(kPrimesPerEvent) + " primes in every event on 1 to " +
                            std::to_string(all_) + " threads";
    return std::vector<double>{rates[all_] / (all_ * rates[1]), rates[half_] / (half_ * rates[1]),
                               rates[all_]};
  }

 private:
  int all_ = 1;
  int half_ = 1;
  int turn_ = 0;
};

Quantity Ratio(const std::string& cpus) {
  return {.family = "cpu_scaling_ratio",
          .unit = "ratio",
          .direction = Direction::kHigherIsBetter,
          .help =
              "Events a second of a thread for each of these CPUs, over as many times those of "
              "one thread alone",
          .labels = {{"cpus", cpus}}};
}

const Registrar kRegistrar(
    Descriptor{
        .name = "cpu_scaling",
        .version = 1,
        .category = "cpu",
        .help = "What all CPUs do together against one of them, in sysbench's CPU events",
        .quantities = {Ratio("all"),
                       Ratio("half"),
                       {.family = "cpu_scaling_events_per_second",
                        .unit = "events_per_second",
                        .direction = Direction::kHigherIsBetter,
                        .help = "sysbench's CPU events a second on all CPUs together"}},
        .work = {{Suite::kLight, {.size = 250, .work_unit = "events for 0.25 s"}},
                 {Suite::kStandard, {.size = 1000, .work_unit = "events for 1 s"}}},
        .resources = {"cpu"},
    },
    [] { return std::make_unique<CpuScaling>(); });

}  // namespace
}  // namespace hypergauge::probes
