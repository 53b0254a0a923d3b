#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "aggregator/identity/continuity.h"
#include "aggregator/ingest/fleet.h"
#include "aggregator/records/event_log.h"
#include "aggregator/store/store.h"
#include "base/result.h"
#include "hypergauge/v1/session.pb.h"

namespace hypergauge::aggregator {

/// 64 random bits; std::random_device outside of tests.
using RandomBits = std::function<uint64_t()>;

/// Lets nodes in and copies of them not: Continuity with what is stored, the events and the log.
/// Threads: any.
class Admission {
 public:
  Admission(Store& store, Fleet& fleet, EventLog& events, RandomBits random)
      : store_(store), fleet_(fleet), events_(events), random_(std::move(random)) {}

  /// Call before the first Hello.
  void Restore(std::map<std::string, ContinuityState> stored) {
    continuity_.Restore(std::move(stored));
  }

  /// Whether this is the node that it says. Errors: those of the store.
  [[nodiscard]] Result<Continuity::Judgement> Judge(const v1::Hello& hello);

  struct Admitted {
    v1::ContinuityToken token;  ///< for Welcome
    std::string was;            ///< node_id of before, of a probe that was told to become this node
    /// It is new and says that it is a copy, which nobody told it: call RecordSplit once it joined.
    bool says_split = false;
  };
  /// Takes the node in. What that changes is queued for the store.
  [[nodiscard]] Admitted Accept(const v1::Hello& hello, const Continuity::Judgement& judgement);

  /// Notes that somebody was told to enroll anew. Until a node comes that says that it was split
  /// from this one, one event says so, however often the impostor comes back.
  void Refuse(const v1::Hello& hello, const std::string& reason);

  /// An event of the node that says that it was split from another. Its word alone: it counts
  /// against its own limit of events and is not told of the other one.
  void RecordSplit(const v1::Hello& hello);

  /// The probe keeps the token with this counter.
  void Confirm(const std::string& node_id, uint64_t counter);

  /// What tells the probe `new_node` to become `old_node`. `new_node` is a label, and
  /// `old_node` a label or node_id, also of a node that vanished; one that was removed by command
  /// is not given back. Errors: kNotFound for what no node is called; kInvalidArgument where both
  /// are one node, or several that vanished had the label; kUnavailable (the precondition) where
  /// the old one is connected or the new one is not.
  struct Handover {
    std::string to;  ///< node_id of the probe to be told
    v1::TakeIdentity message;
  };
  [[nodiscard]] Result<Handover> Replace(const std::string& old_node, const std::string& new_node);

 private:
  [[nodiscard]] std::string Secret() const;
  [[nodiscard]] Result<v1::NodeIdentity> FindPlace(const std::string& node);

  Store& store_;
  Fleet& fleet_;
  EventLog& events_;
  const RandomBits random_;
  std::mutex mutex_;  // guards all below; the store's order is that of the changes
  Continuity continuity_;
  std::set<std::string> refused_;  // node_ids whose copies were told, and have not come back yet
};

}  // namespace hypergauge::aggregator
