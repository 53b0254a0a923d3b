#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "aggregator/placement/claims.h"

/// Which node runs on which. A pure state machine: time is passed in, nothing is stored or sent.
///
/// What a node's own user declared overrides all. Else the host with the best evidence has it
/// (Strength). Else the host that the hypervisor names. A node is on one host or on none, never on
/// two: while several hosts claim it with equal right it stays where it is, and is contested. It
/// leaves a host in the moment in which it begins on another. A host that is not connected keeps
/// its guests until, while they are connected, another one that is there claims them too; a guest
/// that is not connected stays where it was seen last until somebody else claims it. A connected
/// guest that nobody claims any more stays for kGrace, and is nowhere then: it was stopped or
/// moved, and its connection and its next host's claim may be late. Nodes that would run on each
/// other in a circle do not.
namespace hypergauge::aggregator {

enum class PlacementSource { kUnknown, kDeclared, kDiscovered };

/// Where a node runs.
struct Placed {
  std::string host;  ///< its label, or what it is called where it is no known node; empty: unknown
  std::string host_id;  ///< its node_id; empty where it is no known node
  PlacementSource source = PlacementSource::kUnknown;
  int64_t began_unix_nanos = 0;  ///< 0 where the node never had a host
  /// Another host with equal right, or another guest of the same identity: its label. Empty where
  /// the placement is undisputed.
  std::string rival;
  bool rival_is_twin = false;  ///< the rival is a guest
};

/// What became of a node's placement in one step.
struct PlacementChange {
  std::string node_id;
  Placed before;
  Placed after;
  bool moved = false;      ///< an epoch ends, and another begins at after.began_unix_nanos
  bool is_first = false;   ///< the node was not known before
  bool contested = false;  ///< a rival came
};

class Placements {
 public:
  /// Longer than it takes to notice that a guest's machine is gone and its connection with it.
  static constexpr std::chrono::nanoseconds kGrace = std::chrono::minutes(1);

  /// What the last aggregator knew: what nodes said, and where they were, by node_id; hosts whose
  /// node_id it did not keep are found by their labels. Contests that it left are not told anew.
  /// Returns, as all that follow, every node whose Placed is another one now, each
  /// once.
  std::vector<PlacementChange> Restore(std::vector<NodeClaims> nodes,
                                       const std::map<std::string, Placed>& last,
                                       int64_t now_unix_nanos);

  /// What a node says now.
  std::vector<PlacementChange> Put(NodeClaims claims, int64_t now_unix_nanos);
  std::vector<PlacementChange> Disconnect(const std::string& node_id, int64_t now_unix_nanos);
  /// The node is gone for good, and its guests are where somebody else claims them, if anywhere.
  std::vector<PlacementChange> Remove(const std::string& node_id, int64_t now_unix_nanos);

  /// Takes those from their hosts whose grace is over. Call it now and then.
  std::vector<PlacementChange> Expire(int64_t now_unix_nanos);

  /// Null for a node that is not known.
  [[nodiscard]] const Placed* Find(const std::string& node_id) const;

  /// The outermost machine that is known below a node: the label of the last one of its chain of
  /// hosts, or what that one's host is called. A node without a host is its own.
  [[nodiscard]] std::string OutermostHost(const std::string& node_id) const;

  /// Those that run on a node, on those, and so on.
  [[nodiscard]] std::vector<std::string> Above(const std::string& node_id) const;

 private:
  using Changes = std::map<std::string, PlacementChange>;

  /// `first`: may be empty. Who comes anew is placed before those that it claims.
  std::vector<PlacementChange> Settle(std::string first, ClaimIndex::NodeIds pending, int64_t now,
                                      Changes changes);
  bool Evaluate(const std::string& node_id, Changes& changes);
  std::vector<PlacementChange> Finish(Changes& changes, int64_t now);
  [[nodiscard]] Placed Decide(const NodeClaims& node, const Placed& now_at);
  [[nodiscard]] std::optional<Placed> Declared(const NodeClaims& node);
  [[nodiscard]] std::pair<Strength, std::vector<std::string>> BestOf(
      const ClaimIndex::Claimants& claimants, bool is_connected) const;
  [[nodiscard]] std::optional<Placed> Claimed(const NodeClaims& node, const Placed& now_at);
  [[nodiscard]] std::optional<Placed> Reported(const NodeClaims& node);
  [[nodiscard]] bool StaysUnclaimed(const std::string& node_id, std::optional<int64_t> since);
  [[nodiscard]] Placed On(const std::string& host_id, PlacementSource source) const;
  /// Whether `host_id` runs on the node, directly or not; then the node is looked at again whenever
  /// something moves.
  [[nodiscard]] bool Circles(const std::string& node_id, const std::string& host_id);
  void MoveTo(const std::string& node_id, const Placed& place);

  ClaimIndex claims_;
  std::map<std::string, Placed> placed_;               // by node_id
  std::map<std::string, ClaimIndex::NodeIds> guests_;  // by the host's node_id
  ClaimIndex::NodeIds refused_;                        // nodes that a circle kept from a host
  std::map<std::string, int64_t> unclaimed_;           // since when nobody claims a connected guest
  int64_t now_ = 0;                                    // of the present step
};

}  // namespace hypergauge::aggregator
