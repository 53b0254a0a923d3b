#include <algorithm>
#include <cmath>

#include "aggregator/analysis/change_points.h"
#include "aggregator/analysis/drift.h"
#include "aggregator/analysis/engine_impl.h"
#include "aggregator/analysis/modes.h"
#include "aggregator/analysis/rank_test.h"
#include "base/statistics.h"

namespace hypergauge::analysis {
namespace {

constexpr size_t kRecent = 120;  // points: a change that is further back is not news
constexpr double kModeP = 1e-4;
constexpr double kModeZ = 4;
constexpr size_t kNear = 100;        // points of the level that was left
constexpr double kFreshShare = 0.5;  // of the shift
constexpr double kFreshP = 0.02;

std::vector<double> Values(std::span<const TimedValue> points) {
  std::vector<double> values;
  values.reserve(points.size());
  for (const auto& point : points) values.push_back(point.value);
  return values;
}

std::vector<double> Logs(std::span<const double> values) {
  std::vector<double> logs;
  logs.reserve(values.size());
  for (const double value : values) logs.push_back(value > 0 ? std::log(value) : std::nan(""));
  return logs;
}

}  // namespace

double RegressionEngine::Impl::MinEffect(const Measure& measure) const {
  const auto own = options.min_effect_of.find(measure.benchmark);
  return own == options.min_effect_of.end() ? options.min_effect : own->second;
}

std::vector<TimedValue> RegressionEngine::Impl::History(Slot slot, size_t most) const {
  auto points = windows.Window(index.series(slot).series, most);
  std::erase_if(points, [](const TimedValue& point) {
    return !std::isfinite(point.value) || point.value <= 0;
  });
  const auto own = corrections.find(slot);
  if (own == corrections.end()) return points;
  // From the newest correction to the oldest, what was before each is brought to the level after.
  double ratio = 1;
  auto end = points.end();
  for (auto correction = own->second.rbegin(); correction != own->second.rend(); ++correction) {
    const auto first =
        std::lower_bound(points.begin(), end, correction->first,
                         [](const TimedValue& point, int64_t at) { return point.unix_nanos < at; });
    for (auto point = first; point != end; ++point) point->value *= ratio;
    end = first;
    if (correction->second <= 0) {
      points.erase(points.begin(), first);
      return points;
    }
    ratio *= correction->second;
  }
  for (auto point = points.begin(); point != end; ++point) point->value *= ratio;
  return points;
}

bool RegressionEngine::Impl::FreshPointsAgree(Slot slot, const Finding& finding,
                                              int64_t since) const {
  const double sign = index.MeasureOf(slot).higher_is_better ? -1 : 1;
  std::vector<double> before;
  std::vector<double> fresh;
  for (const auto& point : History(slot, options.window)) {
    if (!(point.value > 0)) continue;
    const double value = sign * std::log(point.value);
    if (point.unix_nanos < finding.onset) before.push_back(value);
    if (point.unix_nanos > since) fresh.push_back(value);
  }
  if (fresh.size() < static_cast<size_t>(options.re_runs)) return false;
  // A drift is judged by many points anyway, and modes by their share of them.
  if (finding.kind != RegressionKind::kStep) return true;
  if (before.empty()) return false;
  const auto level = std::span(before).last(std::min(before.size(), kNear));
  const double moved = *Median(fresh) - *Median(level);
  return moved / std::log1p(finding.effect) >= kFreshShare &&
         MannWhitney(level, fresh).p <= kFreshP;
}

std::optional<double> RegressionEngine::Impl::LatestLevel(Slot slot) const {
  std::vector<double> values;
  for (const auto& point : History(slot, kDriftPoints)) {
    if (point.value > 0) values.push_back(point.value);
  }
  return Median(values);
}

AffectedSeries RegressionEngine::Impl::Affected(Slot slot, const Finding& finding) const {
  const auto& measure = index.MeasureOf(slot);
  return {.series = index.series(slot).series,
          .node = index.NodeOf(slot).info.node,
          .benchmark = measure.benchmark,
          .suite = measure.suite,
          .family = measure.family,
          .labels = measure.labels,
          .onset_unix_nanos = finding.onset,
          .before = finding.before,
          .after = finding.after,
          .effect = finding.effect};
}

std::optional<Finding> RegressionEngine::Impl::ExamineSeries(Slot slot) const {
  const auto& measure = index.MeasureOf(slot);
  const auto history = History(slot, options.window);
  const auto values = Values(history);
  const auto found = FindChangePoints(values, {.min_effect = MinEffect(measure)});
  if (found.empty()) return ExamineModes(slot, history);
  const auto& last = found.back();
  if (values.size() - last.index > kRecent) return std::nullopt;
  Finding finding{.is_confirmed = last.certainty == Certainty::kConfirmed,
                  .onset = history[last.index].unix_nanos,
                  .low = history[last.low].unix_nanos,
                  .high = history[last.high].unix_nanos,
                  .before = last.before,
                  .after = last.after,
                  .effect = OrientedEffect(last.before, last.after, measure.higher_is_better),
                  .p = last.p,
                  .children = {}};
  const auto logs = Logs(values);
  const size_t begin = found.size() > 1 ? found[found.size() - 2].index : 0;
  const auto modes = CompareModes(std::span(logs).subspan(begin, last.index - begin),
                                  std::span(logs).subspan(last.index));
  if (modes) {
    // Medians of two modes jump when the share passes a half: the modes themselves must have moved.
    const double z = std::max(std::abs(modes->lower_z), std::abs(modes->upper_z));
    if (modes->share_p > kModeP && z < kModeZ) return std::nullopt;
    finding.kind = RegressionKind::kModes;
  }
  finding.children.push_back(Affected(slot, finding));
  return finding;
}

std::optional<Finding> RegressionEngine::Impl::ExamineModes(
    Slot slot, std::span<const TimedValue> history) const {
  constexpr size_t kLatest = 48;
  if (history.size() < 3 * kLatest) return std::nullopt;
  const auto values = Values(history);
  const auto logs = Logs(values);
  const size_t cut = logs.size() - kLatest;
  const auto modes = CompareModes(std::span(logs).first(cut), std::span(logs).subspan(cut));
  if (!modes || modes->share_p > kModeP) return std::nullopt;
  const auto mean = [](std::span<const double> part) {
    double sum = 0;
    for (const double value : part) sum += value;
    return sum / static_cast<double>(part.size());
  };
  // How often it is in the worse mode says what it costs on average, which medians hide.
  const auto& measure = index.MeasureOf(slot);
  Finding finding{.kind = RegressionKind::kModes,
                  .is_confirmed = true,
                  .onset = history[cut].unix_nanos,
                  .low = history[cut - kLatest / 2].unix_nanos,
                  .high = history[cut + kLatest / 2].unix_nanos,
                  .before = mean(std::span(values).first(cut)),
                  .after = mean(std::span(values).subspan(cut)),
                  .p = modes->share_p,
                  .children = {}};
  finding.effect = OrientedEffect(finding.before, finding.after, measure.higher_is_better);
  if (std::abs(finding.effect) < MinEffect(measure)) return std::nullopt;
  finding.children.push_back(Affected(slot, finding));
  return finding;
}

std::optional<Finding> RegressionEngine::Impl::ExamineDrift(Slot slot) const {
  const auto& state = states[slot];
  const auto& measure = index.MeasureOf(slot);
  if (!state.has_accepted) return std::nullopt;
  const auto history = History(slot, options.window);
  const double sign = measure.higher_is_better ? -1 : 1;
  auto logs = Logs(Values(history));
  for (double& value : logs) value *= sign;
  const auto drift = MeasureDrift(logs, state.accepted);
  const double least = std::log1p(std::max(options.drift_effect, MinEffect(measure)));
  if (!drift || drift->shift < least) return std::nullopt;
  Finding finding{
      .kind = RegressionKind::kDrift,
      .is_confirmed = true,
      .onset = history[drift->begin].unix_nanos,
      .low = history.front().unix_nanos,
      .high = history[std::min(drift->begin + kDriftPoints / 2, history.size() - 1)].unix_nanos,
      .before = std::exp(sign * state.accepted),
      .after = std::exp(sign * (state.accepted + drift->shift)),
      .p = drift->p,
      .children = {}};
  finding.effect = OrientedEffect(finding.before, finding.after, measure.higher_is_better);
  finding.children.push_back(Affected(slot, finding));
  return finding;
}

}  // namespace hypergauge::analysis
