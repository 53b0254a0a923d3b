#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "aggregator/analysis/regression_engine.h"
#include "aggregator/analyst/fleet_facts.h"
#include "aggregator/analyst/segments.h"
#include "aggregator/ingest/fleet.h"
#include "aggregator/records/event_log.h"
#include "aggregator/schedule/steering.h"
#include "aggregator/store/store.h"
#include "base/clock.h"
#include "exporter/exposition.h"
#include "exporter/self_metrics.h"

namespace hypergauge::aggregator {

/// Runs the regression engine on what comes in: looks up windows in the store, keeps what must
/// outlast a restart, asks the schedule for confirming runs, and records events when somebody is to
/// be told. Figures of the primary quantity of every benchmark are followed, if it is ranked.
///
/// What was not looked at when the aggregator died is in the store: windows have it, only its
/// suspicion comes a point later. Threads: any; ingest never waits for a round.
class Analyst {
 public:
  /// Points that may wait for the next round. What comes beyond is only in the windows.
  static constexpr size_t kMostWaiting = 200'000;
  /// A series without a point for so long, and for kSilentIntervals of its own, is over: its
  /// benchmark is not planned any more, or its peer is gone. It begins anew with its next point.
  static constexpr std::chrono::nanoseconds kSilence = std::chrono::hours(24 * 30);
  static constexpr int kSilentIntervals = 10;
  /// Points and marks of a series that got no point for so long are deleted: two years of the same
  /// month can still be compared.
  static constexpr std::chrono::nanoseconds kRetention = std::chrono::hours(24 * 400);

  struct Outside {
    Store& store;
    const Fleet& fleet;
    EventLog& events;
    Steering& steering;
    const Clock& clock;
    exporter::SelfMetrics& metrics;
    /// Between two runs of a benchmark that is in every cycle of the suite.
    std::function<std::chrono::nanoseconds(const std::string& suite)> interval_of;
  };

  Analyst(analysis::RegressionOptions options, Outside outside);
  Analyst(const Analyst&) = delete;
  Analyst& operator=(const Analyst&) = delete;

  /// Goes on where the last aggregator stopped. Once, before all others, with the fleet restored.
  /// Errors: those of the store.
  [[nodiscard]] Result<void> Restore();

  /// A run that is durable and was not there before.
  void Record(const v1::Run& run);
  /// An event that was recorded, by the analysis itself too; those that can be causes are kept.
  void Happened(const v1::Event& event);
  /// The node left all lists.
  void Gone(const std::string& node_id);

  /// Judges what came since the last round. One thread, again and again.
  void RunRound();
  /// The last one, at the end: runs are not asked for any more. After all rounds and commands.
  void Finish();

  /// Those that are open, by id.
  [[nodiscard]] std::vector<v1::Regression> Open() const;
  /// By command; durable when it returns, and waits for a part of a round at most. Errors:
  /// kNotFound for an id that is not open, kInvalidArgument where its state does not allow it,
  /// those of the store.
  [[nodiscard]] Result<v1::Regression> Acknowledge(uint64_t id, const std::string& note);
  [[nodiscard]] Result<v1::Regression> Accept(uint64_t id, const std::string& note);
  [[nodiscard]] Result<v1::Regression> Mute(uint64_t id, const std::string& note);

  /// Adds what a scrape shows of regressions that are open, and of the noise of series.
  void CollectInto(exporter::Snapshot& snapshot) const;

 private:
  using Order = Result<analysis::Regression> (analysis::RegressionEngine::*)(int64_t id,
                                                                             int64_t now);
  struct Arrival {
    SeriesKey key;
    analysis::TimedValue point;
  };
  struct Followed {
    int64_t id = 0;
    std::string segment;
    std::chrono::nanoseconds silence{};  // after which it is over
    int64_t seen_unix_nanos = 0;         // its last point came, or the aggregator started
    int64_t newest_unix_nanos = 0;       // the newest of its points
  };
  // Confirming runs that are still to be ordered. The schedule takes two orders for the same run
  // for one while it waits, so the next one is given when the last one had its turn.
  struct Wanted {
    analysis::ReRun re_run;
    std::string last_lease;
  };
  struct Inbox {
    std::vector<Arrival> arrivals;
    std::vector<analysis::NodeEvent> events;
    std::set<std::string> gone;
  };
  // Where the engine looks for the past.
  class Windows final : public analysis::WindowSource {
   public:
    explicit Windows(Store& store) : store_(store) {}
    [[nodiscard]] std::vector<analysis::TimedValue> Window(int64_t series, size_t most) override;

   private:
    Store& store_;
  };
  [[nodiscard]] Inbox Take();
  [[nodiscard]] analysis::RoundOutcome Judge();
  void LetCommandsIn(std::unique_lock<std::mutex>& lock);
  // All that follow are called with engine_mutex_ held.
  void EndUnfollowed(const std::vector<v1::Regression>& open);
  void LookAtNodes();
  void Forget(const std::string& node_id);
  void ForgetSilent(int64_t now);
  void TrimSome(int64_t now);
  [[nodiscard]] bool IsWatched(const SeriesKey& key) const;
  void Follow(const Arrival& arrival, int64_t now);
  void FindSegment(const SeriesKey& key, int64_t now);
  void Begin(const Segment& segment, int64_t now);
  void Note(const analysis::RoundOutcome& outcome, int64_t now);
  [[nodiscard]] Result<void> Keep();
  [[nodiscard]] v1::Regression MessageOf(const analysis::Regression& regression) const;
  void ShowOpen();
  void ShowNoise(int64_t now);
  // Without it.
  void AskFor(const analysis::RoundOutcome& outcome);
  [[nodiscard]] bool OrderOne(Wanted& wanted);
  [[nodiscard]] Result<v1::Regression> Steer(uint64_t id, const std::string& note, Order order);

  const Outside outside_;
  exporter::Counter& skipped_points_;
  exporter::Counter& reruns_;
  exporter::Counter& refused_reruns_;
  exporter::Counter& notifications_;
  exporter::Histogram& round_seconds_;

  std::vector<Wanted> wanted_;  // of the rounds' thread alone

  std::atomic<int> commands_waiting_ = 0;

  std::mutex inbox_mutex_;  // guards inbox_
  Inbox inbox_;

  mutable std::mutex engine_mutex_;  // guards all that follow up to show_mutex_
  Windows windows_;
  analysis::RegressionEngine engine_;
  FleetFacts facts_;
  std::unordered_map<std::string, Followed> series_;  // by PlaceOf
  int64_t next_silence_check_ = 0;                    // nanoseconds since 1970
  int64_t next_noise_ = 0;                            // likewise
  std::map<int64_t, std::string> notes_;              // of open regressions
  int64_t newest_unix_nanos_ = 0;                     // of all points since the start
  // The series that was looked at last; shared with the store's writer.
  std::shared_ptr<std::atomic<int64_t>> trimmed_ = std::make_shared<std::atomic<int64_t>>(0);
  AnalysisRecord unkept_;  // what the store does not have yet

  mutable std::mutex show_mutex_;  // guards all below
  std::shared_ptr<const std::vector<v1::Regression>> open_ =
      std::make_shared<const std::vector<v1::Regression>>();
  std::shared_ptr<const exporter::SourceSamples> noise_ =
      std::make_shared<const exporter::SourceSamples>();
};

}  // namespace hypergauge::aggregator
