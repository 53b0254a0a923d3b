#include <algorithm>
#include <cmath>

#include "aggregator/analysis/engine_impl.h"

namespace hypergauge::analysis {
namespace {

constexpr double kClip = 3.5;
constexpr size_t kLeastMembers = 3;  // of a group that is looked at
constexpr double kNearlyAll = 0.9;
constexpr size_t kReplayed = 150;       // points that a detector is made anew from
constexpr uint8_t kDriftEvery = 48;     // points
constexpr uint16_t kAcceptAfter = 100;  // points: the first baseline
constexpr uint16_t kSinceChange = 48;   // points that are counted after a change of release

}  // namespace

void RegressionEngine::Impl::PutNode(const NodeInfo& node) {
  const uint32_t known = index.FindNode(node.node);
  int64_t at = 0;
  if (known != kNone) {
    for (const Slot slot : index.node(known).series) at = std::max(at, states[slot].last_at);
  }
  // What the node measures from now on, it measures as another one.
  const auto scopes = index.PutNode(node, at + 1);
  groups.resize(index.group_count());
  const bool is_release = std::any_of(scopes.begin(), scopes.end(), [](RegressionScope scope) {
    return scope != RegressionScope::kHost;
  });
  if (!is_release) return;
  for (const Slot slot : index.node(known).series) {
    states[slot].since_change = {.is_on = states[slot].running.is_ready()};
  }
}

void RegressionEngine::Impl::PutSeries(const SeriesInfo& info) {
  const auto before = index.Find(info.series);
  const auto placed = index.PutSeries(info);
  if (before != kNone) return;
  states.resize(index.slot_count());
  groups.resize(index.group_count());
  if (placed.is_replaced) {
    ended.push_back(placed.replaced);
    Forget(placed.slot);
  }
  if (const auto open = imported_open.find(info.series); open != imported_open.end()) {
    alerts_of[placed.slot] = std::move(open->second);
    imported_open.erase(open);
  }
  auto& state = states[placed.slot];
  if (info.since_unix_nanos > 0) CutBefore(placed.slot, info.since_unix_nanos);
  const auto marks = imported.find(info.series);
  state.is_asleep = marks != imported.end() || next_id > 1;
  if (marks == imported.end()) return;
  for (const auto& mark : marks->second) {
    if (mark.from_unix_nanos > 0) corrections[placed.slot][mark.from_unix_nanos] = mark.ratio;
    if (mark.accepted > 0) {
      const double sign = info.higher_is_better ? -1 : 1;
      state.accepted = static_cast<float>(sign * std::log(mark.accepted));
      state.has_accepted = true;
    }
  }
  imported.erase(marks);
}

// What is known of the levels before the cut went with them, unless it was cut there already.
void RegressionEngine::Impl::CutBefore(Slot slot, int64_t since) {
  const auto series = index.series(slot).series;
  auto& marks = imported[series];
  const bool is_cut = std::any_of(marks.begin(), marks.end(), [&](const SeriesMark& mark) {
    return mark.from_unix_nanos == since && mark.ratio == 0;
  });
  if (is_cut) return;
  const SeriesMark cut{.series = series, .from_unix_nanos = since, .ratio = 0};
  marks = {cut};
  new_marks[{series, since}] = cut;
  new_marks[{series, 0}] = {.series = series};
}

void RegressionEngine::Impl::Forget(Slot slot) {
  states[slot] = {};
  corrections.erase(slot);
  alerts_of.erase(slot);
  if (const auto found = suspect_of.find(slot); found != suspect_of.end()) Drop(found->second);
}

void RegressionEngine::Impl::WakeUp(Slot slot) {
  auto& state = states[slot];
  state.is_asleep = false;
  state.detector = OnlineDetector(Direction::kBoth);
  state.running = {};
  const double sign = index.MeasureOf(slot).higher_is_better ? -1 : 1;
  const auto history = History(slot, kReplayed);
  for (const auto& point : history) {
    // The new point itself comes by Add.
    if (state.last_at != 0 && point.unix_nanos > state.last_at) break;
    static_cast<void>(state.detector.Add(point.value));
    if (point.value > 0) state.running.Take(static_cast<float>(sign * std::log(point.value)));
  }
}

void RegressionEngine::Impl::Add(Slot slot, const TimedValue& point) {
  auto& state = states[slot];
  if (point.unix_nanos <= state.last_at) return;
  if (state.is_asleep) {
    if (state.last_at == 0) state.last_at = point.unix_nanos - 1;
    WakeUp(slot);
  }
  state.last_at = point.unix_nanos;
  const bool is_missing = !std::isfinite(point.value) || point.value <= 0;
  const auto suspicion = state.detector.Add(is_missing ? std::nan("") : point.value);
  if (is_missing) return;
  if (state.patience.Listen(suspicion.has_value())) {
    pending.emplace(index.series(slot).series, slot);
  }
  const double sign = index.MeasureOf(slot).higher_is_better ? -1 : 1;
  const auto log_value = static_cast<float>(sign * std::log(point.value));
  const float rest = state.running.Take(log_value);
  if (!state.running.is_ready()) return;
  const auto clip = static_cast<float>(kClip) * state.running.sigma;
  const float clipped = std::clamp(rest, -clip, clip);
  if (state.since_change.is_on && state.since_change.count < kSinceChange) {
    state.since_change.sum += clipped;
    ++state.since_change.count;
  }
  Contribute(slot, point.unix_nanos, clipped);
  if (state.until_drift > 0) {
    --state.until_drift;
    return;
  }
  state.until_drift = kDriftEvery - 1;
  if (!state.has_accepted) {
    if (state.running.count >= kAcceptAfter) drifting.emplace(index.series(slot).series, slot);
  } else if (state.running.level - state.accepted > std::log1p(options.drift_effect)) {
    drifting.emplace(index.series(slot).series, slot);
  }
}

void RegressionEngine::Impl::Contribute(Slot slot, int64_t at, float rest) {
  const auto& row = index.series(slot);
  const double sigma = std::max(states[slot].running.sigma, 1e-6F);
  const int64_t bin = at / index.MeasureOf(slot).interval_nanos;
  for (const uint32_t group : row.groups) {
    if (group == kNone || index.group(group).members.size() < kLeastMembers) continue;
    auto& state = groups[group];
    if (bin < state.bin) continue;
    if (bin > state.bin) {
      if (state.given > 0) CloseBin(group);
      state.bin = bin;
    }
    const double weight = 1 / (sigma * sigma);
    state.weights += weight;
    state.sum += weight * rest;
    ++state.given;
  }
}

// Whoever is still to come of an interval in which nearly all have spoken is not waited for: the
// next interval's first point would come as much later.
void RegressionEngine::Impl::CloseFullBins() {
  for (uint32_t group = 0; group < groups.size(); ++group) {
    auto& state = groups[group];
    const auto members = static_cast<double>(index.group(group).members.size());
    if (state.given == 0 || state.given < kNearlyAll * members) continue;
    CloseBin(group);
    ++state.bin;
  }
}

void RegressionEngine::Impl::CloseBin(uint32_t group) {
  auto& state = groups[group];
  const size_t members = index.group(group).members.size();
  const bool is_enough = state.given >= (members + 1) / 2;
  const auto suspicion =
      state.detector.Add(is_enough ? std::exp(state.sum / state.weights) : std::nan(""));
  state.weights = 0;
  state.sum = 0;
  state.given = 0;
  const bool rises = suspicion && suspicion->sigmas > 0;
  const bool is_release = index.group(group).scope != RegressionScope::kHost;
  if (state.patience.Listen(rises || (is_release && ReleaseLooksWorse(group)))) {
    pending_groups.insert(group);
  }
}

}  // namespace hypergauge::analysis
