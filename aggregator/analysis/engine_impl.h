#pragma once

#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "aggregator/analysis/attribution.h"
#include "aggregator/analysis/engine_state.h"
#include "aggregator/analysis/fleet_index.h"
#include "aggregator/analysis/level_shift.h"
#include "aggregator/analysis/regression_engine.h"

namespace hypergauge::analysis {

/// One member of a group, and its values (oriented logarithms) on both sides of a moment.
struct MemberShift {
  Slot slot = kNone;
  int64_t onset = 0;
  LevelShift shift;
};

/// The mean of a group's members in each interval, as a ratio to their levels.
struct PooledBins {
  std::vector<double> values;  ///< NaN where few were there
  int64_t first = 0;           ///< intervals since 1970
  size_t members = 0;
};

/// What a confirmed change is told with.
struct Candidate {
  Suspect* suspect = nullptr;
  Finding finding;
};

/// Within which something began.
struct Moment {
  int64_t low = 0;
  int64_t high = 0;
};

/// When an open alert was looked at last, and since when its figures look back; 0: they do not.
struct Watch {
  int64_t looked_at = 0;
  int64_t since = 0;
  size_t points = 0;  ///< that showed it
};

/// The children of an alert that measure one thing, and how far they moved (a logarithm).
struct Part {
  std::vector<const AffectedSeries*> children;
  bool is_own = false;  ///< what the alert is named after
  double moved = 0;
};

/// Whether the child is one of the benchmark and quantity of another one, or of an alert.
template <typename Measured>
[[nodiscard]] bool IsOf(const AffectedSeries& child, const Measured& other) {
  return child.benchmark == other.benchmark && child.suite == other.suite &&
         child.family == other.family && child.labels == other.labels;
}

inline constexpr int64_t kNearPoints = 2;     ///< intervals; onsets so near are one
inline constexpr size_t kMostChildren = 600;  ///< that an alert remembers

/// The work behind RegressionEngine, a part a file.
struct RegressionEngine::Impl {
  Impl(RegressionOptions the_options, WindowSource& the_windows)
      : options(std::move(the_options)), windows(the_windows) {}

  // engine_intake.cc: points come in.
  void PutNode(const NodeInfo& node);
  void PutSeries(const SeriesInfo& info);
  void Add(Slot slot, const TimedValue& point);
  void Contribute(Slot slot, int64_t at, float rest);
  void CloseFullBins();
  void CloseBin(uint32_t group);
  void CutBefore(Slot slot, int64_t since);
  void WakeUp(Slot slot);
  void Forget(Slot slot);

  // engine_windows.cc: the past, made comparable with the present.
  [[nodiscard]] std::vector<TimedValue> History(Slot slot, size_t most) const;
  [[nodiscard]] std::optional<Finding> ExamineSeries(Slot slot) const;
  [[nodiscard]] std::optional<Finding> ExamineModes(Slot slot,
                                                    std::span<const TimedValue> history) const;
  [[nodiscard]] std::optional<Finding> ExamineDrift(Slot slot) const;
  /// Whether what came after `since` bears the finding out by itself: luck that made somebody look
  /// does not come twice.
  [[nodiscard]] bool FreshPointsAgree(Slot slot, const Finding& finding, int64_t since) const;
  /// The median of as many points as a drift is judged by.
  [[nodiscard]] std::optional<double> LatestLevel(Slot slot) const;
  [[nodiscard]] bool FreshMembersAgree(uint32_t group, const Finding& finding, int64_t since) const;
  [[nodiscard]] double MinEffect(const Measure& measure) const;
  [[nodiscard]] AffectedSeries Affected(Slot slot, const Finding& finding) const;

  // engine_noise.cc: what the noise of series hides.
  [[nodiscard]] std::vector<SeriesNoise> Noise() const;

  // engine_groups.cc: what many say together.
  [[nodiscard]] std::optional<Finding> ExamineGroup(uint32_t group) const;
  [[nodiscard]] std::optional<Finding> FindByBins(uint32_t group, const PooledBins& bins) const;
  /// Puts the members that moved into it; false where these are too few.
  [[nodiscard]] bool Mostly(uint32_t group, Finding& finding) const;
  [[nodiscard]] std::optional<Finding> ExamineRelease(uint32_t group) const;
  [[nodiscard]] bool ReleaseLooksWorse(uint32_t group) const;
  /// `onset` 0: each member's own moment of getting the release.
  [[nodiscard]] std::vector<MemberShift> MemberShifts(uint32_t group, int64_t onset,
                                                      size_t most) const;
  [[nodiscard]] std::optional<LevelShift> ShiftAt(Slot slot, int64_t moment) const;
  [[nodiscard]] std::vector<Slot> Sample(uint32_t group, size_t most) const;
  [[nodiscard]] AffectedSeries Affected(const MemberShift& member) const;

  // engine_suspects.cc: suspicions, and what becomes of them.
  void LookAtGroups(int64_t now, size_t most);
  void LookAtSeries(int64_t now, size_t most);
  void LookAtImproving(int64_t now);
  void LookAtDrift(int64_t now, size_t most);
  void Suspected(Suspect suspect, const Finding& finding, int64_t now);
  [[nodiscard]] std::optional<Finding> Examine(const Suspect& suspect) const;
  [[nodiscard]] bool IsBorneOut(const Suspect& suspect, const Finding& finding) const;
  [[nodiscard]] double LargestP(const Measure& measure, bool is_series) const;
  [[nodiscard]] std::vector<Candidate> DueCandidates(int64_t now);
  [[nodiscard]] bool IsLate(const Suspect& suspect, int64_t now) const;
  void GiveUp(int64_t id);
  void Judge(int64_t now);
  void Drop(int64_t id);
  void Improved(Slot slot, const Finding& finding, int64_t now);
  [[nodiscard]] std::optional<int64_t> EndedBy(Slot slot, const Finding& finding) const;
  [[nodiscard]] bool HasOwnAlert(Slot slot) const;

  // engine_alerts.cc: one alert a cause.
  void Place(const Candidate& candidate, int64_t now);
  static void Describe(const Candidate& candidate);
  void Attribute(Candidate& candidate) const;
  [[nodiscard]] Cohort CohortOf(uint32_t group, const Candidate& candidate,
                                const std::set<uint32_t>& own_nodes, const NodeEvent* event,
                                std::vector<MemberShift>& moved) const;
  void Fire(Candidate& candidate, int64_t now);
  [[nodiscard]] Slot LeadSlot(const Candidate& candidate) const;
  [[nodiscard]] std::optional<bool> HostMoved(const Candidate& candidate) const;

  // engine_joins.cc: what belongs to an open alert.
  [[nodiscard]] bool Covers(const Regression& alert, Slot slot) const;
  [[nodiscard]] Moment MomentOf(const Regression& alert, Slot slot) const;
  /// Whether both began together, or the other one when its node got the alert's release.
  [[nodiscard]] bool SameMoment(const Regression& alert, const Regression& other, Slot slot) const;
  /// `own` and `shared` are logarithms.
  [[nodiscard]] bool IsClearlyMore(Slot slot, int64_t onset, double own, double shared) const;
  [[nodiscard]] bool Belongs(const Candidate& candidate, const Regression& alert, Slot lead) const;
  [[nodiscard]] bool JoinOpen(const Candidate& candidate);
  void AddChildren(Regression& alert, std::span<const AffectedSeries> children);
  void Grow(Regression& alert, const Candidate& candidate);
  [[nodiscard]] bool Widen(const Candidate& candidate);

  // engine_levels.cc: levels that series left.
  void MoveLevels(const Candidate& candidate);
  [[nodiscard]] uint32_t GroupOf(RegressionScope scope, Slot lead) const;
  /// kNone for a node's own, and where none of it is left.
  [[nodiscard]] uint32_t GroupOf(const Regression& alert) const;
  void MoveMembers(std::span<const MemberShift> members, double common);
  void Refine(Regression& alert);
  void Correct(Slot slot, int64_t from, double ratio);
  [[nodiscard]] bool IsCorrectedNear(Slot slot, int64_t at) const;
  void RevokeNear(Slot slot, int64_t at);
  void Revoke(Slot slot, int64_t from);
  void AcceptLater(Slot slot);

  // engine_returns.cc: alerts whose figures are back.
  void LookAtReturns(int64_t now);
  [[nodiscard]] static std::vector<Part> PartsOf(const Regression& alert);
  /// By the newest points, `most` of each series, that came after a moment.
  [[nodiscard]] std::optional<PooledShift> AwayFromBaseline(const Part& part, int64_t after,
                                                            size_t most) const;
  [[nodiscard]] bool IsBack(const Regression& alert, int64_t after, size_t most,
                            double doubt) const;
  [[nodiscard]] bool HasCreptBack(const Regression& alert) const;
  [[nodiscard]] int64_t ReturnedAt(const Regression& alert, int64_t since) const;
  void MoveBack(const Regression& alert, const Part& part, int64_t moment);
  void Return(Regression& alert, int64_t since, int64_t now);

  // engine_upkeep.cc: open alerts, the budget, commands.
  void Recheck(int64_t now);
  /// By a further step of its own series, on which its figures are.
  [[nodiscard]] bool HasGrown(const Regression& alert) const;
  [[nodiscard]] std::optional<PooledShift> ShiftSince(const Regression& alert) const;
  [[nodiscard]] bool StillHolds(const Regression& alert, const PooledShift& shift) const;
  void Remeasure(Regression& alert, const PooledShift& shift);
  void ResolveEnded(int64_t now);
  void Close(Regression& alert, RegressionState state, int64_t now);
  void Notify(int64_t now);
  Result<Regression> Command(int64_t id, RegressionState to, int64_t now);
  void AcceptLevels(const Regression& alert);
  void Import(EngineState state);
  [[nodiscard]] std::vector<SeriesMark> MarksOf(Slot slot) const;
  [[nodiscard]] EngineState Export() const;
  [[nodiscard]] std::vector<Regression> Open() const;
  bool LookAtSome(int64_t now, size_t most);
  RoundOutcome RunRound(int64_t now);
  void TakeChanges(RoundOutcome& into);

  RegressionOptions options;
  WindowSource& windows;
  FleetIndex index;
  std::vector<SeriesState> states;  // by slot
  std::vector<GroupState> groups;   // by FleetIndex' group
  /// Levels that series left: first point of the new one, ratio. By slot; few have any.
  std::unordered_map<Slot, std::map<int64_t, double>> corrections;
  std::unordered_map<int64_t, std::vector<SeriesMark>> imported;  // of series not put yet
  std::unordered_map<int64_t, std::set<int64_t>> imported_open;   // ids of alerts, likewise
  std::map<int64_t, Suspect> suspects;                            // by the regression's id
  std::map<int64_t, Regression> alerts;                           // open ones, by id
  std::unordered_map<Slot, int64_t> suspect_of;                   // ids
  std::unordered_map<uint32_t, int64_t> suspect_of_group;
  std::unordered_map<Slot, std::set<int64_t>> alerts_of;
  std::map<int64_t, Slot> pending;  // series whose detector spoke, by their number
  std::set<uint32_t> pending_groups;
  std::map<int64_t, Slot> drifting;
  std::map<int64_t, Improving> improving;                       // by series
  std::vector<int64_t> ended;                                   // series
  std::map<std::pair<int64_t, int64_t>, SeriesMark> new_marks;  // by series and moment
  std::set<int64_t> changed;                                    // ids of alerts and suspects
  std::map<int64_t, Regression> closed;                         // since the last round
  std::set<int64_t> unheard;                                    // fired, nobody told
  std::map<int64_t, double> told;                               // log effect, by id
  std::map<int64_t, int> rechecked;                             // how often, by id
  std::map<int64_t, Watch> returning;                           // by id
  RoundOutcome outcome;                                         // of the present round
  int64_t next_id = 1;
  int64_t day = 0;
  int told_today = 0;
};

}  // namespace hypergauge::analysis
