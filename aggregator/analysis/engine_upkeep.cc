#include <algorithm>
#include <cmath>
#include <cstdint>

#include "aggregator/analysis/engine_impl.h"
#include "aggregator/analysis/life_cycle.h"

namespace hypergauge::analysis {
namespace {

constexpr int64_t kDay = 86'400'000'000'000;
constexpr int kChecks[] = {12, 24, 48, 96};  // intervals after it fired
constexpr size_t kNear = 100;
constexpr double kHolds = 0.4;  // of the effect must be left
constexpr double kDoubt = 3;    // standard errors
constexpr size_t kCheckedChildren = 32;
constexpr size_t kSeriesAGroup = 250;  // whose windows are looked at for one, about

}  // namespace

std::optional<PooledShift> RegressionEngine::Impl::ShiftSince(const Regression& alert) const {
  std::vector<LevelShift> shifts;
  for (const auto& child : alert.children) {
    if (shifts.size() >= kCheckedChildren) break;
    const Slot slot = index.Find(child.series);
    if (slot == kNone) continue;
    std::vector<double> before;
    std::vector<double> after;
    const double sign = index.MeasureOf(slot).higher_is_better ? -1 : 1;
    // The points as they are: this alert's own correction would hide it.
    for (const auto& point : windows.Window(child.series, options.window)) {
      if (!IsFigure(point)) continue;
      auto& side = point.unix_nanos < child.onset_unix_nanos ? before : after;
      side.push_back(sign * std::log(point.value));
    }
    const auto old_points = std::span(before).last(std::min(before.size(), kNear));
    const auto new_points = std::span(after).first(std::min(after.size(), kNear));
    if (const auto shift = MeasureShift(old_points, new_points)) shifts.push_back(*shift);
  }
  return Pool(shifts);
}

bool RegressionEngine::Impl::StillHolds(const Regression& alert, const PooledShift& shift) const {
  const auto known = told.find(alert.id);
  const double said = known != told.end() ? known->second : std::log1p(alert.effect);
  return shift.shift > kHolds * said || shift.z > kDoubt;
}

// What made somebody look are the luckiest of all points; more of them know better.
void RegressionEngine::Impl::Remeasure(Regression& alert, const PooledShift& shift) {
  if (alert.scope != RegressionScope::kNode || alert.children.size() != 1 || shift.shift <= 0)
    return;
  auto& own = alert.children[0];
  own.after = own.before * std::exp(alert.higher_is_better ? -shift.shift : shift.shift);
  own.effect = std::expm1(shift.shift);
  alert.after = own.after;
  alert.effect = own.effect;
  changed.insert(alert.id);
}

bool RegressionEngine::Impl::HasGrown(const Regression& alert) const {
  if (alert.scope != RegressionScope::kNode) return false;
  return std::any_of(alert.children.begin(), alert.children.end(), [&](const auto& child) {
    const Slot slot = index.Find(child.series);
    if (slot == kNone || !IsOf(child, alert)) return false;
    const auto steps = corrections.find(slot);
    const int64_t first =
        child.onset_unix_nanos + kNearPoints * index.MeasureOf(slot).interval_nanos;
    return steps != corrections.end() && steps->second.upper_bound(first) != steps->second.end();
  });
}

void RegressionEngine::Impl::Recheck(int64_t now) {
  std::vector<int64_t> untrue;
  for (auto& [id, alert] : alerts) {
    int& done = rechecked[id];
    // The first points on its level say nothing of one that has grown since.
    if (alert.kind != RegressionKind::kStep || done >= static_cast<int>(std::size(kChecks)) ||
        alert.children.empty()) {
      continue;
    }
    const Slot lead = index.Find(alert.children[0].series);
    if (lead == kNone || HasGrown(alert)) continue;
    const int64_t since = now - alert.entered[static_cast<size_t>(RegressionState::kFiring)];
    if (since < kChecks[done] * index.MeasureOf(lead).interval_nanos) continue;
    ++done;
    Refine(alert);
    const auto shift = ShiftSince(alert);
    if (shift && !StillHolds(alert, *shift)) {
      untrue.push_back(id);
    } else if (shift) {
      Remeasure(alert, *shift);
    }
  }
  for (const int64_t id : untrue) {
    auto& alert = alerts.at(id);
    for (const auto& child : alert.children) {
      const Slot slot = index.Find(child.series);
      if (slot != kNone) Revoke(slot, child.onset_unix_nanos);
    }
    Close(alert, RegressionState::kRetracted, now);
  }
}

void RegressionEngine::Impl::ResolveEnded(int64_t now) {
  for (const int64_t series : std::exchange(ended, {})) {
    std::vector<int64_t> ids;
    for (auto& [id, alert] : alerts) {
      if (std::erase_if(alert.children,
                        [&](const AffectedSeries& child) { return child.series == series; }) > 0) {
        ids.push_back(id);
      }
    }
    for (const int64_t id : ids) {
      changed.insert(id);
      if (alerts.at(id).children.empty()) Close(alerts.at(id), RegressionState::kResolved, now);
    }
  }
}

/// The caller's reference is to an element of `alerts`, which is gone afterwards.
void RegressionEngine::Impl::Close(Regression& alert, RegressionState state, int64_t now) {
  if (!Enter(alert, state, now)) return;
  const int64_t id = alert.id;
  for (auto open = alerts_of.begin(); open != alerts_of.end();) {
    open->second.erase(id);
    open = open->second.empty() ? alerts_of.erase(open) : std::next(open);
  }
  changed.erase(id);
  unheard.erase(id);
  rechecked.erase(id);
  returning.erase(id);
  told.erase(id);
  closed[id] = alert;
  alerts.erase(id);
}

void RegressionEngine::Impl::Notify(int64_t now) {
  if (now / kDay != day) {
    day = now / kDay;
    told_today = 0;
  }
  for (auto id = unheard.begin();
       id != unheard.end() && told_today < options.notifications_a_day;) {
    auto& alert = alerts.at(*id);
    // Who acknowledged it knows of it, but not of what it has grown to since it was told; who
    // muted it does not want to.
    const bool has_grown = alert.state == RegressionState::kAcknowledged && told.contains(*id);
    if (alert.state == RegressionState::kFiring || has_grown) {
      outcome.notify.push_back(*id);
      ++told_today;
    }
    told[*id] = std::log1p(alert.effect);
    alert.notified = true;
    changed.insert(*id);
    id = unheard.erase(id);
  }
}

Result<Regression> RegressionEngine::Impl::Command(int64_t id, RegressionState to, int64_t now) {
  if (suspects.contains(id)) {
    return Fail(ErrorCode::kInvalidArgument, "regression " + std::to_string(id) +
                                                 " is suspect, and cannot become " +
                                                 std::string(ToString(to)));
  }
  const auto found = alerts.find(id);
  if (found == alerts.end()) {
    return Fail(ErrorCode::kNotFound, "no regression " + std::to_string(id) + " is open");
  }
  auto changed_one = found->second;
  if (auto entered = Enter(changed_one, to, now); !entered) return tl::unexpected(entered.error());
  if (to == RegressionState::kAccepted) AcceptLevels(found->second);
  if (IsOpen(to)) {
    found->second = changed_one;
    changed.insert(id);
  } else {
    Close(found->second, to, now);
  }
  return changed_one;
}

// After a step the baseline of the drift moves by itself.
void RegressionEngine::Impl::AcceptLevels(const Regression& alert) {
  if (alert.kind != RegressionKind::kDrift) return;
  for (const auto& child : alert.children) {
    const Slot slot = index.Find(child.series);
    if (slot == kNone || !(child.after > 0)) continue;
    const double sign = index.MeasureOf(slot).higher_is_better ? -1 : 1;
    auto& state = states[slot];
    state.accepted = static_cast<float>(sign * std::log(child.after));
    state.has_accepted = true;
    new_marks[{child.series, 0}] = {.series = child.series, .accepted = child.after};
  }
}

void RegressionEngine::Impl::Import(EngineState state) {
  next_id = std::max<int64_t>(next_id, state.next_id);
  for (const auto& mark : state.marks) imported[mark.series].push_back(mark);
  for (auto& regression : state.open) {
    next_id = std::max(next_id, regression.id + 1);
    // A suspicion comes again with the next point that bears it out.
    if (regression.state == RegressionState::kSuspect) {
      outcome.dropped.push_back(regression.id);
      continue;
    }
    if (!IsOpen(regression.state)) continue;
    if (regression.notified) {
      told[regression.id] = std::log1p(regression.effect);
    } else {
      unheard.insert(regression.id);
    }
    const int64_t id = regression.id;
    for (const auto& child : regression.children) {
      imported[child.series];
      imported_open[child.series].insert(id);
    }
    alerts.emplace(id, std::move(regression));
  }
}

std::vector<Regression> RegressionEngine::Impl::Open() const {
  std::map<int64_t, Regression> open(alerts);
  for (const auto& [id, suspect] : suspects) open.emplace(id, suspect.regression);
  std::vector<Regression> result;
  result.reserve(open.size());
  for (auto& [id, regression] : open) result.push_back(std::move(regression));
  return result;
}

std::vector<SeriesMark> RegressionEngine::Impl::MarksOf(Slot slot) const {
  std::vector<SeriesMark> marks;
  const auto& row = index.series(slot);
  if (row.measure == kNone) return marks;
  const double sign = index.MeasureOf(slot).higher_is_better ? -1 : 1;
  if (states[slot].has_accepted) {
    marks.push_back({.series = row.series, .accepted = std::exp(sign * states[slot].accepted)});
  }
  const auto own = corrections.find(slot);
  if (own == corrections.end()) return marks;
  for (const auto& [from, ratio] : own->second) {
    marks.push_back({.series = row.series, .from_unix_nanos = from, .ratio = ratio});
  }
  return marks;
}

EngineState RegressionEngine::Impl::Export() const {
  EngineState state{.next_id = next_id, .open = Open(), .marks = {}};
  for (const auto& [series, marks] : imported) {
    state.marks.insert(state.marks.end(), marks.begin(), marks.end());
  }
  for (Slot slot = 0; slot < states.size(); ++slot) {
    const auto marks = MarksOf(slot);
    state.marks.insert(state.marks.end(), marks.begin(), marks.end());
  }
  return state;
}

// In the order of a round: groups before the series that they are made of.
bool RegressionEngine::Impl::LookAtSome(int64_t now, size_t most) {
  ResolveEnded(now);
  CloseFullBins();
  LookAtGroups(now, std::max<size_t>(1, most / kSeriesAGroup));
  if (pending_groups.empty()) LookAtSeries(now, most);
  if (!pending_groups.empty() || !pending.empty()) return true;
  LookAtImproving(now);
  LookAtDrift(now, most);
  return !drifting.empty();
}

RoundOutcome RegressionEngine::Impl::RunRound(int64_t now) {
  while (LookAtSome(now, SIZE_MAX)) {
  }
  LookAtReturns(now);
  Judge(now);
  Recheck(now);
  Notify(now);
  TakeChanges(outcome);
  return std::exchange(outcome, {});
}

void RegressionEngine::Impl::TakeChanges(RoundOutcome& into) {
  for (const int64_t id : std::exchange(changed, {})) {
    if (const auto alert = alerts.find(id); alert != alerts.end()) {
      into.changed.push_back(alert->second);
    } else if (const auto suspect = suspects.find(id); suspect != suspects.end()) {
      into.changed.push_back(suspect->second.regression);
    }
  }
  for (auto& [id, regression] : std::exchange(closed, {})) into.changed.push_back(regression);
  for (const auto& [key, mark] : std::exchange(new_marks, {})) into.marks.push_back(mark);
}

}  // namespace hypergauge::analysis
