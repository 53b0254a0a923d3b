#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <optional>
#include <string>

#include "aggregator/records/environment_facts.h"
#include "aggregator/records/epoch_writer.h"
#include "aggregator/records/event_log.h"
#include "aggregator/store/store.h"
#include "exporter/exposition.h"

namespace hypergauge::aggregator {

/// Cuts every node's life into epochs in which its environment and platform stay as they are. A
/// change ends one epoch, begins the next, and is an event for every fact that changed. Facts are
/// compared one by one: a digest is only what a probe says of them. Threads: any.
class EnvironmentLog {
 public:
  /// Epochs that a node may begin in an hour by changing. Beyond, its changes wait until the hour
  /// has passed and are then recorded as one, which an event says.
  static constexpr int kMostPerHour = 12;
  /// Facts of one change that get an event of their own; one more event counts the rest.
  static constexpr size_t kMostFacts = 32;

  /// `label_of` must not take a lock with which the members here are called.
  EnvironmentLog(Store& store, EventLog& events, EventLog::LabelOf label_of)
      : events_(events),
        label_of_(std::move(label_of)),
        writer_(
            [&store](const std::string& node_id, v1::EnvironmentEpoch epoch, Store::NodeDone done) {
              store.PutEnvironmentEpoch(node_id, std::move(epoch), std::move(done));
            }) {}

  /// Goes on with what lasted when the last aggregator stopped.
  void Restore(const StoredState& stored);

  /// What a node says of itself, in Hello or when it changed. The first time begins its first epoch
  /// without events.
  void Observe(const std::string& node_id, const v1::Environment& environment,
               const v1::Platform& platform, int64_t now_unix_nanos);

  /// Records the changes that waited and may be recorded now, and writes again what the store could
  /// not take.
  void Settle(int64_t now_unix_nanos);

  /// The node left all lists.
  void Forget(const std::string& node_id);

  /// Adds hypergauge_environment_epoch_timestamp_seconds and hypergauge_environment_changes_total.
  void CollectInto(exporter::Snapshot& snapshot) const;

 private:
  struct State {
    FactMap facts;
    int64_t began_unix_nanos = 0;
    uint64_t changes = 0;  // since this aggregator started
    int64_t window_began_unix_nanos = 0;
    int changes_in_window = 0;
    std::optional<v1::EnvironmentEpoch> waiting;  // beyond the limit; the latest one counts
  };

  void Change(const std::string& node_id, State& state, v1::EnvironmentEpoch epoch);
  void Tell(const std::string& node_id, const std::vector<FactChange>& changes, int64_t now);
  void TellLimit(const std::string& node_id, int64_t now);

  EventLog& events_;
  const EventLog::LabelOf label_of_;
  EpochWriter<v1::EnvironmentEpoch> writer_;
  mutable std::mutex mutex_;             // guards states_
  std::map<std::string, State> states_;  // by node_id
};

}  // namespace hypergauge::aggregator
