#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "aggregator/analysis/engine_impl.h"
#include "aggregator/analysis/life_cycle.h"

namespace hypergauge::analysis {
namespace {

constexpr size_t kAttributionSample = 64;  // members of a cohort that are asked
constexpr int64_t kReach = 12;             // intervals that a cause may be back

bool IsOfRelease(RegressionScope scope) {
  return scope != RegressionScope::kNode && scope != RegressionScope::kHost;
}

}  // namespace

Slot RegressionEngine::Impl::LeadSlot(const Candidate& candidate) const {
  if (candidate.suspect->slot != kNone) return candidate.suspect->slot;
  return candidate.finding.children.empty() ? kNone
                                            : index.Find(candidate.finding.children[0].series);
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
  if (!IsOfRelease(regression.scope)) MoveLevels(own);
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
  if (Widen(candidate)) {
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

}  // namespace hypergauge::analysis
