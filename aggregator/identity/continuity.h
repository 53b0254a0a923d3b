#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "aggregator/store/continuity_state.h"
#include "hypergauge/v1/session.pb.h"

namespace hypergauge::aggregator {

/// Decides whether who says Hello is the node that it says, from what the node was given before.
///
/// Every Welcome carries a token with a counter that no other token of the node had. The probe
/// presents the last one that it keeps, so that of two copies of a machine only one can go on: the
/// other one's token is older than what is known. The token before the last stays good until the
/// probe has confirmed the last one, because either side may crash in between. A counter beyond all
/// that is known says that the aggregator's own store was set back; that is no copy's doing.
/// Threads: one at a time.
class Continuity {
 public:
  enum class Verdict {
    kWelcome,
    kWelcomeWithWarning,  ///< it is believed, but something is odd; `reason` says what
    kEnrollAnew,          ///< another machine has this identity; `reason` says how that is known
  };
  struct Judgement {
    Verdict verdict = Verdict::kWelcome;
    std::string reason;  ///< for people; it names no secret and no digest
  };

  void Restore(std::map<std::string, ContinuityState> states) { states_ = std::move(states); }

  /// `stored_sequence`: the highest one stored of the node's present epoch. Changes nothing.
  [[nodiscard]] Judgement Judge(const v1::Hello& hello, uint64_t stored_sequence) const;

  /// Takes the Hello for the node's: issues a token with this secret and learns what the Hello
  /// tells of the machine. Returns the node_id that this probe had until it was told to take this
  /// one; mostly empty.
  std::string Accept(const v1::Hello& hello, const std::string& secret);

  /// The probe keeps the token. False when it is not the last one.
  [[nodiscard]] bool Confirm(const std::string& node_id, uint64_t counter);

  /// Issues a token with which the probe `to` becomes `node_id`. Whoever was `node_id` until now
  /// still can come back, as long as `to` has not.
  v1::ContinuityToken Give(const std::string& node_id, const std::string& to,
                           const std::string& secret);

  /// What is to be kept of the node; an empty state where nothing is known.
  [[nodiscard]] ContinuityState StateOf(const std::string& node_id) const;

 private:
  std::map<std::string, ContinuityState> states_;  // by node_id
};

}  // namespace hypergauge::aggregator
