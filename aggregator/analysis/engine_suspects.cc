#include <algorithm>
#include <cmath>

#include "aggregator/analysis/engine_impl.h"
#include "aggregator/analysis/false_discovery.h"
#include "aggregator/analysis/life_cycle.h"

namespace hypergauge::analysis {
namespace {

constexpr size_t kAskedMembers = 5;      // of a group, for confirming runs
constexpr double kLeastCertain = 0.001;  // p
constexpr double kSingleLuck = 0.1;
constexpr double kDriftShare = 0.1;
constexpr double kPooledLuck = 50;  // what many say is borne out by many fresh points

/// How far the alert says that a series moved, a logarithm: what it is named after, as a whole.
double RiseOf(const Regression& alert, int64_t series) {
  const auto own =
      std::find_if(alert.children.begin(), alert.children.end(),
                   [&](const AffectedSeries& child) { return child.series == series; });
  const bool is_other = own != alert.children.end() && !IsOf(*own, alert);
  return std::log1p(is_other ? own->effect : alert.effect);
}

}  // namespace

void RegressionEngine::Impl::LookAtGroups(int64_t now, size_t most) {
  for (; most > 0 && !pending_groups.empty(); --most) {
    const uint32_t group = pending_groups.extract(pending_groups.begin()).value();
    if (suspect_of_group.contains(group)) continue;
    Suspect suspect{.regression = {}, .group = group};
    auto finding = ExamineGroup(group);
    if (!finding && index.group(group).scope != RegressionScope::kHost) {
      finding = ExamineRelease(group);
      suspect.is_aligned = true;
    }
    if (finding && finding->effect > 0) {
      Suspected(std::move(suspect), *finding, now);
    } else {
      groups[group].patience.Refuse();
    }
  }
}

void RegressionEngine::Impl::LookAtSeries(int64_t now, size_t most) {
  for (; most > 0 && !pending.empty(); --most) {
    const auto [series, slot] = *pending.begin();
    pending.erase(pending.begin());
    if (index.Find(series) != slot || suspect_of.contains(slot) || improving.contains(series)) {
      continue;
    }
    const auto finding = ExamineSeries(slot);
    if (finding && finding->effect > 0) {
      Suspected({.regression = {}, .slot = slot}, *finding, now);
    } else if (finding && finding->is_confirmed) {
      improving.try_emplace(series, Improving{slot, now});
    } else {
      states[slot].patience.Refuse();
    }
  }
}

// Nobody is asked to run for it: the points that come anyway must bear it out.
void RegressionEngine::Impl::LookAtImproving(int64_t now) {
  for (auto each = improving.begin(); each != improving.end();) {
    const auto [slot, since] = each->second;
    const bool is_gone = index.Find(each->first) != slot;
    const bool is_due =
        !is_gone && now - since > options.patience * index.MeasureOf(slot).interval_nanos;
    if (!is_gone && !is_due) {
      ++each;
      continue;
    }
    if (is_due) {
      const auto finding = ExamineSeries(slot);
      if (finding && finding->is_confirmed && finding->effect < 0 &&
          finding->p <= LargestP(index.MeasureOf(slot), true) &&
          FreshPointsAgree(slot, *finding, since)) {
        Improved(slot, *finding, now);
      } else {
        states[slot].patience.Refuse();
      }
    }
    each = improving.erase(each);
  }
}

void RegressionEngine::Impl::LookAtDrift(int64_t now, size_t most) {
  for (; most > 0 && !drifting.empty(); --most) {
    const auto [series, slot] = *drifting.begin();
    drifting.erase(drifting.begin());
    if (index.Find(series) != slot) continue;
    auto& state = states[slot];
    const double sign = index.MeasureOf(slot).higher_is_better ? -1 : 1;
    if (!state.has_accepted) {
      const auto level = LatestLevel(slot);
      if (!level) continue;
      state.accepted = static_cast<float>(sign * std::log(*level));
      state.has_accepted = true;
      new_marks[{series, 0}] = {.series = series, .accepted = *level};
      continue;
    }
    if (HasOwnAlert(slot) || suspect_of.contains(slot)) continue;
    if (const auto finding = ExamineDrift(slot)) {
      Suspect suspect{.regression = {}, .slot = slot};
      suspect.regression.kind = RegressionKind::kDrift;
      Suspected(std::move(suspect), *finding, now);
    }
  }
}

void RegressionEngine::Impl::Suspected(Suspect suspect, const Finding& finding, int64_t now) {
  auto& regression = suspect.regression;
  regression.id = next_id++;
  regression.kind = finding.kind;
  regression.is_pooled = suspect.group != kNone;
  const auto& measure = regression.is_pooled ? index.measure(index.group(suspect.group).measure)
                                             : index.MeasureOf(suspect.slot);
  regression.scope =
      regression.is_pooled ? index.group(suspect.group).scope : RegressionScope::kNode;
  regression.subject = regression.is_pooled ? index.group(suspect.group).subject
                                            : index.NodeOf(suspect.slot).info.node;
  regression.benchmark = measure.benchmark;
  regression.suite = measure.suite;
  regression.family = measure.family;
  regression.labels = measure.labels;
  regression.higher_is_better = measure.higher_is_better;
  regression.onset_unix_nanos = finding.onset;
  regression.onset_low_unix_nanos = finding.low;
  regression.onset_high_unix_nanos = finding.high;
  regression.before = finding.before;
  regression.after = finding.after;
  regression.effect = finding.effect;
  regression.p = finding.p;
  regression.children = finding.children;
  Begin(regression, RegressionState::kSuspect, now);
  suspect.asked_at = now;
  const size_t asked = regression.is_pooled ? kAskedMembers : 1;
  for (size_t i = 0; i < std::min(asked, finding.children.size()); ++i) {
    const auto& child = finding.children[i * finding.children.size() / asked];
    outcome.re_runs.push_back({.node = child.node,
                               .benchmark = measure.benchmark,
                               .suite = measure.suite,
                               .runs = regression.is_pooled ? 1 : options.re_runs,
                               .regression = regression.id});
  }
  if (suspect.group != kNone) suspect_of_group[suspect.group] = regression.id;
  if (suspect.slot != kNone) suspect_of[suspect.slot] = regression.id;
  changed.insert(regression.id);
  suspects.emplace(regression.id, std::move(suspect));
}

std::optional<Finding> RegressionEngine::Impl::Examine(const Suspect& suspect) const {
  if (suspect.slot != kNone) {
    return suspect.regression.kind == RegressionKind::kDrift ? ExamineDrift(suspect.slot)
                                                             : ExamineSeries(suspect.slot);
  }
  return suspect.is_aligned ? ExamineRelease(suspect.group) : ExamineGroup(suspect.group);
}

bool RegressionEngine::Impl::IsBorneOut(const Suspect& suspect, const Finding& finding) const {
  if (!finding.is_confirmed || finding.effect <= 0) return false;
  const bool is_series = suspect.slot != kNone;
  const auto& measure =
      is_series ? index.MeasureOf(suspect.slot) : index.measure(index.group(suspect.group).measure);
  // No fresh points of its own bear a drift out: the one test must be the surer.
  const double share = finding.kind == RegressionKind::kDrift ? kDriftShare : 1;
  if (finding.p > share * LargestP(measure, is_series)) return false;
  return is_series ? FreshPointsAgree(suspect.slot, finding, suspect.asked_at)
                   : FreshMembersAgree(suspect.group, finding, suspect.asked_at);
}

// Whoever looks often enough sees everything by luck: so that of a month's looks at all that is
// watched not one in a month is wrong. Benjamini and Hochberg's bound is over the candidates alone.
double RegressionEngine::Impl::LargestP(const Measure& measure, bool is_series) const {
  constexpr double kMonth = 30.0 * 24 * 3600e9;
  constexpr double kPointsALook = 15;  // a window does not say anything new before
  const double looks = kMonth / static_cast<double>(measure.interval_nanos) / kPointsALook *
                       static_cast<double>(is_series ? index.series_count() : groups.size());
  return std::min(kLeastCertain, (is_series ? kSingleLuck : kPooledLuck) / std::max(1.0, looks));
}

std::vector<Candidate> RegressionEngine::Impl::DueCandidates(int64_t now) {
  std::vector<Candidate> candidates;
  std::vector<int64_t> hopeless;
  for (auto& [id, suspect] : suspects) {
    if (auto finding = Examine(suspect); finding && IsBorneOut(suspect, *finding)) {
      candidates.push_back({&suspect, *std::move(finding)});
      continue;
    }
    if (IsLate(suspect, now)) hopeless.push_back(id);
  }
  for (const int64_t id : hopeless) GiveUp(id);
  return candidates;
}

bool RegressionEngine::Impl::IsLate(const Suspect& suspect, int64_t now) const {
  const auto& measure = suspect.slot != kNone ? index.MeasureOf(suspect.slot)
                                              : index.measure(index.group(suspect.group).measure);
  return now - suspect.asked_at > options.patience * measure.interval_nanos;
}

void RegressionEngine::Impl::GiveUp(int64_t id) {
  const auto& suspect = suspects.at(id);
  if (suspect.slot != kNone) states[suspect.slot].patience.Refuse();
  if (suspect.group != kNone) groups[suspect.group].patience.Refuse();
  Drop(id);
}

void RegressionEngine::Impl::Judge(int64_t now) {
  auto candidates = DueCandidates(now);
  std::vector<double> p;
  p.reserve(candidates.size());
  for (const auto& candidate : candidates) p.push_back(candidate.finding.p);
  const auto q = BenjaminiHochberg(p);
  std::vector<Candidate> found;
  std::vector<int64_t> hopeless;
  for (size_t i = 0; i < candidates.size(); ++i) {
    if (q[i] > options.false_discovery_rate) {
      if (IsLate(*candidates[i].suspect, now)) {
        hopeless.push_back(candidates[i].suspect->regression.id);
      }
      continue;
    }
    candidates[i].suspect->regression.q = q[i];
    found.push_back(std::move(candidates[i]));
  }
  // What many say goes first, so that the single ones join it; then the surest.
  const auto rank = [](const Candidate& candidate) {
    const auto& regression = candidate.suspect->regression;
    const int width = !regression.is_pooled                        ? 2
                      : regression.scope == RegressionScope::kHost ? 1
                                                                   : 0;
    return std::tuple(width, candidate.finding.p, regression.subject, regression.benchmark,
                      regression.family, regression.labels);
  };
  std::sort(found.begin(), found.end(),
            [&](const Candidate& a, const Candidate& b) { return rank(a) < rank(b); });
  for (auto& candidate : found) {
    const int64_t id = candidate.suspect->regression.id;
    Place(candidate, now);
    suspects.erase(id);
  }
  for (const int64_t id : hopeless) GiveUp(id);
}

void RegressionEngine::Impl::Drop(int64_t id) {
  const auto found = suspects.find(id);
  if (found == suspects.end()) return;
  suspect_of.erase(found->second.slot);
  suspect_of_group.erase(found->second.group);
  suspects.erase(found);
  // Nobody heard of one that came and went in the same round.
  if (changed.erase(id) == 0) outcome.dropped.push_back(id);
}

bool RegressionEngine::Impl::HasOwnAlert(Slot slot) const {
  const auto open = alerts_of.find(slot);
  return open != alerts_of.end() &&
         std::any_of(open->second.begin(), open->second.end(),
                     [&](int64_t id) { return alerts.at(id).scope == RegressionScope::kNode; });
}

// Of several open regressions of the series that which the way back is nearest to.
std::optional<int64_t> RegressionEngine::Impl::EndedBy(Slot slot, const Finding& finding) const {
  const auto open = alerts_of.find(slot);
  if (open == alerts_of.end()) return std::nullopt;
  const double shift = std::log1p(finding.effect);  // below 0
  std::optional<int64_t> best;
  double nearest = INFINITY;
  for (const int64_t id : open->second) {
    const auto& alert = alerts.at(id);
    const double rise = RiseOf(alert, index.series(slot).series);
    if (shift > -rise / 2 || finding.onset <= alert.onset_unix_nanos) continue;
    if (std::abs(shift + rise) >= nearest) continue;
    nearest = std::abs(shift + rise);
    best = id;
  }
  return best;
}

void RegressionEngine::Impl::Improved(Slot slot, const Finding& finding, int64_t now) {
  if (const auto id = EndedBy(slot, finding)) {
    auto& alert = alerts.at(*id);
    const auto own = index.series(slot).series;
    std::erase_if(alert.children, [&](const AffectedSeries& child) { return child.series == own; });
    alerts_of[slot].erase(*id);
    changed.insert(*id);
    if (alert.children.empty() ||
        (alert.scope != RegressionScope::kNode && alert.children.size() < 3)) {
      Close(alert, RegressionState::kResolved, now);
    }
  }
  Correct(slot, finding.onset, finding.before > 0 ? finding.after / finding.before : 0);
}

}  // namespace hypergauge::analysis
