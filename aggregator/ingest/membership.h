#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "aggregator/ingest/fleet.h"
#include "aggregator/ingest/sessions.h"
#include "aggregator/records/environment_log.h"
#include "aggregator/records/event_log.h"
#include "aggregator/store/store.h"
#include "base/clock.h"
#include "base/result.h"

namespace hypergauge::aggregator {

/// Who is in the lists: nodes join by Hello, and leave by command or after a long silence, with all
/// that is shown of them. Their runs stay in the store. Threads: any.
class Membership {
 public:
  /// Told of a node that left all lists, with mutex() held.
  using GoneListener = std::function<void(const std::string& node_id)>;

  /// `start`: of this aggregator, by clock's MonotonicRaw. All references outlive this object.
  Membership(Store& store, Fleet& fleet, Sessions& sessions, EventLog& events,
             EnvironmentLog& environments, const Clock& clock);

  /// Held while a stream joins or leaves, so that fleet and schedule learn of streams of one node
  /// in the order in which they joined. Taken before all other locks.
  [[nodiscard]] std::mutex& mutex() { return mutex_; }

  /// Call it before the first stream. A node that left, by itself or by command, comes back as the
  /// same one with its runs. So what tells it from its copies is never forgotten, or anybody who
  /// knows its node_id could take them.
  void AddGoneListener(GoneListener listener) { gone_listeners_.push_back(std::move(listener)); }

  /// A stream of the node was added to the sessions: the node is listed and connected from now on,
  /// and an event says so where it is new or was away. Call it with mutex() held.
  void Joined(const v1::Hello& hello);
  /// The probe that was `taker` comes as `node_id` from now on: `taker` leaves all lists. Call it
  /// before Joined, with mutex() held.
  void Replaced(const std::string& node_id, const std::string& taker);
  /// The node's last stream ended. Call it with mutex() held.
  void Left(const std::string& node_id);

  /// Takes a node out by command.
  /// Errors: kNotFound; kUnavailable while it is connected.
  [[nodiscard]] Result<void> Remove(const std::string& label);

  /// Takes out who was silent for longer than `vanish_after`; in the first hour of this aggregator
  /// nobody (or as long as `vanish_after` where that is shorter), so that nodes have time to come
  /// back after a long outage. Keeps now and then in the store when connected nodes were heard of.
  void Sweep(std::chrono::nanoseconds vanish_after);

 private:
  [[nodiscard]] Standing Recall(const std::string& node_id);
  void RecordArrival(v1::Event event, Standing before, const std::string& split_from);
  void Depart(const std::string& node_id, Standing standing, v1::Event::Kind kind);
  void TakeOut(const std::string& node_id, Standing standing, int64_t now);

  Store& store_;
  Fleet& fleet_;
  Sessions& sessions_;
  EventLog& events_;
  EnvironmentLog& environments_;
  const Clock& clock_;
  const std::chrono::nanoseconds start_;
  std::vector<GoneListener> gone_listeners_;
  std::mutex mutex_;                          // guards all below
  std::map<std::string, Standing> departed_;  // under this aggregator, and not back yet
  std::chrono::nanoseconds touched_;  // when last_seen of connected nodes was stored; MonotonicRaw
};

}  // namespace hypergauge::aggregator
