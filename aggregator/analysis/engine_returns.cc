// Alerts whose figures are back.
#include <algorithm>
#include <cmath>
#include <iterator>
#include <set>

#include "aggregator/analysis/drift.h"
#include "aggregator/analysis/engine_impl.h"
#include "base/statistics.h"

namespace hypergauge::analysis {
namespace {

constexpr size_t kAskedChildren = 64;
// The newest points that are looked at: few for what is clear, more for what is not.
constexpr size_t kLatest[] = {4, 8, 24, 48};
constexpr size_t kNoise = 100;    // points before them, which say how noisy they are
constexpr double kDoubt = 3;      // standard errors
constexpr double kLessDoubt = 2;  // of the fresh points, the second time
constexpr double kLead = 0.5;     // what others moved by at least, of what the first one did
constexpr int64_t kBefore = 4;    // intervals that a return began before it was seen

/// By evenly spread children: the clearest ones come first, and their figures flatter.
std::vector<const AffectedSeries*> Spread(const Part& part) {
  std::vector<const AffectedSeries*> result;
  const size_t all = part.children.size();
  const size_t asked = std::min(all, kAskedChildren);
  for (size_t i = 0; i < asked; ++i) result.push_back(part.children[i * all / asked]);
  return result;
}

/// How far `latest` is from the level that was left, with an error that takes the dependence of
/// neighbours into account.
LevelShift AwayFrom(double level, std::span<const double> older, std::span<const double> latest) {
  const double shift = *Median(latest) - level;
  const auto noise = MeasureShift(older, latest);
  return {shift, noise ? noise->error : 0, older.size(), latest.size()};
}

}  // namespace

std::vector<Part> RegressionEngine::Impl::PartsOf(const Regression& alert) {
  std::vector<Part> parts;
  for (const auto& child : alert.children) {
    auto part = std::find_if(parts.begin(), parts.end(), [&](const Part& other) {
      return IsOf(child, *other.children.front());
    });
    if (part == parts.end()) {
      part = parts.insert(part, Part{.children = {}, .is_own = IsOf(child, alert)});
    }
    part->children.push_back(&child);
  }
  for (auto& part : parts) {
    std::vector<double> moved;
    for (const auto* child : part.children) moved.push_back(std::log1p(child->effect));
    part.moved = part.is_own ? std::log1p(alert.effect) : *Median(moved);
  }
  return parts;
}

std::optional<PooledShift> RegressionEngine::Impl::AwayFromBaseline(const Part& part, int64_t after,
                                                                    size_t most) const {
  std::vector<LevelShift> shifts;
  for (const auto* child : Spread(part)) {
    const Slot slot = index.Find(child->series);
    if (slot == kNone || !(child->before > 0)) continue;
    const double sign = index.MeasureOf(slot).higher_is_better ? -1 : 1;
    std::vector<double> older;
    std::vector<double> latest;
    // The points as they are: what the alert corrected would hide it.
    const auto points = windows.Window(child->series, kNoise + most);
    const size_t first = points.size() - std::min(most, points.size());
    for (size_t i = 0; i < points.size(); ++i) {
      if (!IsFigure(points[i])) continue;
      auto& side = i >= first && points[i].unix_nanos > after ? latest : older;
      side.push_back(sign * std::log(points[i].value));
    }
    if (latest.size() < static_cast<size_t>(std::max(1, options.re_runs))) continue;
    shifts.push_back(AwayFrom(sign * std::log(child->before), older, latest));
  }
  return Pool(shifts);
}

// All that it moved must be back.
bool RegressionEngine::Impl::IsBack(const Regression& alert, int64_t after, size_t most,
                                    double doubt) const {
  // An alert that one series led to tells that one's figures, the luckiest of all.
  const bool is_led = alert.scope != RegressionScope::kNode && !alert.is_pooled;
  const auto parts = PartsOf(alert);
  return std::all_of(parts.begin(), parts.end(), [&](const Part& part) {
    const auto away = AwayFromBaseline(part, after, most);
    const double full = part.moved * (is_led && part.is_own ? kLead : 1);
    return away && away->shift <= full / 2 && full - away->shift >= doubt * away->error;
  });
}

// Half-way back is closer to the accepted level than to what was told, and far enough from it not
// to fire at once again.
bool RegressionEngine::Impl::HasCreptBack(const Regression& alert) const {
  const auto parts = PartsOf(alert);
  return std::all_of(parts.begin(), parts.end(), [&](const Part& part) {
    const auto away = AwayFromBaseline(part, alert.onset_unix_nanos, kDriftPoints);
    return away && away->shift <= std::log1p(options.drift_effect) / 2;
  });
}

// Once an interval, for it reads windows. What looks back by luck must be so again by the points
// that come afterwards.
void RegressionEngine::Impl::LookAtReturns(int64_t now) {
  std::vector<std::pair<int64_t, int64_t>> back;  // ids, and since when
  for (const auto& [id, alert] : alerts) {
    const Slot lead = alert.children.empty() ? kNone : index.Find(alert.children[0].series);
    if (lead == kNone || alert.kind == RegressionKind::kModes) continue;
    const int64_t interval = index.MeasureOf(lead).interval_nanos;
    auto& watch = returning[id];
    if (now - watch.looked_at < interval) continue;
    watch.looked_at = now;
    if (alert.kind == RegressionKind::kDrift) {
      if (HasCreptBack(alert)) back.emplace_back(id, now);
      continue;
    }
    if (watch.since == 0) {
      const int64_t fired = alert.entered[static_cast<size_t>(RegressionState::kFiring)];
      const auto* most = std::find_if(
          std::begin(kLatest), std::end(kLatest),
          [&, &alert = alert](size_t points) { return IsBack(alert, fired, points, kDoubt); });
      if (most == std::end(kLatest)) continue;
      watch.since = now;
      watch.points = *most;
    } else if (IsBack(alert, watch.since, watch.points, kLessDoubt)) {
      back.emplace_back(id, watch.since);
    } else if (now - watch.since >
               std::max<int64_t>(options.patience, static_cast<int64_t>(watch.points)) * interval) {
      watch.since = 0;
    }
  }
  for (const auto& [id, since] : back) Return(alerts.at(id), since, now);
}

void RegressionEngine::Impl::MoveBack(const Regression& alert, const Part& part, int64_t moment) {
  std::set<Slot> slots;
  for (const auto* child : part.children) {
    if (const Slot slot = index.Find(child->series); slot != kNone) slots.insert(slot);
  }
  if (const uint32_t group = GroupOf(alert); group != kNone && part.is_own) {
    const auto& members = index.group(group).members;
    slots.insert(members.begin(), members.end());
  }
  std::vector<MemberShift> members;
  for (const Slot slot : slots) {
    if (const auto shift = ShiftAt(slot, moment)) members.push_back({slot, moment, *shift});
  }
  MoveMembers(members, -part.moved);
}

int64_t RegressionEngine::Impl::ReturnedAt(const Regression& alert, int64_t since) const {
  const Slot lead = index.Find(alert.children[0].series);
  const uint32_t group = GroupOf(alert);
  const auto finding = group == kNone ? ExamineSeries(lead) : ExamineGroup(group);
  if (finding && finding->effect < 0 && finding->onset > alert.onset_unix_nanos) {
    return finding->onset;
  }
  return since - kBefore * index.MeasureOf(lead).interval_nanos;
}

// As after every step, the past is brought to the level that is now the normal one: of all that the
// alert had moved.
void RegressionEngine::Impl::Return(Regression& alert, int64_t since, int64_t now) {
  if (alert.kind != RegressionKind::kDrift) {
    const int64_t moment = ReturnedAt(alert, since);
    for (const auto& part : PartsOf(alert)) MoveBack(alert, part, moment);
  }
  Close(alert, RegressionState::kResolved, now);
}

}  // namespace hypergauge::analysis
