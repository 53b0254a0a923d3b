#include "tests/bench/replay/simulation.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "tests/bench/replay/score.h"

namespace hypergauge::replay {
namespace {

constexpr int64_t kStart = 1'700'000'000 * kSecond;
constexpr double kRho = 0.35;            // of the part of the noise that depends on its past
constexpr double kDependentShare = 0.3;  // of the variance
constexpr double kSpikes = 0.005;        // of the points
constexpr double kMissing = 0.03;        // of the points: runs that were not clean
constexpr double kMonthlyDrift = 0.01;   // standard deviation, of a node's level in a month
constexpr double kDailySwing = 0.01;     // of a host's load
constexpr double kReboots = 2.0 / (30 * kStepsADay);  // a step, of a node
constexpr double kKernels = 1.0 / (30 * kStepsADay);  // harmless upgrades of a guest's kernel
constexpr double kReRunSucceeds = 0.9;
constexpr int kOperatorTakes = 2 * kStepsADay;  // steps until a lasting change is accepted
constexpr size_t kKept = 600;                   // points of a series

}  // namespace

Replay::Replay(const ReplayOptions& options)
    : options_(options), random_(options.seed), engine_({}, *this) {
  replayed_.nodes = MakeNodes(options);
  replayed_.causes = MakeCauses(options, replayed_.nodes, random_);
  const int nodes = static_cast<int>(replayed_.nodes.size());
  tracks_.resize(nodes);
  causes_of_.resize(nodes);
  for (int node = 0; node < nodes; ++node) {
    const auto& info = replayed_.nodes[node].info;
    node_of_[info.node] = node;
    engine_.PutNode(info);
    tracks_[node].resize(options.benchmarks);
    for (int cause = 0; cause < static_cast<int>(replayed_.causes.size()); ++cause) {
      if (Reaches(replayed_.causes[cause], replayed_.nodes, node)) {
        causes_of_[node].push_back(cause);
      }
    }
    for (int benchmark = 0; benchmark < options.benchmarks; ++benchmark) {
      std::normal_distribution<double> normal;
      auto& track = tracks_[node][benchmark];
      track.base = std::log(100.0) + 0.1 * normal(random_);
      track.creep = kMonthlyDrift * normal(random_) / (30 * kStepsADay);
      StartSeries(node, benchmark);
    }
  }
}

void Replay::StartSeries(int node, int benchmark) {
  auto& track = tracks_[node][benchmark];
  points_.erase(track.series);
  track.series = next_series_++;
  const auto& what = Benchmarks()[benchmark];
  engine_.PutSeries({.series = track.series,
                     .node = replayed_.nodes[node].info.node,
                     .benchmark = what.name,
                     .suite = "light",
                     .family = what.family,
                     .labels = {},
                     .segment = std::to_string(version_),
                     .higher_is_better = what.higher_is_better,
                     .interval_nanos = kInterval});
}

std::vector<analysis::TimedValue> Replay::Window(int64_t series, size_t most) {
  const auto found = points_.find(series);
  if (found == points_.end()) return {};
  const auto& all = found->second;
  return {all.end() - static_cast<std::ptrdiff_t>(std::min(most, all.size())), all.end()};
}

double Replay::Effect(int node, int benchmark, int step) const {
  double effect = 0;
  for (const int number : causes_of_[node]) {
    const auto& cause = replayed_.causes[number];
    const bool is_on = step >= OnsetOn(cause, replayed_.nodes, node) && step < cause.end;
    const auto& touched = cause.benchmarks;
    if (is_on && std::find(touched.begin(), touched.end(), benchmark) != touched.end()) {
      effect += std::log1p(cause.effect);
    }
  }
  return effect;
}

void Replay::Measure(int node, int benchmark, int step, int64_t at) {
  auto& track = tracks_[node][benchmark];
  const auto& what = Benchmarks()[benchmark];
  std::normal_distribution<double> normal;
  std::student_t_distribution<double> heavy(5);
  std::uniform_real_distribution<double> uniform;
  const double dependent = what.noise * std::sqrt(kDependentShare);
  track.dependent =
      kRho * track.dependent + dependent * std::sqrt(1 - kRho * kRho) * normal(random_);
  // Student's t with 5 degrees of freedom has a variance of 5 / 3.
  double noise =
      track.dependent + what.noise * std::sqrt((1 - kDependentShare) * 3 / 5) * heavy(random_);
  if (uniform(random_) < kSpikes) noise += 0.3 + uniform(random_);
  const double day = 2 * std::numbers::pi * step / kStepsADay;
  noise += kDailySwing * std::sin(day + replayed_.nodes[node].host) / std::numbers::sqrt2;
  noise += track.creep * step;
  const double worse = Effect(node, benchmark, step) + noise;
  const double value = std::exp(track.base + (what.higher_is_better ? -worse : worse));
  auto& points = points_[track.series];
  if (points.size() >= 2 * kKept) points.erase(points.begin(), points.begin() + kKept);
  points.push_back({at, value});
  engine_.Add(track.series, {at, value});
  ++replayed_.points;
}

void Replay::Tell(int node, int64_t at, const char* subject, std::string before,
                  std::string after) {
  engine_.AddEvent(
      {at, replayed_.nodes[node].info.node, subject, std::move(before), std::move(after)});
}

void Replay::Events(int step) {
  const int64_t at = kStart + step * kInterval;
  std::uniform_real_distribution<double> uniform;
  for (int node = 0; node < static_cast<int>(replayed_.nodes.size()); ++node) {
    auto& info = replayed_.nodes[node].info;
    if (uniform(random_) < kReboots) {
      Tell(node, at, "boot", "", "rebooted");
      for (auto& track : tracks_[node]) track.missing = 2;
    }
    if (replayed_.nodes[node].is_guest && uniform(random_) < kKernels) {
      const auto before = std::exchange(info.kernel, "6.1.0-" + std::to_string(7 + step / 480));
      Tell(node, at, "kernel_release", before, info.kernel);
      engine_.PutNode(info);
    }
    for (const int number : causes_of_[node]) {
      const auto& cause = replayed_.causes[number];
      if (!cause.has_event || OnsetOn(cause, replayed_.nodes, node) != step) continue;
      if (cause.level == CauseLevel::kPlatform) {
        const auto before = std::exchange(info.platform_version, "1." + std::to_string(number));
        Tell(node, at, "platform_version", before, info.platform_version);
        engine_.PutNode(info);
      } else {
        Tell(node, at, "microcode", "0x10", "0x11");
      }
    }
  }
  const int update = ProbeUpdate(options_);
  if (options_.benchmarks < 2 || (step != update && step != update + kStepsADay)) return;
  version_ = 2;
  const int benchmark = options_.benchmarks - 1;
  for (int node = 0; node < static_cast<int>(replayed_.nodes.size()); ++node) {
    if ((node % 2 == 0) != (step == update)) continue;
    tracks_[node][benchmark].base += 0.05;  // another compiler
    StartSeries(node, benchmark);
  }
}

void Replay::Round(int step, int64_t at) {
  auto outcome = engine_.RunRound(at);
  for (const auto& re_run : outcome.re_runs) asked_.push_back(re_run);
  for (const auto& regression : outcome.changed) {
    using enum analysis::RegressionState;
    replayed_.suspects += regression.state == kSuspect ? 1 : 0;
    replayed_.resolved += regression.state == kResolved ? 1 : 0;
    replayed_.retracted += regression.state == kRetracted ? 1 : 0;
    for (auto& told : replayed_.notifications) {
      if (regression.state == kResolved && told.regression.id == regression.id) {
        told.resolved = step;
      }
    }
    const auto told = std::find(outcome.notify.begin(), outcome.notify.end(), regression.id);
    if (told == outcome.notify.end()) continue;
    const Notification now{regression, step};
    const auto cause = CauseOf(replayed_, now);
    replayed_.notifications.push_back(now);
    // What will be mended is left open: that its figures are back is for the engine to see.
    const bool is_mended = cause && replayed_.causes[*cause].end < options_.days * kStepsADay;
    if (!is_mended) accept_at_[regression.id] = step + kOperatorTakes;
  }
}

void Replay::Obey(int step, int64_t at) {
  std::uniform_real_distribution<double> uniform;
  for (const auto& re_run : std::exchange(asked_, {})) {
    const int node = node_of_.at(re_run.node);
    for (int benchmark = 0; benchmark < options_.benchmarks; ++benchmark) {
      if (re_run.benchmark != Benchmarks()[benchmark].name) continue;
      for (int run = 0; run < re_run.runs; ++run) {
        if (uniform(random_) > kReRunSucceeds) continue;
        ++replayed_.re_runs;
        Measure(node, benchmark, step, at + (run + 1) * 60 * kSecond + node % 60 * kSecond);
      }
    }
  }
}

void Replay::Operate(int step, int64_t at) {
  for (auto due = accept_at_.begin(); due != accept_at_.end();) {
    if (due->second > step) {
      ++due;
      continue;
    }
    static_cast<void>(engine_.Accept(due->first, at));
    due = accept_at_.erase(due);
  }
}

void Replay::Step(int step) {
  const int64_t at = kStart + step * kInterval;
  Events(step);
  std::uniform_real_distribution<double> uniform;
  const int nodes = static_cast<int>(replayed_.nodes.size());
  for (int node = 0; node < nodes; ++node) {
    // Hosts measure in turn within the first ten minutes.
    const int64_t offset = static_cast<int64_t>(node) * 600 / nodes * kSecond;
    for (int benchmark = 0; benchmark < options_.benchmarks; ++benchmark) {
      auto& track = tracks_[node][benchmark];
      if (track.missing > 0) {
        --track.missing;
      } else if (uniform(random_) >= kMissing) {
        Measure(node, benchmark, step, at + offset);
      }
    }
  }
  Round(step, at + 660 * kSecond);
  Obey(step, at + 700 * kSecond);
  Round(step, at + 1200 * kSecond);
  Operate(step, at + 1260 * kSecond);
}

Replayed Replay::Run() {
  for (int step = 0; step < options_.days * kStepsADay; ++step) Step(step);
  replayed_.series = engine_.series_count();
  return std::move(replayed_);
}

}  // namespace hypergauge::replay
