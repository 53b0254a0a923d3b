#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "aggregator/analysis/regression.h"
#include "base/result.h"

namespace hypergauge::analysis {

/// Where the points of the past are: the store. The engine keeps none.
class WindowSource {
 public:
  WindowSource() = default;
  WindowSource(const WindowSource&) = delete;
  WindowSource& operator=(const WindowSource&) = delete;
  virtual ~WindowSource() = default;

  /// The newest points of a series, at most `most`, the oldest first, by their time. Points that
  /// were given to the engine must be in it.
  [[nodiscard]] virtual std::vector<TimedValue> Window(int64_t series, size_t most) = 0;
};

/// What lasts of an engine, to be kept and given to the next one.
struct EngineState {
  int64_t next_id = 1;
  std::vector<Regression> open;  ///< those that IsOpen
  std::vector<SeriesMark> marks;
};

/// Tells when a series got worse, and whose fault it is. A pure state machine: time is passed in,
/// nothing is stored or sent, and the same calls give the same answers. Points go through an
/// OnlineDetector; what that suspects, or a pooled test over a host's or a release's series, is
/// looked for by FindChangePoints over the window; a confirming run is asked for; what still stands
/// after it, is large enough, in the bad direction and among the round's discoveries, fires: once a
/// cause, on the node, host or release that has it. docs/regressions.md says how.
///
/// Threads: none; the caller serializes. Cost: Add is below 2 us; a series takes up to 256 bytes.
class RegressionEngine {
 public:
  /// `windows` must outlive it.
  RegressionEngine(RegressionOptions options, WindowSource& windows);
  RegressionEngine(const RegressionEngine&) = delete;
  RegressionEngine& operator=(const RegressionEngine&) = delete;
  ~RegressionEngine();

  /// Goes on where another one ended. Call it first. Series continue from their marks: each looks
  /// at its window once, at its next point.
  void Import(EngineState state);
  [[nodiscard]] EngineState Export() const;

  /// What a node is now; again whenever that changes.
  void PutNode(const NodeInfo& node);
  /// What a former engine saw by PutNode, which takes what it is told first for what always was.
  void PutChange(const GroupChange& change);
  /// Before a series' first point; again only for another segment. Its node is to be put before.
  void PutSeries(const SeriesInfo& series);
  /// The series is over: what is open of it is resolved at the next round. Also for one that was
  /// never put, as its end may be all that is known of it after a restart.
  void RemoveSeries(int64_t series);
  void AddEvent(NodeEvent event);

  /// One new point. Points older than the series' last one are not looked at (but the window has
  /// them), nor those of a series that was not put. NaN is a missing one; so is what is not above
  /// 0.
  void Add(int64_t series, const TimedValue& point);

  /// What takes most of a round's time, a part of it: looks at so many windows of what seems to
  /// have changed. Commands may come in between. False once RunRound has only the rest to do.
  [[nodiscard]] bool LookAtSome(int64_t now_unix_nanos, size_t most);
  /// Judges what has come since the last round. Call it once a minute or once an interval.
  [[nodiscard]] RoundOutcome RunRound(int64_t now_unix_nanos);

  /// By command. Errors: kNotFound for an id that is not open; kInvalidArgument for one whose state
  /// does not allow it, naming both.
  [[nodiscard]] Result<Regression> Acknowledge(int64_t id, int64_t now_unix_nanos);
  [[nodiscard]] Result<Regression> Mute(int64_t id, int64_t now_unix_nanos);
  /// The new level is the baseline.
  [[nodiscard]] Result<Regression> Accept(int64_t id, int64_t now_unix_nanos);

  /// What commands brought about since the last round, marks too, for those who do not wait for the
  /// next one's outcome; that does not say it again. What else there is to do is the round's.
  [[nodiscard]] RoundOutcome TakeChanges();

  /// All that are open, by id.
  [[nodiscard]] std::vector<Regression> Open() const;

  /// Of all series whose present level is known by 40 points or more since they were put. Looks at
  /// each: not for every round.
  [[nodiscard]] std::vector<SeriesNoise> Noise() const;

  [[nodiscard]] size_t series_count() const;
  /// What a series takes in memory, its share of names and indexes left out.
  [[nodiscard]] static size_t StateBytes();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hypergauge::analysis
