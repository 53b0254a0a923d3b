#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

/// The words in which regressions are told: what is watched, what was found, what is asked for.
/// Plain values, fit for keeping. Times are nanoseconds since 1970 on the aggregator's clock.
namespace hypergauge::analysis {

/// What a node is, as far as a regression can be its fault. Empty where it is not known.
struct NodeInfo {
  std::string node;  ///< node_id, or whatever names it wherever this library is asked or answers
  std::string host;  ///< the host that it runs on; its own name, or empty, for a host
  std::string role;  ///< host, guest or container
  std::string platform;
  std::string platform_version;
  std::string kernel;
  std::string guest_image;
};

/// One row of figures: what one benchmark measures on one node. A series with the same node,
/// benchmark, suite, family and labels but another `segment` takes the former one's place: its
/// figures are not comparable, and nobody is told.
struct SeriesInfo {
  int64_t series = 0;  ///< the caller's number of it
  std::string node;
  std::string benchmark;
  std::string suite;
  std::string family;
  std::string labels;   ///< canonical text; empty for none
  std::string segment;  ///< the benchmark's version and hypergauge-bench's hash
  bool higher_is_better = false;
  int64_t interval_nanos = 1'800'000'000'000;  ///< between two points of it, as planned
  /// Points before are out of the question, as another segment was measured in between. 0: none.
  int64_t since_unix_nanos = 0;
};

/// One clean run: its median.
struct TimedValue {
  int64_t unix_nanos = 0;
  double value = 0;
};

/// Something that happened to a node and may be the cause of what came after it.
struct NodeEvent {
  int64_t unix_nanos = 0;
  std::string node;
  std::string subject;  ///< what changed: "kernel_release", "host" ...
  std::string old_value;
  std::string new_value;
};

/// What a regression is a fact of: one node; a host and its guests; all nodes of a release.
enum class RegressionScope { kNode, kHost, kPlatform, kKernel, kGuestImage };

/// A node is of its present host, release, kernel or image since then, and was of another before.
struct GroupChange {
  std::string node;
  RegressionScope scope = RegressionScope::kHost;
  int64_t unix_nanos = 0;
};

/// How the figures changed: all at once; creeping, away from the baseline that was accepted last;
/// or in how often, or how far, a series of two modes is in its worse one.
enum class RegressionKind { kStep, kDrift, kModes };

/// suspect -> firing -> acknowledged | muted -> resolved | accepted | retracted.
enum class RegressionState {
  kSuspect,       ///< seen online; a confirming run was asked for; nobody is told
  kFiring,        ///< confirmed
  kAcknowledged,  ///< somebody looks after it
  kMuted,         ///< nobody wants to hear of it
  kResolved,      ///< the figures are back, or the series ended
  kAccepted,      ///< by command: the new level is the baseline
  kRetracted,     ///< later points do not bear it out
};
inline constexpr size_t kRegressionStates = 7;

[[nodiscard]] std::string_view ToString(RegressionScope scope);  ///< node, host, platform ...
[[nodiscard]] std::string_view ToString(RegressionKind kind);    ///< step, drift, modes
[[nodiscard]] std::string_view ToString(RegressionState state);  ///< suspect, firing ...

/// Whether somebody still has to do something about it, or it may yet fire.
[[nodiscard]] bool IsOpen(RegressionState state);

/// One series that a regression shows in.
struct AffectedSeries {
  int64_t series = 0;
  std::string node;
  std::string benchmark;
  std::string suite;
  std::string family;
  std::string labels;
  int64_t onset_unix_nanos = 0;  ///< of the first point on the new level
  double before = 0;             ///< median, in the family's unit
  double after = 0;
  double effect = 0;  ///< ratio - 1, oriented so that positive is worse: 0.05 is 5 % worse
};

/// Something got slower, once, wherever it shows. Improvements are none: they move the baseline,
/// and nobody is told.
struct Regression {
  int64_t id = 0;  ///< counts from 1
  RegressionScope scope = RegressionScope::kNode;
  RegressionKind kind = RegressionKind::kStep;
  RegressionState state = RegressionState::kSuspect;
  std::string subject;  ///< the node, host, "platform version", kernel or image
  std::string benchmark;
  std::string suite;
  std::string family;
  std::string labels;
  bool higher_is_better = false;
  bool is_pooled = false;            ///< found over many series; none may show it by itself
  int64_t onset_unix_nanos = 0;      ///< of the first point on the new level
  int64_t onset_low_unix_nanos = 0;  ///< its 90 % interval
  int64_t onset_high_unix_nanos = 0;
  double before = 0;  ///< median in the family's unit; 1 for a pooled one, whose after is a ratio
  double after = 0;
  double effect = 0;  ///< ratio - 1, oriented so that positive is worse
  double p = 1;       ///< of the test that confirmed it
  double q = 1;       ///< p adjusted for all candidates of its round
  std::string blame;  ///< a word or two: "host", "hypervisor or contention", "release", "kernel"
  std::string
      cause;  ///< a sentence: the nearest event before the change; empty where none is known
  std::vector<AffectedSeries> children;  ///< the series it was seen in, the clearest first
  bool notified = false;  ///< somebody was told; false while the budget holds it back
  std::array<int64_t, kRegressionStates> entered{};  ///< when it came into each state; 0: never
};

/// How far the figures of a series scatter while nothing happens, and what that hides.
struct SeriesNoise {
  std::string node;
  std::string benchmark;
  std::string suite;
  std::string family;
  std::string labels;
  double floor = 0;          ///< standard deviation about its present level / that level
  double smallest_step = 0;  ///< ratio - 1: found soon with 80 % power, and large enough to be told
};

/// What is known of a series' levels beyond its points, so that its past can be compared with its
/// present. To be kept, by (series, from_unix_nanos): a restarted engine goes on from it.
struct SeriesMark {
  int64_t series = 0;
  int64_t from_unix_nanos = 0;  ///< the first point of a level; 0: of the first one
  /// The level from there on / the one before it. 0: they cannot be compared, and what was before
  /// is out of the question.
  double ratio = 1;
  double accepted = 0;      ///< the level that was accepted then, what drift is measured against
  bool is_revoked = false;  ///< forget it
};

/// Asks for a benchmark to be run again on a node soon, out of turn, under a lease as any run.
struct ReRun {
  std::string node;
  std::string benchmark;
  std::string suite;
  int runs = 1;
  int64_t regression = 0;  ///< what it is to confirm
};

/// What one round came to.
struct RoundOutcome {
  std::vector<Regression> changed;  ///< new, or in another state, or with more children than before
  std::vector<int64_t> dropped;     ///< suspects that came to nothing: forget them
  std::vector<int64_t> notify;      ///< ids of `changed` of which people are to be told now
  std::vector<ReRun> re_runs;
  std::vector<SeriesMark> marks;  ///< new, changed or revoked
};

/// What may be set. The defaults are for everybody; none is for one series.
struct RegressionOptions {
  double min_effect = 0.02;                     ///< smaller changes are nobody's business
  std::map<std::string, double> min_effect_of;  ///< the same for a benchmark by its name
  double drift_effect = 0.05;                   ///< how far a level may creep from the accepted one
  double false_discovery_rate = 0.05;
  size_t window = 500;           ///< points that a confirmation looks at
  int re_runs = 4;               ///< runs that a suspicion asks for, and that must bear it out
  int patience = 6;              ///< intervals that a suspicion waits for them
  int notifications_a_day = 20;  ///< the budget; what is beyond it waits for the next day
};

}  // namespace hypergauge::analysis
