#include <algorithm>
#include <cmath>

#include "aggregator/analysis/change_points.h"
#include "aggregator/analysis/engine_impl.h"
#include "base/statistics.h"

namespace hypergauge::analysis {
namespace {

constexpr size_t kMostMembers = 512;  // that are looked at; more add nothing
constexpr size_t kNear = 100;         // points on either side of a moment
constexpr size_t kLeastMovers = 8;    // nodes that got a release, for a test of it
constexpr uint16_t kLeastSince = 5;   // points each since then
constexpr double kReleaseT = 5;       // standard errors; the windows decide
constexpr double kReleaseP = 1e-4;
constexpr double kClip = 3.5;
constexpr size_t kRecent = 120;
constexpr double kShare = 0.5;
constexpr size_t kLeastBefore = 20;  // points of a member
constexpr size_t kLeastFresh = 3;    // members
constexpr double kFreshZ = 2.33;
constexpr size_t kManyMembers = 25;
constexpr size_t kPooledBaseline = 24;  // points

/// A member's points as oriented logarithms about their median, by interval.
struct MemberRow {
  std::map<int64_t, double> rests;
  double sigma = 0;
};

MemberRow RowOf(std::span<const TimedValue> points, int64_t interval, double sign) {
  MemberRow row;
  std::vector<double> logs;
  for (const auto& point : points) {
    if (std::isfinite(point.value) && point.value > 0) logs.push_back(sign * std::log(point.value));
  }
  const auto summary = Summarize(logs);
  if (!summary || summary->count < 20) return row;
  row.sigma = std::max(summary->mad, 1e-4);
  for (const auto& point : points) {
    if (!std::isfinite(point.value) || point.value <= 0) continue;
    const double rest = sign * std::log(point.value) - summary->median;
    row.rests[point.unix_nanos / interval] =
        std::clamp(rest, -kClip * row.sigma, kClip * row.sigma);
  }
  return row;
}

/// The mean of the members in each interval, as a ratio to their levels; NaN where few were there.
std::vector<double> PooledValues(std::span<const MemberRow> rows, int64_t first, int64_t last) {
  std::vector<double> values;
  for (int64_t bin = first; bin <= last; ++bin) {
    double weights = 0;
    double sum = 0;
    size_t given = 0;
    for (const auto& row : rows) {
      const auto found = row.rests.find(bin);
      if (found == row.rests.end()) continue;
      const double weight = 1 / (row.sigma * row.sigma);
      weights += weight;
      sum += weight * found->second;
      ++given;
    }
    values.push_back(2 * given >= rows.size() ? std::exp(sum / weights) : std::nan(""));
  }
  return values;
}

void PutClearestFirst(std::vector<MemberShift>& members) {
  const auto clearness = [](const MemberShift& member) {
    return member.shift.error > 0 ? member.shift.shift / member.shift.error : 0;
  };
  std::stable_sort(members.begin(), members.end(),
                   [&](const auto& a, const auto& b) { return clearness(a) > clearness(b); });
}

std::vector<LevelShift> ShiftsOf(std::span<const MemberShift> members) {
  std::vector<LevelShift> shifts;
  for (const auto& member : members) shifts.push_back(member.shift);
  return shifts;
}

}  // namespace

std::vector<Slot> RegressionEngine::Impl::Sample(uint32_t group, size_t most) const {
  auto members = index.group(group).members;
  // By the caller's numbers, whatever the order in which they came.
  std::sort(members.begin(), members.end(),
            [&](Slot a, Slot b) { return index.series(a).series < index.series(b).series; });
  if (members.size() <= most) return members;
  std::vector<Slot> sample;
  for (size_t i = 0; i < most; ++i) sample.push_back(members[i * members.size() / most]);
  return sample;
}

AffectedSeries RegressionEngine::Impl::Affected(const MemberShift& member) const {
  const auto& measure = index.MeasureOf(member.slot);
  const double sign = measure.higher_is_better ? -1 : 1;
  std::vector<double> before;
  // The points as they are: what was corrected is not what the figure was.
  for (const auto& point : windows.Window(index.series(member.slot).series, 2 * kNear)) {
    if (IsFigure(point) && point.unix_nanos < member.onset) before.push_back(point.value);
  }
  Finding finding{.onset = member.onset, .children = {}};
  // Nothing where the store cannot be read, for once.
  finding.before = Median(std::span(before).last(std::min(before.size(), kNear)))
                       .value_or(std::exp(sign * states[member.slot].running.level));
  finding.after = finding.before * std::exp(sign * member.shift.shift);
  finding.effect = std::expm1(member.shift.shift);
  return Affected(member.slot, finding);
}

std::optional<LevelShift> RegressionEngine::Impl::ShiftAt(Slot slot, int64_t moment) const {
  const double sign = index.MeasureOf(slot).higher_is_better ? -1 : 1;
  std::vector<double> before;
  std::vector<double> after;
  for (const auto& point : History(slot, 2 * kNear)) {
    if (!(point.value > 0)) continue;
    (point.unix_nanos < moment ? before : after).push_back(sign * std::log(point.value));
  }
  const size_t old_points = std::min(before.size(), kNear);
  return MeasureShift(std::span(before).last(old_points), after);
}

std::vector<MemberShift> RegressionEngine::Impl::MemberShifts(uint32_t group, int64_t onset,
                                                              size_t most) const {
  const auto kind = static_cast<size_t>(index.group(group).scope) - 1;
  std::vector<MemberShift> result;
  for (const Slot slot : Sample(group, most)) {
    // Who came to the group since has changed when it came.
    const int64_t moment = std::max(onset, index.NodeOf(slot).changed_at[kind]);
    if (moment == 0) continue;
    if (const auto shift = ShiftAt(slot, moment)) result.push_back({slot, moment, *shift});
  }
  return result;
}

bool RegressionEngine::Impl::ReleaseLooksWorse(uint32_t group) const {
  double sum = 0;
  double squares = 0;
  size_t count = 0;
  for (const Slot slot : index.group(group).members) {
    const auto& since = states[slot].since_change;
    if (!since.is_on || since.count < kLeastSince) continue;
    const double mean = static_cast<double>(since.sum) / since.count;
    sum += mean;
    squares += mean * mean;
    ++count;
  }
  if (count < kLeastMovers) return false;
  const auto n = static_cast<double>(count);
  const double mean = sum / n;
  const double variance = std::max(0.0, (squares - sum * mean) / (n - 1));
  return mean > options.min_effect / 2 && mean > kReleaseT * std::sqrt(variance / n);
}

std::optional<Finding> RegressionEngine::Impl::ExamineGroup(uint32_t group) const {
  const auto& measure = index.measure(index.group(group).measure);
  const double sign = measure.higher_is_better ? -1 : 1;
  std::vector<MemberRow> rows;
  int64_t first = INT64_MAX;
  int64_t last = INT64_MIN;
  for (const Slot slot : Sample(group, kMostMembers)) {
    auto member = RowOf(History(slot, options.window), measure.interval_nanos, sign);
    if (member.rests.empty()) continue;
    first = std::min(first, member.rests.begin()->first);
    last = std::max(last, member.rests.rbegin()->first);
    rows.push_back(std::move(member));
  }
  if (rows.size() < 3) return std::nullopt;
  first = std::max(first, last - static_cast<int64_t>(options.window));
  return FindByBins(group, PooledBins{PooledValues(rows, first, last), first, rows.size()});
}

// The mean may be one member's: half of them must have moved by half of it. It was clipped, too:
// how far they moved, they say themselves.
bool RegressionEngine::Impl::Mostly(uint32_t group, Finding& finding) const {
  auto members = MemberShifts(group, finding.onset, kMostMembers);
  PutClearestFirst(members);
  const auto shifts = ShiftsOf(members);
  const auto pooled = Pool(shifts);
  if (shifts.size() < 3 || ShareOf(shifts, std::log1p(finding.effect) / 2) < kShare ||
      pooled->shift <= 0) {
    return false;
  }
  finding.effect = std::expm1(pooled->shift);
  finding.after = 1 + finding.effect;
  for (const auto& member : members) {
    if (member.shift.shift >= pooled->shift / 2) finding.children.push_back(Affected(member));
  }
  return true;
}

std::optional<Finding> RegressionEngine::Impl::FindByBins(uint32_t group,
                                                          const PooledBins& bins) const {
  const auto& measure = index.measure(index.group(group).measure);
  const auto found = FindChangePoints(bins.values, {.min_effect = MinEffect(measure)});
  if (found.empty() || bins.values.size() - found.back().index > kRecent) return std::nullopt;
  const auto& point = found.back();
  // A mean of many knows its level from fewer points.
  const size_t begin = found.size() > 1 ? found[found.size() - 2].index : 0;
  const bool is_confirmed =
      point.certainty == Certainty::kConfirmed ||
      (bins.members >= kManyMembers && point.index - begin >= kPooledBaseline);
  const auto moment = [&](size_t i) {
    return (bins.first + static_cast<int64_t>(i)) * measure.interval_nanos;
  };
  Finding finding{.is_confirmed = is_confirmed,
                  .onset = moment(point.index),
                  .low = moment(point.low),
                  .high = moment(point.high),
                  .before = 1,
                  .after = point.after / point.before,
                  .effect = point.after / point.before - 1,
                  .p = point.p,
                  .children = {}};
  if (finding.effect > 0 && !Mostly(group, finding)) return std::nullopt;
  return finding;
}

bool RegressionEngine::Impl::FreshMembersAgree(uint32_t group, const Finding& finding,
                                               int64_t since) const {
  const auto& row = index.group(group);
  const auto kind = static_cast<size_t>(row.scope) - 1;
  const double sign = index.measure(row.measure).higher_is_better ? -1 : 1;
  double weights = 0;
  double sum = 0;
  size_t count = 0;
  for (const Slot slot : Sample(group, kMostMembers)) {
    if (states[slot].last_at <= since) continue;
    const int64_t moment = std::max(finding.onset, index.NodeOf(slot).changed_at[kind]);
    std::vector<double> before;
    std::vector<double> fresh;
    for (const auto& point : History(slot, 2 * kNear)) {
      if (!(point.value > 0)) continue;
      const double value = sign * std::log(point.value);
      if (point.unix_nanos < moment) before.push_back(value);
      if (point.unix_nanos > since) fresh.push_back(value);
    }
    if (before.size() < kLeastBefore || fresh.empty()) continue;
    const double sigma = std::max<double>(states[slot].running.sigma, 1e-4);
    const double moved = *Median(fresh) - *Median(before);
    const double weight = static_cast<double>(fresh.size()) / (sigma * sigma);
    const double clip = std::max(kClip * sigma, std::log1p(finding.effect));
    sum += weight * std::clamp(moved, -clip, clip);
    weights += weight;
    ++count;
  }
  if (count < kLeastFresh) return false;
  const double moved = sum / weights;
  return moved >= std::log1p(finding.effect) / 2 && moved * std::sqrt(weights) >= kFreshZ;
}

std::optional<Finding> RegressionEngine::Impl::ExamineRelease(uint32_t group) const {
  auto members = MemberShifts(group, 0, kMostMembers);
  PutClearestFirst(members);
  const auto shifts = ShiftsOf(members);
  const auto pooled = Pool(shifts);
  const auto& measure = index.measure(index.group(group).measure);
  if (!pooled || pooled->count < kLeastMovers || pooled->p > kReleaseP) return std::nullopt;
  const double effect = std::expm1(pooled->shift);
  if (effect < MinEffect(measure) || ShareOf(shifts, pooled->shift / 2) < kShare) {
    return std::nullopt;
  }
  Finding finding{.is_confirmed = true,
                  .onset = INT64_MAX,
                  .before = 1,
                  .after = 1 + effect,
                  .effect = effect,
                  .p = pooled->p,
                  .children = {}};
  for (const auto& member : members) {
    finding.onset = std::min(finding.onset, member.onset);
    finding.high = std::max(finding.high, member.onset);
    if (member.shift.shift >= pooled->shift / 2) finding.children.push_back(Affected(member));
  }
  finding.low = finding.onset;
  return finding;
}

}  // namespace hypergauge::analysis
