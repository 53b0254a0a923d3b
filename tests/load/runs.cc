#include "tests/load/runs.h"

#include <algorithm>

#include "base/clock.h"
#include "base/statistics.h"
#include "program/version.h"
#include "tests/load/names.h"

namespace hypergauge::load {
namespace {

constexpr uint64_t kVerdictDraw = 401;
constexpr uint64_t kSampleDraw = 402;
constexpr uint64_t kPressureDraw = 403;
constexpr int kSamples = 5;
constexpr size_t kLabelBytes = 250;

// Shares of all runs that are not clean.
constexpr double kFailed = 0.003;
constexpr double kThrottled = 0.005;
constexpr double kSteal = 0.015;
constexpr double kBusy = 0.035;

v1::Verdict VerdictOf(const FigureModel& model, const SimNode& node, uint64_t work, uint64_t at) {
  const double drawn =
      model.dice().Share({kVerdictDraw, static_cast<uint64_t>(node.index), work, at});
  if (drawn < kFailed) return v1::VERDICT_FAILED;
  if (drawn < kFailed + kThrottled) return v1::VERDICT_THROTTLED;
  if (drawn < kFailed + kThrottled + kSteal && node.is_guest) return v1::VERDICT_STEAL;
  if (drawn < kFailed + kThrottled + kSteal + kBusy) return v1::VERDICT_BUSY;
  return v1::VERDICT_CLEAN;
}

void Explain(const SimFleet& fleet, v1::Run& run) {
  auto& interference = *run.mutable_interference();
  switch (run.verdict()) {
    case v1::VERDICT_BUSY:
      interference.set_others_cpus(1.4);
      interference.set_others_cpus_peak(2.6);
      run.set_verdict_reason("others kept 1.4 CPUs busy");
      break;
    case v1::VERDICT_STEAL:
      interference.set_steal_ratio(0.06);
      run.set_verdict_reason("the hypervisor gave 6 % of the time to others");
      break;
    case v1::VERDICT_THROTTLED:
      interference.set_throttled_nanos(210'000'000);
      run.set_verdict_reason("a cgroup quota held it back for 210 ms");
      break;
    case v1::VERDICT_FAILED:
      run.set_verdict_reason(fleet.options.hostile ? HostileText(kLabelBytes)
                                                   : "it gave a wrong answer");
      break;
    default:
      break;
  }
}

void Disturb(const FigureModel& model, const SimNode& node, uint64_t at, v1::Run& run) {
  const auto index = static_cast<uint64_t>(node.index);
  auto& interference = *run.mutable_interference();
  interference.set_own_cpu_seconds(0.95 * ToSeconds(std::chrono::nanoseconds(run.wall_nanos())));
  interference.set_others_cpus(model.dice().Between(0.005, 0.06, {kPressureDraw, index, at, 1}));
  interference.set_others_cpus_peak(4 * interference.others_cpus());
  interference.set_steal_reported(node.is_guest);
  interference.set_pressure_reported(true);
  interference.set_pressure_cpu_ratio(model.dice().Between(0, 0.01, {kPressureDraw, index, at, 2}));
  interference.set_pressure_io_ratio(model.dice().Between(0, 0.02, {kPressureDraw, index, at, 3}));
  interference.set_load_before(model.dice().Between(0, 0.1, {kPressureDraw, index, at, 4}));
}

void CompareClocks(const FigureModel& model, const SimNode& node, uint64_t at, v1::Run& run) {
  constexpr double kError = 3e-5;
  auto& clock = *run.mutable_clock();
  clock.set_clocksource(node.is_guest ? std::string(node.platform->clocksource) : "tsc");
  for (const char* name : {"CLOCK_MONOTONIC_RAW", "CLOCK_MONOTONIC", "CLOCK_REALTIME"}) {
    auto& ratio = *clock.add_ratios();
    ratio.set_clock(name);
    ratio.set_ratio(1 + 4e-6 * model.dice().Normal({kPressureDraw, at, NumberOf(name)}));
    ratio.set_error(kError);
  }
}

void AddLabels(const SimFleet& fleet, const v1::BenchmarkDescriptor& benchmark,
               const RunOrder& order, v1::Run& run) {
  auto& labels = *run.mutable_labels();
  labels["threads"] = std::to_string(run.threads());
  if (benchmark.name().starts_with("disk_rand")) labels["engine"] = "io_uring";
  if (benchmark.category() == "network") {
    const bool is_loopback = order.peer.empty();
    labels["peer"] = is_loopback ? "loopback" : order.peer.substr(0, order.peer.rfind(':'));
    if (is_loopback) run.add_marks(v1::MARK_LOOPBACK);
    run.set_peer(order.peer);
  }
  if (fleet.options.hostile && benchmark.name() == "cpu_zlib") {
    labels["library"] = HostileText(kLabelBytes);
  }
}

void AddMeasures(const FigureModel& model, const SimNode& node,
                 const v1::BenchmarkDescriptor& benchmark, v1::Run& run) {
  const int64_t at = run.started_unix_nanos();
  const double noise = model.NoiseOf(node, benchmark.category());
  const double worse = run.verdict() == v1::VERDICT_CLEAN ? 1 : 1.3;
  for (const auto& quantity : benchmark.quantities()) {
    const bool is_rate = quantity.direction() == v1::DIRECTION_HIGHER_IS_BETTER;
    const double middle =
        model.Median(node, benchmark, quantity, run.suite(), at) * (is_rate ? 1 / worse : worse);
    std::vector<double> samples;
    for (int i = 0; i < kSamples; ++i) {
      // In pairs around the middle one, which stays the median.
      const double off = std::abs(model.dice().Normal(
          {kSampleDraw, static_cast<uint64_t>(node.index), static_cast<uint64_t>(at),
           NumberOf(quantity.family().c_str()), static_cast<uint64_t>(i)}));
      const double side = i % 2 == 0 ? 1 : -1;
      samples.push_back(i == 0 ? middle : middle * std::max(0.1, 1 - side * off * noise));
    }
    auto& measure = *run.add_measures();
    measure.set_family(quantity.family());
    *measure.mutable_labels() = quantity.labels();
    const Summary summary = Summarize(samples).value_or(Summary{});
    measure.mutable_samples()->Add(samples.begin(), samples.end());
    measure.set_median(summary.median);
    measure.set_mad(summary.mad);
  }
}

}  // namespace

v1::Run MakeRun(const FigureModel& model, const SimNode& node,
                const v1::BenchmarkDescriptor& benchmark, const RunOrder& order) {
  const auto at = static_cast<uint64_t>(order.started_unix_nanos);
  v1::Run run;
  run.mutable_id()->set_node_id(node.node_id);
  run.mutable_id()->set_epoch(1);
  run.mutable_id()->set_sequence(order.sequence);
  run.set_benchmark(benchmark.name());
  run.set_benchmark_version(benchmark.version());
  run.set_suite(order.suite);
  run.set_started_unix_nanos(order.started_unix_nanos);
  run.set_wall_nanos(order.wall.count());
  run.set_warmups(1);
  run.set_threads(1);
  run.set_fencing_token(order.fencing_token);
  run.set_lease_id(order.lease_id);
  run.mutable_build()->set_bench_sha256(kBenchSha256);
  run.mutable_build()->set_probe_version(std::string(Version()));
  run.mutable_cost()->set_cpu_seconds(ToSeconds(order.wall));
  run.set_verdict(VerdictOf(model, node, NumberOf(benchmark.name().c_str()), at));
  AddLabels(model.fleet(), benchmark, order, run);
  Disturb(model, node, at, run);
  CompareClocks(model, node, at, run);
  Explain(model.fleet(), run);
  if (run.verdict() != v1::VERDICT_FAILED) {
    run.set_answer("simulated");
    AddMeasures(model, node, benchmark, run);
  }
  return run;
}

const v1::BenchmarkDescriptor* FindBenchmark(const SimFleet& fleet, const std::string& name) {
  const auto found = std::find_if(fleet.benchmarks.begin(), fleet.benchmarks.end(),
                                  [&](const auto& each) { return each.name() == name; });
  return found == fleet.benchmarks.end() ? nullptr : &*found;
}

}  // namespace hypergauge::load
