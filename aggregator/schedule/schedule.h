#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "aggregator/schedule/options.h"
#include "aggregator/schedule/slots.h"
#include "aggregator/schedule/types.h"
#include "base/result.h"

/// Who may measure when. A pure state machine: time is passed in, nothing waits, stores or sends.
///
/// A host has rounds: it measures itself, then its guests one after another, then the guests again
/// in the opposite order, then itself (h, g1 ... gk, gk ... g1, h). Its next turn begins when the
/// one before has ended. All turns of a round run the same benchmarks, so that they make paired
/// blocks. A host alone has one turn; guests whose host has no probe go without it.
///
/// A round begins one effective interval (Stretch) after the one before was due, not after it
/// began: lateness does not add up. Nodes that come anew, or lost both of their turns, get a round
/// of their own (make-up) as soon as the retry time allows, unless the regular one comes before.
///
/// A lease ends when the probe gives it back, when the probe comes back without it, or at its
/// expiry by this clock: never earlier, even if the connection is lost or it was revoked, because
/// the probe may go on measuring.
namespace hypergauge::aggregator {

/// The lease under which a probe measures while it connects.
struct ActiveLease {
  std::string lease_id;
  uint64_t fencing_token = 0;
  Time remaining{};
};

struct Revocation {
  std::string lease_id;
  std::string node_id;
  std::string reason;  ///< for people
};

/// A lease that is over without the probe's word.
struct Closed {
  std::string lease_id;
  LeaseOutcome outcome = LeaseOutcome::kExpired;
};

/// What is to be done outside, in this order.
struct Actions {
  std::vector<Closed> closed;
  std::vector<Revocation> revocations;
  std::vector<Grant> grants;
};

/// How often things went another way than planned, by reason. A turn that is put off counts once
/// for each reason, however long it waits.
///   deferred:  busy, quiet_hours, budget (the probe's), error, disconnected, paused, blackout,
///              ceiling, host_locked, peer_busy, offline_slot, lost
///   missed:    those that did not come before the next round: by the last reason of deferral
///   preempted: paused, moved, run_now
///   expired:   connected (the probe was there and did not give it back), disconnected
struct ScheduleCounts {
  uint64_t planned = 0;  ///< turns of rounds that began, network turns and run-now requests
  uint64_t granted = 0;
  uint64_t completed = 0;
  std::map<std::string, uint64_t> deferred;
  std::map<std::string, uint64_t> missed;
  std::map<std::string, uint64_t> preempted;
  std::map<std::string, uint64_t> expired;
};

struct PauseState {
  std::string host;  ///< empty: all
  Time began{};
  Time until = Time::max();
  std::string reason;
};

/// What the last aggregator knew.
struct ScheduleState {
  std::vector<Grant> leases;  ///< that were not over
  /// When a node's last round of a plan began: node_id and Plan::name, or kNetworkPlan for its last
  /// turn as a client of the mesh.
  std::map<std::pair<std::string, std::string>, Time> last_rounds;
  uint64_t last_token = 0;
  uint64_t last_round = 0;
  std::vector<PauseState> pauses;
  std::vector<Slot> slots;
  std::vector<HostDay> days;
};

/// One host as it stands.
struct HostView {
  struct Interval {
    std::string plan;
    std::string suite;
    Time wanted{};
    Time effective{};
    Time cycle{};  ///< of one turn, the mean
    Time round{};
    int turns = 0;
    std::string text;
    Time next{};
  };
  struct Turn {
    std::string node_id;
    std::string plan;
    Time start{};  ///< an estimate
    Time end{};
    Purpose purpose = Purpose::kRound;
  };
  std::string host;
  std::vector<std::string> node_ids;  ///< the host's own first
  std::vector<Interval> intervals;
  std::vector<Turn> planned;
  std::string held_by;  ///< paused, quiet_hours, blackout, ceiling; empty
  std::string held_reason;
  double utilisation = 0;  ///< share of the last hour in which it was locked
  bool locked = false;
  RunCost today;
};

class Schedule {
 public:
  /// `options` have passed CheckOptions.
  explicit Schedule(ScheduleOptions options);
  ~Schedule();
  Schedule(const Schedule&) = delete;
  Schedule& operator=(const Schedule&) = delete;

  /// Before all others.
  void Restore(const ScheduleState& state, Time now);

  // --- nodes ---

  /// A node is there and can be given leases. An older lease of the node than `active` has ended.
  void Connect(NodeFacts node, const ActiveLease* active, Time now);
  /// The node is on another physical machine. Its lease is revoked, and locks both until it is
  /// over. Nothing for a node that never connected.
  void Move(const std::string& node_id, const std::string& host, bool is_host, Time now);
  /// The node is gone; a lease it holds stays locked.
  void Disconnect(const std::string& node_id, Time now);
  /// The node left for good, and nothing is kept of it but a lease that it holds, which stays
  /// locked. When it comes back it is due at once, as a new one.
  void Forget(const std::string& node_id, Time now);

  // --- leases ---

  /// The probe gave its lease back. `cause`: a reason of ScheduleCounts::deferred. False for leases
  /// that the node does not hold (any more).
  bool End(const std::string& node_id, const std::string& lease_id, LeaseOutcome outcome,
           const std::string& cause, Time now);
  /// Whether the lease is held: what was granted may be over before it is sent.
  [[nodiscard]] bool IsHeld(const std::string& lease_id) const;
  /// Whether it is held and was taken back: then it must not be sent any more, since a probe that
  /// does not know it has ignored its revocation.
  [[nodiscard]] bool IsRevoked(const std::string& lease_id) const;
  /// What runs took, for the ceilings.
  void Charge(const std::string& host, const RunCost& cost, Time at);
  /// See Ceilings::LastDay: what the next aggregator is to be told.
  [[nodiscard]] std::optional<HostDay> LastDay(const std::string& host) const;

  // --- commands ---

  struct Order {
    std::string lease_id;
    int waiting = 0;  ///< turns before it on its host
  };
  /// A turn as soon as the host is free, before all that is planned there. Quiet hours, blackouts
  /// and ceilings do not hold it; a pause does. Errors: kNotFound for a node that is not connected,
  /// kUnavailable while its host is paused, kInvalidArgument for benchmarks that it does not have.
  [[nodiscard]] Result<Order> RunNow(const std::string& node_id, const std::string& suite,
                                     const std::vector<std::string>& benchmarks, Time now);
  /// Replaces the host's (the fleet's) pause. How many leases Act will revoke.
  int Pause(PauseState pause, Time now);
  /// Lifts the host's pause, or all. How many there were.
  int Resume(const std::string& host, Time now);
  [[nodiscard]] std::vector<PauseState> Pauses() const;

  // --- offline slots ---

  /// The slot of a node that is connected; see Slots::Give. Call it after Connect and now and then.
  [[nodiscard]] std::optional<Slots::Given> GiveSlot(const std::string& node_id, Time now);
  [[nodiscard]] const Slots& slots() const;

  // --- work ---

  /// What is to be done now. Every grant locks its hosts.
  [[nodiscard]] Actions Act(Time now);
  /// When Act may next have something, as far as is known; Time::max() if nothing ever.
  [[nodiscard]] Time NextWake(Time now) const;

  // --- seen ---

  [[nodiscard]] const ScheduleCounts& counts() const;
  /// By host; one, or all where `host` is empty.
  [[nodiscard]] std::vector<HostView> View(const std::string& host, Time now) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace hypergauge::aggregator
