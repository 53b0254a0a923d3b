#include "probes/runner.h"

#include <sched.h>

#include <cmath>
#include <span>
#include <vector>

namespace hypergauge::probes {
namespace {

Result<void> CheckFigures(const Descriptor& descriptor, std::span<const double> figures) {
  if (figures.size() != descriptor.quantities.size()) {
    return Fail(ErrorCode::kInternal,
                descriptor.name + " declares " + std::to_string(descriptor.quantities.size()) +
                    " quantities and returned " + std::to_string(figures.size()));
  }
  for (size_t i = 0; i < figures.size(); ++i) {
    if (!std::isfinite(figures[i]) || figures[i] < 0) {
      return Fail(ErrorCode::kWrongAnswer,
                  descriptor.quantities[i].family + " came out as " + std::to_string(figures[i]));
    }
  }
  return {};
}

bool IsPreciseEnough(const Figures& primary, const Plan& plan) {
  const auto half_width = RelativeHalfWidth(primary.summary);
  return half_width && *half_width <= plan.target_half_width;
}

Result<void> TakeSamples(const Entry& entry, Context& context, const Plan& plan,
                         const SampleObserver& observe, Outcome& outcome) {
  const auto start = context.clock->MonotonicRaw();
  const auto benchmark = entry.make();
  if (auto prepared = benchmark->Prepare(context); !prepared) return prepared;
  for (int repetition = 0;; ++repetition) {
    if (context.Stopped()) return Fail(ErrorCode::kCancelled, "stopped before it was finished");
    auto figures = benchmark->Sample(context);
    if (!figures && figures.error().code == ErrorCode::kCeilingReached) {
      const auto samples = outcome.figures.front().samples.size();
      outcome.preliminary = samples < static_cast<size_t>(plan.min_samples);
      if (samples > 0) return {};
      return Fail(ErrorCode::kUnsupported, figures.error().message);
    }
    if (!figures) return tl::unexpected(figures.error());
    if (auto checked = CheckFigures(entry.descriptor, *figures); !checked) return checked;
    if (repetition < plan.warmups) {
      ++outcome.warmups;
      continue;
    }
    for (size_t i = 0; i < figures->size(); ++i)
      outcome.figures[i].samples.push_back((*figures)[i]);
    for (auto& each : outcome.figures) each.summary = *Summarize(each.samples);
    const auto elapsed = context.clock->MonotonicRaw() - start;
    const int samples = outcome.figures.front().summary.count;
    if (observe) observe(samples, std::min(1.0, ToSeconds(elapsed) / ToSeconds(plan.budget)));
    if (samples < plan.min_samples) continue;
    if (elapsed >= plan.budget || samples >= plan.max_samples) return {};
    if (IsPreciseEnough(outcome.figures.front(), plan)) return {};
  }
}

}  // namespace

Outcome RunBenchmark(const Entry& entry, Context& context, const Plan& plan,
                     const SampleObserver& observe) {
  Outcome outcome;
  outcome.figures.resize(entry.descriptor.quantities.size());
  outcome.started_realtime = context.clock->Realtime();
  const auto start = context.clock->MonotonicRaw();
  outcome.status = TakeSamples(entry, context, plan, observe, outcome);
  outcome.wall = context.clock->MonotonicRaw() - start;
  if (!outcome.status) outcome.figures.clear();
  return outcome;
}

int AllowedCpuCount() {
  // The kernel refuses a set that is smaller than its own.
  constexpr int kMostCpus = 1 << 16;
  for (int cpus = CPU_SETSIZE; cpus <= kMostCpus; cpus *= 2) {
    const size_t bytes = CPU_ALLOC_SIZE(cpus);
    std::vector<cpu_set_t> set(bytes / sizeof(cpu_set_t));
    if (sched_getaffinity(0, bytes, set.data()) == 0) return CPU_COUNT_S(bytes, set.data());
  }
  return 1;
}

Result<double> SecondsPerBatch(const Context& context, const std::function<Result<void>()>& batch) {
  const auto start = context.clock->MonotonicRaw();
  for (int64_t batches = 1;; ++batches) {
    if (auto done = batch(); !done) return tl::unexpected(done.error());
    const auto elapsed = context.clock->MonotonicRaw() - start;
    if (elapsed >= context.sample_time) return ToSeconds(elapsed) / static_cast<double>(batches);
    if (context.Stopped()) return Fail(ErrorCode::kCancelled, "stopped inside a sample");
  }
}

}  // namespace hypergauge::probes
