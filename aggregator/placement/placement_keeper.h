#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "aggregator/dispatch/dispatcher.h"
#include "aggregator/ingest/fleet.h"
#include "aggregator/placement/placements.h"
#include "aggregator/placement/stay.h"
#include "aggregator/records/epoch_writer.h"
#include "aggregator/records/event_log.h"
#include "aggregator/store/store.h"
#include "base/clock.h"

namespace hypergauge::aggregator {

/// Tells everybody who needs it where nodes run: the fleet, the dispatcher, the store's epochs and
/// the event log. Call it after the fleet, which gives nodes their labels. Threads: any.
class PlacementKeeper {
 public:
  PlacementKeeper(Store& store, Fleet& fleet, EventLog& events, Dispatcher& dispatcher,
                  const Clock& clock)
      : fleet_(fleet),
        events_(events),
        dispatcher_(dispatcher),
        clock_(clock),
        writer_(
            [&store](const std::string& node_id, v1::PlacementEpoch epoch, Store::NodeDone done) {
              store.PutPlacementEpoch(node_id, std::move(epoch), std::move(done));
            }) {}

  /// Once, before all others.
  void Restore(const StoredState& state);

  /// A node said Hello, or what its surroundings are now. Returns the machine that it shares with
  /// all that run on it, for Dispatcher::Connect.
  std::string Connected(const v1::Hello& hello);
  void Disconnected(const std::string& node_id);
  /// The node left all lists.
  void Removed(const std::string& node_id);

  /// Where the node is now; nowhere, on a machine without a name, for one that is not known.
  [[nodiscard]] Stay Where(const std::string& node_id) const;

  /// Takes guests from hosts that let them go for good, and writes again the epochs that the store
  /// could not take. Call it now and then.
  void Settle();

 private:
  void Apply(const std::vector<PlacementChange>& changes);
  void Record(const PlacementChange& change);

  Fleet& fleet_;
  EventLog& events_;
  Dispatcher& dispatcher_;
  const Clock& clock_;
  EpochWriter<v1::PlacementEpoch> writer_;
  mutable std::mutex
      mutex_;  // guards placements_; held while others are told, so that they hear in order
  Placements placements_;
};

}  // namespace hypergauge::aggregator
