#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "aggregator/schedule/reasons.h"
#include "aggregator/schedule/selection.h"
#include "aggregator/schedule/types.h"

/// The turns of one round of a host, and how far it is. Pure.
namespace hypergauge::aggregator {

struct Turn {
  std::string node_id;
  int pass = 1;
  bool brackets = false;  ///< the host's own
};

/// h, g1 ... gk, gk ... g1, h; a host alone has one turn. `host` is empty where its probe does not
/// take part. The guests' order is kept.
[[nodiscard]] std::vector<Turn> TurnsOfRound(const std::string& host,
                                             const std::vector<std::string>& guests);

/// One turn after another; there is one that is next or out until the round is over.
class Round {
 public:
  Round(uint64_t number, Purpose purpose, std::vector<Turn> turns)
      : number_(number), purpose_(purpose), turns_(std::move(turns)) {}

  [[nodiscard]] uint64_t number() const { return number_; }
  [[nodiscard]] Purpose purpose() const { return purpose_; }
  [[nodiscard]] bool IsOver() const { return next_ >= turns_.size(); }
  [[nodiscard]] const Turn& turn() const { return turns_[next_]; }
  [[nodiscard]] bool IsOpening() const { return next_ == 0; }
  [[nodiscard]] const std::vector<Turn>& turns() const { return turns_; }
  [[nodiscard]] size_t position() const { return next_; }

  /// The lease under which the present turn is measured; empty while it waits.
  [[nodiscard]] const std::string& lease_id() const { return lease_id_; }
  void Begin(const std::string& lease_id) { lease_id_ = lease_id; }
  /// The present turn is over, well or not.
  void Next();
  /// The present turn is to be had again.
  void Again() { lease_id_.clear(); }

  /// Nodes for whose sake the round is, and how it went for each.
  struct Share {
    bool done = false;  ///< it completed a turn
    Reason why = Reason::kNone;
  };
  std::map<std::string, Share> shares;
  std::vector<std::string> benchmarks;  ///< of all its nodes together, in their order
  /// What a node does in its turn, by what it has: nodes with the same probe share it.
  std::vector<std::pair<BenchmarkSet, Work>> works;
  [[nodiscard]] const Work* FindWork(const BenchmarkSet& has) const;
  LockClass lock_class = LockClass::kExclusive;  ///< of its strictest turn
  Resources resources = kAllResources;
  Time began{};
  Time not_before{};     ///< the present turn waits until then
  Time waiting_since{};  ///< the present turn waits for its peer since then; 0 where it does not
  int put_offs = 0;      ///< of the opening turn, in a row
  Reasons put_off;       ///< why the round as a whole waited
  Reasons turn_put_off;  ///< why its present turn waited

 private:
  uint64_t number_;
  Purpose purpose_;
  std::vector<Turn> turns_;
  size_t next_ = 0;
  std::string lease_id_;
};

}  // namespace hypergauge::aggregator
