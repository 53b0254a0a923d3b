// Levels that series left, so that the past can be compared with the present.
#include <algorithm>
#include <cmath>

#include "aggregator/analysis/engine_impl.h"

namespace hypergauge::analysis {
namespace {

constexpr double kClear = 4;               // standard errors at which a member's own shift counts
constexpr uint8_t kAcceptAfterStep = 150;  // points

}  // namespace

void RegressionEngine::Impl::Correct(Slot slot, int64_t from, double ratio) {
  corrections[slot][from] = ratio;
  const auto series = index.series(slot).series;
  new_marks[{series, from}] = {.series = series, .from_unix_nanos = from, .ratio = ratio};
  auto& state = states[slot];
  state.is_asleep = true;
  state.patience = {};
  state.since_change = {};
  AcceptLater(slot);
}

void RegressionEngine::Impl::RevokeNear(Slot slot, int64_t at) {
  const auto own = corrections.find(slot);
  if (own == corrections.end()) return;
  const int64_t slack = (kNearPoints + 1) * index.MeasureOf(slot).interval_nanos;
  std::vector<int64_t> near;
  for (const auto& [from, ratio] : own->second) {
    if (from >= at - slack && from <= at + slack) near.push_back(from);
  }
  for (const int64_t from : near) Revoke(slot, from);
}

bool RegressionEngine::Impl::IsCorrectedNear(Slot slot, int64_t at) const {
  const auto own = corrections.find(slot);
  if (own == corrections.end()) return false;
  const int64_t slack = (kNearPoints + 1) * index.MeasureOf(slot).interval_nanos;
  const auto next = own->second.lower_bound(at - slack);
  return next != own->second.end() && next->first <= at + slack;
}

void RegressionEngine::Impl::Revoke(Slot slot, int64_t from) {
  const auto own = corrections.find(slot);
  if (own == corrections.end()) return;
  const auto correction = own->second.find(from);
  if (correction == own->second.end()) return;
  own->second.erase(correction);
  const auto series = index.series(slot).series;
  new_marks[{series, from}] = {.series = series, .from_unix_nanos = from, .is_revoked = true};
  states[slot].is_asleep = true;
  AcceptLater(slot);
}

// A step that was told is no drift: the level that follows is the baseline, once it is well known.
void RegressionEngine::Impl::AcceptLater(Slot slot) {
  auto& state = states[slot];
  state.until_drift = kAcceptAfterStep;
  if (!std::exchange(state.has_accepted, false)) return;
  const auto series = index.series(slot).series;
  new_marks[{series, 0}] = {.series = series, .accepted = 0};
}

void RegressionEngine::Impl::MoveLevels(const Candidate& candidate) {
  const auto& finding = candidate.finding;
  if (finding.kind == RegressionKind::kDrift) return;
  const Slot own = candidate.suspect->slot;
  for (const auto& child : finding.children) {
    if (index.Find(child.series) != own) continue;
    const bool is_known = child.before > 0 && child.after > 0;
    Correct(own, child.onset_unix_nanos, is_known ? child.after / child.before : 0);
  }
  const uint32_t group = GroupOf(candidate.suspect->regression.scope, LeadSlot(candidate));
  if (group == kNone) return;
  const int64_t moment = candidate.suspect->is_aligned ? 0 : finding.onset;
  MoveMembers(MemberShifts(group, moment, index.group(group).members.size()),
              std::log1p(finding.effect));
}

uint32_t RegressionEngine::Impl::GroupOf(RegressionScope scope, Slot lead) const {
  if (scope == RegressionScope::kNode || lead == kNone) return kNone;
  return index.series(lead).groups[static_cast<size_t>(scope) - 1];
}

uint32_t RegressionEngine::Impl::GroupOf(const Regression& alert) const {
  const Slot lead = alert.children.empty() ? kNone : index.Find(alert.children[0].series);
  const uint32_t group = GroupOf(alert.scope, lead);
  return group == kNone || index.group(group).subject != alert.subject ? kNone : group;
}

// What many say moves all: each by what is known of it, and of all, as far as it is known.
void RegressionEngine::Impl::MoveMembers(std::span<const MemberShift> members, double common) {
  const double way = common < 0 ? -1 : 1;
  for (const auto& member : members) {
    const auto& [shift, error, before, after] = member.shift;
    const bool stayed = way * (common - shift) > kClear * error && way * shift < kClear * error;
    // Another of its groups may have said so already.
    if (stayed || IsCorrectedNear(member.slot, member.onset)) continue;
    // Members differ by a quarter of what they share, say.
    const double own_weight = error > 0 ? common * common / 16 / (error * error) : 1e9;
    const double best = (own_weight * shift + common) / (own_weight + 1);
    const double sign = index.MeasureOf(member.slot).higher_is_better ? -1 : 1;
    Correct(member.slot, member.onset, std::exp(sign * best));
  }
}

// Some time after it was told more is known: of nodes that got the release late, of how far each
// moved. What was corrected by few points is corrected by more.
void RegressionEngine::Impl::Refine(Regression& alert) {
  const uint32_t group = GroupOf(alert);
  if (group == kNone) return;
  const size_t all = index.group(group).members.size();
  for (const auto& member : MemberShifts(group, alert.onset_unix_nanos, all)) {
    RevokeNear(member.slot, member.onset);
  }
  const auto members = MemberShifts(group, alert.onset_unix_nanos, all);
  std::vector<LevelShift> shifts;
  shifts.reserve(members.size());
  for (const auto& member : members) shifts.push_back(member.shift);
  const auto pooled = Pool(shifts);
  if (!pooled) return;
  MoveMembers(members, pooled->shift);
  if (!alert.is_pooled || pooled->shift <= 0) return;
  alert.effect = std::expm1(pooled->shift);
  alert.after = 1 + alert.effect;
  changed.insert(alert.id);
}

}  // namespace hypergauge::analysis
