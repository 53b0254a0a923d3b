#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "aggregator/analysis/engine_impl.h"
#include "aggregator/analysis/life_cycle.h"

namespace hypergauge::analysis {
namespace {

constexpr int64_t kNearPoints = 2;         // onsets so near are one
constexpr size_t kAttributionSample = 64;  // members of a cohort that are asked
constexpr int64_t kVague = 24;             // intervals by which the begin of a drift is off
constexpr int64_t kReach = 12;             // intervals that a cause may be back
constexpr double kClear = 4;               // standard errors at which a member's own shift counts
constexpr size_t kMostChildren = 600;
constexpr uint8_t kAcceptAfterStep = 150;  // points

int WidthOf(RegressionScope scope) {
  if (scope == RegressionScope::kNode) return 0;
  return scope == RegressionScope::kHost ? 1 : 2;
}

}  // namespace

Slot RegressionEngine::Impl::LeadSlot(const Candidate& candidate) const {
  if (candidate.suspect->slot != kNone) return candidate.suspect->slot;
  return candidate.finding.children.empty() ? kNone
                                            : index.Find(candidate.finding.children[0].series);
}

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
  const Moment told = MomentOf(alert, slot);
  const Moment now = MomentOf(other, slot);
  if (now.high >= told.low - slack && now.low <= told.high + slack) return true;
  if (WidthOf(alert.scope) < 2 || alert.benchmark != other.benchmark) return false;
  // A node that got the release later than the first one, and what was seen of it later still.
  const int64_t got = index.NodeOf(slot).changed_at[static_cast<size_t>(alert.scope) - 1];
  return got != 0 && now.low <= got + kReach * measure.interval_nanos && now.high >= got - slack;
}

bool RegressionEngine::Impl::JoinOpen(const Candidate& candidate) {
  const auto& finding = candidate.finding;
  for (auto& [id, alert] : alerts) {
    const auto& own = candidate.suspect->regression;
    bool joins = false;
    const Slot lead = LeadSlot(candidate);
    if (lead == kNone) continue;
    joins = WidthOf(own.scope) <= WidthOf(alert.scope) && Covers(alert, lead) &&
            SameMoment(alert, own, lead);
    // One open alert a series: a further step is the same affair.
    if (!joins && candidate.suspect->slot != kNone) {
      const auto open = alerts_of.find(lead);
      joins = open != alerts_of.end() && open->second.contains(id);
    }
    if (!joins) continue;
    for (const auto& child : finding.children) {
      const auto same =
          std::find_if(alert.children.begin(), alert.children.end(),
                       [&](const AffectedSeries& other) { return other.series == child.series; });
      if (same != alert.children.end()) {
        *same = child;
      } else if (alert.children.size() < kMostChildren) {
        alert.children.push_back(child);
      }
      if (const Slot slot = index.Find(child.series); slot != kNone) alerts_of[slot].insert(id);
    }
    changed.insert(id);
    return true;
  }
  return false;
}

// As it was confirmed, which may differ from what was suspected.
void RegressionEngine::Impl::Describe(const Candidate& candidate) {
  auto& regression = candidate.suspect->regression;
  const auto& finding = candidate.finding;
  regression.kind = finding.kind;
  regression.onset_unix_nanos = finding.onset;
  regression.onset_low_unix_nanos = finding.low;
  regression.onset_high_unix_nanos = finding.high;
  regression.before = finding.before;
  regression.after = finding.after;
  regression.effect = finding.effect;
  regression.p = finding.p;
}

void RegressionEngine::Impl::Place(const Candidate& candidate, int64_t now) {
  Candidate own = candidate;
  auto& regression = own.suspect->regression;
  suspect_of.erase(own.suspect->slot);
  suspect_of_group.erase(own.suspect->group);
  Describe(own);
  bool joins = JoinOpen(own);
  if (!joins) {
    Attribute(own);
    joins = JoinOpen(own);
  }
  if (!joins) {
    Fire(own, now);
    return;
  }
  outcome.dropped.push_back(regression.id);
  changed.erase(regression.id);
  // A kernel or an image that joins a release has members that the release did not touch.
  if (WidthOf(regression.scope) < 2) MoveLevels(own);
}

Cohort RegressionEngine::Impl::CohortOf(uint32_t group, const Candidate& candidate,
                                        const std::set<uint32_t>& own_nodes, const NodeEvent* event,
                                        std::vector<MemberShift>& moved) const {
  const auto& row = index.group(group);
  const auto kind = static_cast<size_t>(row.scope) - 1;
  Cohort cohort{.scope = row.scope, .subject = row.subject, .others = {}};
  const Slot lead = LeadSlot(candidate);
  const int64_t got = index.NodeOf(lead).changed_at[kind];
  const int64_t near = (kNearPoints + 1) * index.MeasureOf(lead).interval_nanos;
  // Where the change came with the release, others are compared when they got it.
  cohort.matches_event = event != nullptr && row.scope != RegressionScope::kHost && got != 0 &&
                         std::abs(candidate.finding.onset - got) <= near;
  moved =
      MemberShifts(group, cohort.matches_event ? 0 : candidate.finding.onset, kAttributionSample);
  std::set<std::string> hosts;
  const auto own_host = FleetIndex::Subject(index.NodeOf(lead).info, RegressionScope::kHost);
  for (const auto& member : moved) {
    if (own_nodes.contains(index.series(member.slot).node)) continue;
    const auto host = FleetIndex::Subject(index.NodeOf(member.slot).info, RegressionScope::kHost);
    // A release is known by what other hosts do.
    if (row.scope != RegressionScope::kHost && host == own_host) continue;
    cohort.others.push_back(member.shift);
    if (!host.empty()) hosts.insert(host);
  }
  cohort.other_hosts = hosts.size();
  return cohort;
}

void RegressionEngine::Impl::Attribute(Candidate& candidate) const {
  auto& regression = candidate.suspect->regression;
  const Slot lead = LeadSlot(candidate);
  if (lead == kNone || candidate.finding.kind != RegressionKind::kStep) return;
  const auto& measure = index.MeasureOf(lead);
  const auto& events = index.NodeOf(lead).events;
  const std::vector<NodeEvent> known(events.begin(), events.end());
  const auto* event = NearestEvent(known, candidate.finding.onset, kReach * measure.interval_nanos,
                                   measure.interval_nanos);
  std::set<uint32_t> own_nodes;
  if (!regression.is_pooled) own_nodes.insert(index.series(lead).node);
  std::vector<Cohort> cohorts;
  std::vector<std::vector<MemberShift>> moved;
  const double shift = std::log1p(candidate.finding.effect);
  for (const uint32_t group : index.series(lead).groups) {
    if (group == kNone) continue;
    // A host that moved as one is known by other hosts; a release is as wide as it gets.
    if (regression.is_pooled && index.group(group).scope == RegressionScope::kHost) continue;
    moved.emplace_back();
    cohorts.push_back(CohortOf(group, candidate, own_nodes, event, moved.back()));
  }
  const auto chosen = ChooseCohort(cohorts, shift);
  if (!chosen) return;
  regression.scope = cohorts[*chosen].scope;
  regression.subject = cohorts[*chosen].subject;
  for (const auto& member : moved[*chosen]) {
    const auto series = index.series(member.slot).series;
    auto& children = candidate.finding.children;
    const bool is_known = std::any_of(children.begin(), children.end(),
                                      [&](const auto& child) { return child.series == series; });
    if (!is_known && member.shift.shift >= shift / 2) children.push_back(Affected(member));
  }
}

std::optional<bool> RegressionEngine::Impl::HostMoved(const Candidate& candidate) const {
  const auto& regression = candidate.suspect->regression;
  const uint32_t host = index.FindNode(regression.subject);
  if (host == kNone || index.node(host).series.empty()) return std::nullopt;
  return std::any_of(candidate.finding.children.begin(), candidate.finding.children.end(),
                     [&](const AffectedSeries& child) { return child.node == regression.subject; });
}

void RegressionEngine::Impl::Fire(Candidate& candidate, int64_t now) {
  auto& regression = candidate.suspect->regression;
  const auto& finding = candidate.finding;
  regression.children = finding.children;
  if (regression.children.size() > kMostChildren) regression.children.resize(kMostChildren);
  regression.blame =
      Blame(regression.scope,
            regression.scope == RegressionScope::kHost ? HostMoved(candidate) : std::nullopt);
  if (const Slot lead = LeadSlot(candidate); lead != kNone) {
    const auto interval = index.MeasureOf(lead).interval_nanos;
    const auto& own = index.NodeOf(lead);
    std::vector<NodeEvent> events(own.events.begin(), own.events.end());
    const uint32_t host = index.FindNode(own.info.host);
    if (host != kNone && own.info.host != own.info.node) {
      const auto& of_host = index.node(host).events;
      events.insert(events.end(), of_host.begin(), of_host.end());
    }
    const auto* event = NearestEvent(events, finding.onset, kReach * interval, interval);
    if (event != nullptr) regression.cause = CauseText(*event, finding.onset);
  }
  MoveLevels(candidate);
  // Narrower alerts of the same moment were this one: the oldest of them becomes it, untold.
  const Slot lead = LeadSlot(candidate);
  for (auto& [id, alert] : alerts) {
    if (lead == kNone || regression.scope == RegressionScope::kNode) break;
    const Slot other = alert.children.empty() ? kNone : index.Find(alert.children[0].series);
    if (other == kNone || alert.scope == regression.scope || !Covers(regression, other) ||
        !SameMoment(regression, alert, other)) {
      continue;
    }
    alert.scope = regression.scope;
    alert.subject = regression.subject;
    alert.blame = regression.blame;
    alert.onset_low_unix_nanos = std::min(alert.onset_low_unix_nanos, finding.low);
    alert.onset_high_unix_nanos = std::max(alert.onset_high_unix_nanos, finding.high);
    for (const auto& child : regression.children) {
      alert.children.push_back(child);
      if (const Slot slot = index.Find(child.series); slot != kNone) alerts_of[slot].insert(id);
    }
    changed.insert(id);
    changed.erase(regression.id);
    outcome.dropped.push_back(regression.id);
    return;
  }
  Begin(regression, RegressionState::kFiring, now);
  for (const auto& child : regression.children) {
    if (const Slot slot = index.Find(child.series); slot != kNone) {
      alerts_of[slot].insert(regression.id);
    }
  }
  changed.insert(regression.id);
  unheard.insert(regression.id);
  alerts.emplace(regression.id, regression);
}

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
  const uint32_t group = GroupOf(candidate);
  if (group == kNone) return;
  const int64_t moment = candidate.suspect->is_aligned ? 0 : finding.onset;
  MoveMembers(group, MemberShifts(group, moment, index.group(group).members.size()),
              std::log1p(finding.effect));
}

uint32_t RegressionEngine::Impl::GroupOf(const Candidate& candidate) const {
  const auto scope = candidate.suspect->regression.scope;
  const Slot lead = LeadSlot(candidate);
  if (scope == RegressionScope::kNode || lead == kNone) return kNone;
  return index.series(lead).groups[static_cast<size_t>(scope) - 1];
}

// What many say moves all: each by what is known of it, and of all, as far as it is known.
void RegressionEngine::Impl::MoveMembers(uint32_t group, std::span<const MemberShift> members,
                                         double common) {
  const double sign = index.measure(index.group(group).measure).higher_is_better ? -1 : 1;
  for (const auto& member : members) {
    const auto& [shift, error, before, after] = member.shift;
    const bool stayed = common - shift > kClear * error && shift < kClear * error;
    // Another of its groups may have said so already.
    if (stayed || IsCorrectedNear(member.slot, member.onset)) continue;
    // Members differ by a quarter of what they share, say.
    const double own_weight = error > 0 ? common * common / 16 / (error * error) : 1e9;
    const double best = (own_weight * shift + common) / (own_weight + 1);
    Correct(member.slot, member.onset, std::exp(sign * best));
  }
}

// Some time after it was told more is known: of nodes that got the release late, of how far each
// moved. What was corrected by few points is corrected by more.
void RegressionEngine::Impl::Refine(Regression& alert) {
  if (alert.children.empty()) return;
  const Slot lead = index.Find(alert.children[0].series);
  if (lead == kNone || alert.scope == RegressionScope::kNode) return;
  const uint32_t group = index.series(lead).groups[static_cast<size_t>(alert.scope) - 1];
  if (group == kNone || index.group(group).subject != alert.subject) return;
  const size_t all = index.group(group).members.size();
  for (const auto& member : MemberShifts(group, alert.onset_unix_nanos, all)) {
    RevokeNear(member.slot, member.onset);
  }
  const auto members = MemberShifts(group, alert.onset_unix_nanos, all);
  std::vector<LevelShift> shifts;
  shifts.reserve(members.size());
  for (const auto& member : members) shifts.push_back(member.shift);
  const auto pooled = Pool(shifts);
  if (pooled) MoveMembers(group, members, pooled->shift);
}

}  // namespace hypergauge::analysis
