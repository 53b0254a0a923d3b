// What belongs to an alert that is open already.
#include <algorithm>
#include <cmath>

#include "aggregator/analysis/engine_impl.h"

namespace hypergauge::analysis {
namespace {

constexpr int64_t kVague = 24;  // intervals by which the begin of a drift is off
constexpr int64_t kReach = 12;  // intervals after getting a release
constexpr double kClear = 4;    // standard errors
// Whoever was told of 4 % need not hear of 5 %, which is as good as the same and partly the error
// of both; at 6 % it is another matter, and as each telling moves the bound, there are few of them.
constexpr double kMuchMore = 1.5;

int WidthOf(RegressionScope scope) {
  if (scope == RegressionScope::kNode) return 0;
  return scope == RegressionScope::kHost ? 1 : 2;
}

bool IsAmong(const Candidate& candidate, int64_t series) {
  const auto& children = candidate.finding.children;
  return std::any_of(children.begin(), children.end(),
                     [&](const AffectedSeries& child) { return child.series == series; });
}

}  // namespace

bool RegressionEngine::Impl::Covers(const Regression& alert, Slot slot) const {
  const auto& node = index.NodeOf(slot).info;
  return FleetIndex::Subject(node, alert.scope) == alert.subject ||
         (alert.scope == RegressionScope::kHost && node.node == alert.subject);
}

Moment RegressionEngine::Impl::MomentOf(const Regression& alert, Slot slot) const {
  // Of a drift nobody knows when it began.
  const int64_t vague =
      alert.kind == RegressionKind::kDrift ? kVague * index.MeasureOf(slot).interval_nanos : 0;
  if (vague > 0) return {alert.onset_unix_nanos - vague, alert.onset_unix_nanos + vague};
  return {alert.onset_low_unix_nanos, alert.onset_high_unix_nanos};
}

bool RegressionEngine::Impl::SameMoment(const Regression& alert, const Regression& other,
                                        Slot slot) const {
  const auto& measure = index.MeasureOf(slot);
  const int64_t slack = kNearPoints * measure.interval_nanos;
  const Moment then = MomentOf(alert, slot);
  const Moment now = MomentOf(other, slot);
  if (now.high >= then.low - slack && now.low <= then.high + slack) return true;
  if (WidthOf(alert.scope) < 2 || alert.benchmark != other.benchmark) return false;
  // A node that got the release later than the first one, and what was seen of it later still.
  const int64_t got = index.NodeOf(slot).changed_at[static_cast<size_t>(alert.scope) - 1];
  return got != 0 && now.low <= got + kReach * measure.interval_nanos && now.high >= got - slack;
}

// More than twice of what all share, and beyond the luck of the one that shows the most.
bool RegressionEngine::Impl::IsClearlyMore(Slot slot, int64_t onset, double own,
                                           double shared) const {
  const auto shift = ShiftAt(slot, onset);
  return shift && own - shared > std::max(shared, kClear * shift->error);
}

bool RegressionEngine::Impl::Belongs(const Candidate& candidate, const Regression& alert,
                                     Slot lead) const {
  const auto& own = candidate.suspect->regression;
  const int width = WidthOf(own.scope);
  if (width <= WidthOf(alert.scope) && Covers(alert, lead) && SameMoment(alert, own, lead)) {
    if (width == WidthOf(alert.scope)) return true;
    const double shared = std::log1p(alert.effect);
    const auto shift = ShiftAt(lead, own.onset_unix_nanos);
    // What the alert has corrected shows what is beyond it.
    const double corrected = IsCorrectedNear(lead, own.onset_unix_nanos) ? shared : 0;
    return !shift || !IsClearlyMore(lead, own.onset_unix_nanos, shift->shift + corrected, shared);
  }
  // One open alert a series: a further step is the same affair. What many have in common mutes
  // none of them.
  if (candidate.suspect->slot == kNone || alert.scope != RegressionScope::kNode) return false;
  const auto open = alerts_of.find(lead);
  return open != alerts_of.end() && open->second.contains(alert.id);
}

bool RegressionEngine::Impl::JoinOpen(const Candidate& candidate) {
  const Slot lead = LeadSlot(candidate);
  if (lead == kNone) return false;
  for (auto& [id, alert] : alerts) {
    if (!Belongs(candidate, alert, lead)) continue;
    AddChildren(alert, candidate.finding.children);
    if (alert.scope == RegressionScope::kNode) Grow(alert, candidate);
    changed.insert(id);
    return true;
  }
  return false;
}

// Of a series that is in it already, the level of before and the first onset stay.
void RegressionEngine::Impl::AddChildren(Regression& alert,
                                         std::span<const AffectedSeries> children) {
  for (const auto& child : children) {
    const auto same =
        std::find_if(alert.children.begin(), alert.children.end(),
                     [&](const AffectedSeries& other) { return other.series == child.series; });
    const Slot slot = index.Find(child.series);
    // Of a kernel's nodes, say, not all have the release whose alert this is.
    if (slot == kNone || !Covers(alert, slot)) continue;
    if (same != alert.children.end()) {
      same->after = child.after;
      same->effect =
          OrientedEffect(same->before, same->after, index.MeasureOf(slot).higher_is_better);
    } else if (alert.children.size() < kMostChildren) {
      alert.children.push_back(child);
    }
    alerts_of[slot].insert(alert.id);
  }
}

// A further step of its own series.
void RegressionEngine::Impl::Grow(Regression& alert, const Candidate& candidate) {
  const auto own =
      std::find_if(alert.children.begin(), alert.children.end(), [&](const AffectedSeries& child) {
        return IsOf(child, alert) && IsAmong(candidate, child.series);
      });
  if (own == alert.children.end() || candidate.finding.kind != RegressionKind::kStep) return;
  alert.after = own->after;
  alert.effect = own->effect;
  alert.p = candidate.finding.p;
  alert.q = candidate.suspect->regression.q;
  const auto known = told.find(alert.id);
  if (known != told.end() && std::log1p(alert.effect) > kMuchMore * known->second) {
    unheard.insert(alert.id);
  }
}

// Narrower alerts of the same moment were this one: the oldest of them becomes it, untold.
bool RegressionEngine::Impl::Widen(const Candidate& candidate) {
  const auto& regression = candidate.suspect->regression;
  const Slot lead = LeadSlot(candidate);
  if (lead == kNone || regression.scope == RegressionScope::kNode) return false;
  for (auto& [id, alert] : alerts) {
    const Slot other = alert.children.empty() ? kNone : index.Find(alert.children[0].series);
    if (other == kNone || alert.scope == regression.scope || !Covers(regression, other) ||
        !SameMoment(regression, alert, other) ||
        IsClearlyMore(other, alert.onset_unix_nanos, std::log1p(alert.effect),
                      std::log1p(regression.effect))) {
      continue;
    }
    alert.scope = regression.scope;
    alert.subject = regression.subject;
    alert.blame = regression.blame;
    if (IsOf(alert.children[0], regression)) {
      alert.is_pooled = regression.is_pooled;
      alert.before = regression.before;
      alert.after = regression.after;
      alert.effect = regression.effect;
    }
    alert.onset_low_unix_nanos =
        std::min(alert.onset_low_unix_nanos, regression.onset_low_unix_nanos);
    alert.onset_high_unix_nanos =
        std::max(alert.onset_high_unix_nanos, regression.onset_high_unix_nanos);
    AddChildren(alert, regression.children);
    changed.insert(id);
    return true;
  }
  return false;
}

}  // namespace hypergauge::analysis
