#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>

#include "aggregator/store/store.h"
#include "base/clock.h"
#include "exporter/self_metrics.h"
#include "hypergauge/v1/event.pb.h"

namespace hypergauge::aggregator {

/// "environment_changed" of KIND_ENVIRONMENT_CHANGED: as labels and the command spell kinds.
[[nodiscard]] std::string EventKindName(v1::Event::Kind kind);

/// Keeps what happened: durably in the store, counted in hypergauge_events_total{kind}, and in the
/// program's log. Whoever notices something calls Record; the rest is done here. Threads: any.
class EventLog {
 public:
  /// A node's label by its node_id, empty where it has none. Called by Record.
  using LabelOf = std::function<std::string(const std::string& node_id)>;

  /// Events that a node may cause in an hour: one that flaps must neither fill the disk nor push
  /// out what happened to others. Splits and placements, which other machines can bring about, have
  /// a limit of their own of the same height. What an operator did and departures are always
  /// recorded.
  static constexpr int kMostPerHour = 120;
  /// Longer values are cut, which none of a fact is, and texts beyond three times as much.
  static constexpr size_t kMostBytes = 1024;

  EventLog(Store& store, const Clock& clock, exporter::SelfMetrics& metrics, LabelOf label_of);

  /// Told of every event that is recorded, on the thread that records it. Set it before the first
  /// event.
  void SetListener(std::function<void(const v1::Event& event)> listener) {
    listener_ = std::move(listener);
  }

  /// `event` says kind, node_id and what changed. Filled in where empty: the time, the node's
  /// label, and one sentence. Values lose control characters. The last event before a node's limit
  /// is followed by one that says so; those beyond are counted in
  /// hypergauge_suppressed_events_total. Do not call it with a lock that `label_of` takes.
  void Record(v1::Event event);

  /// For whoever stores an event together with what it tells of, in one transaction: what Record
  /// fills in, and once it is stored what else Record does. Only for kinds without a limit.
  [[nodiscard]] v1::Event Complete(v1::Event event) const;
  void Stored(const v1::Event& event);

 private:
  struct Window {
    int64_t began_unix_nanos = 0;
    int events = 0;
  };
  enum class Verdict { kRecord, kRecordAsLast, kSuppress };

  [[nodiscard]] Verdict Admit(const v1::Event& event);
  void Announce(const v1::Event& event);
  void Put(v1::Event event);
  [[nodiscard]] exporter::Counter& CounterOf(v1::Event::Kind kind);

  Store& store_;
  const Clock& clock_;
  exporter::SelfMetrics& metrics_;
  exporter::Counter& suppressed_;
  const LabelOf label_of_;
  std::function<void(const v1::Event&)> listener_;
  std::mutex mutex_;  // guards windows_
  // By node_id and whether others bring them about; only of the last hour.
  std::map<std::pair<std::string, bool>, Window> windows_;
};

}  // namespace hypergauge::aggregator
