#pragma once

#include <algorithm>
#include <array>
#include <deque>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "aggregator/schedule/ceilings.h"
#include "aggregator/schedule/duty.h"
#include "aggregator/schedule/lock_table.h"
#include "aggregator/schedule/mesh.h"
#include "aggregator/schedule/reasons.h"
#include "aggregator/schedule/round.h"
#include "aggregator/schedule/schedule.h"
#include "aggregator/schedule/selection.h"
#include "aggregator/schedule/slots.h"
#include "aggregator/schedule/utilisation.h"

/// What the parts of the schedule share; no one else includes it.
///
/// Only hosts of which something changed (Touch), or whose time has come (wakes), are looked at:
/// Look does for one host all that can be done now, and says when it is to be looked at again.
namespace hypergauge::aggregator {

/// Beyond it, times are taken for it: some of them add up without overflow.
inline constexpr Time kLongestTime = std::chrono::days(36'500);

[[nodiscard]] inline Time Clamped(Time length) {
  return std::clamp(length, Time{}, kLongestTime);
}
[[nodiscard]] inline Time Later(Time at, Time length) {
  return at > Time::max() - length ? Time::max() : at + length;
}

/// In how much time so much may be taken at a duty.
[[nodiscard]] inline Time TimeAt(Time taken, double duty) {
  const double nanos = static_cast<double>(taken.count()) / std::max(duty, 1e-6);
  return nanos < static_cast<double>(kLongestTime.count()) ? Time(static_cast<int64_t>(nanos))
                                                           : kLongestTime;
}

/// How a node stands with one plan.
struct PlanProgress {
  /// When it is due by itself; unset where it goes with its host's regular rounds.
  std::optional<Time> due;
  /// Its due only says which regular rounds it leaves out, and begins none.
  bool patient = false;
  Time last{};                   ///< its last round began then; 0 where it had none
  bool able = true;              ///< it has something to do in the plan
  bool restored = false;         ///< `last` is of an earlier aggregator, and was not looked at yet
  int failures = 0;              ///< rounds in a row in which it completed no turn
  Reason owes = Reason::kNone;   ///< why it did not have its last round
  std::array<Time, 5> cycles{};  ///< its last turns
  size_t cycles_seen = 0;
};

struct PlannedNode {
  NodeFacts facts;
  bool connected = false;
  Time spent_until{};  ///< from then on the turns that it had so far are within node_duty
  std::vector<PlanProgress> plans;
  std::optional<Time> network_due;  ///< as a client; unset until its first round
  Time network_retry{};             ///< not before, however long it is due
  int network_failures = 0;
  Reasons network_put_off;
};

struct LeaseState {
  Grant grant;
  bool revoked = false;
  Reason revoked_for = Reason::kNone;
  size_t plan = 0;  ///< of rounds: index of the plan
  PairKind kind = PairKind::kHostHost;
};

struct RunOrder {
  std::string lease_id;
  std::string node_id;
  std::string suite;
  std::vector<std::string> benchmarks;
};

/// How a host stands with one plan.
struct PlanState {
  std::optional<Time> grid;  ///< when its next regular round is due
  Time base{};               ///< when its last one was
  bool began = false;        ///< a regular round, under this aggregator
  uint64_t cycles = 0;       ///< regular rounds; which quarter is run
  EffectiveInterval effective;
  Time wanted{};
  std::optional<Round> round;
  Reasons put_off;  ///< the round that is due and did not begin
};

struct HostState {
  std::string name;
  uint64_t number = 0;  ///< breaks ties the same way in every run
  std::set<std::string> node_ids;
  std::vector<PlanState> plans;
  std::deque<RunOrder> orders;
  Utilisation utilisation;
  Time spent_until{};  ///< from then on all turns there so far are within host_duty
  bool touched = false;
  bool unsettled = false;  ///< nodes came of which an earlier aggregator knew more
  Time wake = Time::max();
  Time next_round = Time::max();
  Time network_wake{};      ///< no node is due as a client before
  int64_t day = 0;          ///< since 1970, of bytes_sent
  uint64_t bytes_sent = 0;  ///< by network turns
};

/// Why nothing may be granted on a host now, and until when at least.
struct Obstacle {
  Reason reason = Reason::kNone;
  Time until{};
  std::string text;
};

struct Schedule::State {
  explicit State(ScheduleOptions given);

  // --- schedule_nodes.cc ---
  HostState& HostOf(const std::string& name);
  HostState* FindHost(const std::string& name);
  std::vector<HostState*> AllHosts();  ///< by name
  PlannedNode* FindNode(const std::string& node_id);
  void Connect(NodeFacts facts, const ActiveLease* active, Time now);
  void RecallRounds(const std::string& node_id, PlannedNode& node, Time now);
  void RecallNetwork(PlannedNode& node, Time last, Time now) const;
  /// Leases of the node that its probe knows nothing of any more.
  void EndLost(const std::string& node_id, const ActiveLease* active, Time now);
  void KeepActive(const PlannedNode& node, const ActiveLease* active, Time now);
  void Adopt(const PlannedNode& node, const ActiveLease& active, Time now);
  void Move(PlannedNode& node, const std::string& host, bool is_host, Time now);
  void LeaveHost(const PlannedNode& node, HostState& to, Time now);
  void Disconnect(const std::string& node_id, Time now);
  void ClearForSlots(const std::string& host, Time now);
  void Forget(const std::string& node_id, Time now);
  void PublishNode(const PlannedNode& node);
  void RetractNode(const PlannedNode& node);
  void Touch(HostState& host);
  void TouchNamed(const std::string& name);
  void DropIfEmpty(HostState& host);

  // --- schedule_leases.cc ---
  uint64_t NextToken(Time now);
  /// Books the lease; `force`: whatever others hold.
  void Hold(LeaseState lease, bool force, Time now);
  LeaseState Release(const std::string& lease_id, Time now);
  /// `reason`: its turn is to be had again once that is over; kNone where it is lost.
  void Revoke(LeaseState& lease, Reason reason, const std::string& text);
  void GrantLease(LeaseState lease, Time now);
  /// The lease is over; `cause` where it was not completed.
  void Finish(const std::string& lease_id, LeaseOutcome outcome, Reason cause, Time now);
  void FinishTurn(const LeaseState& lease, LeaseOutcome outcome, Reason cause, Time now);
  /// What a turn took of the duties.
  void Spend(const Grant& grant, Time now);
  void OweRound(const std::string& node_id, size_t plan, Reason cause, Time now);
  /// It is over without the probe's word.
  void Close(const std::string& lease_id, LeaseOutcome outcome, Time now);
  void Expire(Time now);
  bool IsHolding(const std::string& node_id) const;
  Time LongestLease() const;
  /// How long to wait after so many failures in a row.
  Time Backoff(int failures, Time limit) const;

  // --- schedule_obstacles.cc ---
  std::optional<Obstacle> CalendarObstacle(const std::string& host, Time now, Time length) const;
  std::optional<Obstacle> PauseObstacle(const std::string& host) const;
  bool IsPausedForAny(const std::vector<HostLock>& taken, Time now) const;
  /// Whether a node that is cut off, or may be by then, could measure in its slot meanwhile.
  bool IsReserved(const std::string& host, Time now, Time until) const;
  std::optional<Obstacle> SlotObstacle(const std::string& host, Time now, Time length) const;
  std::optional<Obstacle> ObstacleOf(const std::string& host, Time now, Time length) const;
  /// The end of a lease that must not reach into a time that is kept free.
  Time CutEnd(const std::vector<HostLock>& taken, Time now, Time end, bool by_calendar) const;

  // --- schedule_intervals.cc ---
  Time CycleOf(const PlannedNode& node, size_t plan) const;
  Time WantedOf(const PlannedNode& node, size_t plan) const;
  /// The host's connected nodes that have something to do in the plan; the host's own first.
  std::vector<PlannedNode*> NodesFor(const HostState& host, size_t plan);
  RoundLoad LoadOf(const HostState& host, size_t plan);
  void UpdateIntervals(HostState& host);
  /// Takes up the rhythm that an earlier aggregator had.
  void SettleGrids(HostState& host);
  static Time DueOf(const PlanState& state, const PlanProgress& progress);
  /// After a round that the node had its share of.
  void PlanNext(const HostState& host, size_t plan, PlannedNode& node) const;

  // --- schedule_rounds.cc ---
  Time BeginIfDue(HostState& host, size_t plan, Time now);
  std::optional<Time> MustWait(HostState& host, size_t plan, const std::vector<PlannedNode*>& all,
                               Time now);
  bool IsTaken(const HostState& host, size_t plan, const std::vector<PlannedNode*>& all) const;
  void BeginRegular(HostState& host, size_t plan, const std::vector<PlannedNode*>& all, Time now);
  void CountMissed(HostState& host, size_t plan, Time limit, uint64_t skipped, Time now);
  void Open(HostState& host, size_t plan, const std::vector<PlannedNode*>& all,
            const std::vector<PlannedNode*>& sharing, Purpose purpose, Time now);
  void CloseRound(HostState& host, size_t plan, Time now);
  /// When a node that had no turn can have a round of its own; nothing where the duty leaves no
  /// room before the regular one.
  std::optional<Time> MakeUpTime(const HostState& host, size_t plan, const PlannedNode& node,
                                 Time now);

  // --- schedule_turns.cc ---
  /// Nothing: something was done, and there may be more. Otherwise when to look again.
  using Again = std::optional<Time>;
  Time Advance(HostState& host, size_t plan, Time now);
  Again OfferTurn(HostState& host, size_t plan, Time now);
  Again Offer(HostState& host, size_t plan, PlannedNode& node, Time now);
  void SkipTurn(Round& round, Reason reason);
  /// What the network benchmarks of a turn lock besides the node's own host.
  std::optional<HostLock> PeerLock(const PlannedNode& node, const Work& work) const;
  bool IsPeerFree(const HostLock& peer, LockClass lock_class, Time now, Time length) const;
  LeaseState LeaseFor(const PlannedNode& node, Work work, Time now);

  // --- schedule_network.cc ---
  Time NetworkLease() const;
  Time OfferNetwork(HostState& host, Time now);
  Again OfferPair(HostState& host, PlannedNode& client, Time now);
  /// No server: all are busy. Nothing: there is none.
  /// `why`: what is in the way of all.
  std::optional<Mesh::Choice> ChooseServer(const HostState& host, const PlannedNode& client,
                                           uint64_t bytes, Time now, Reason& why);
  /// Whether so many bytes more are within what the host may send today.
  bool HasBytes(HostState& host, uint64_t bytes, Time now) const;
  void CountMissedPair(PlannedNode& client, Time now);
  Work NetworkWork(const PlannedNode& client) const;
  bool IsFreeForNetwork(const std::string& name, Time now) const;
  void FinishNetwork(const LeaseState& lease, LeaseOutcome outcome, Reason cause, Time now);

  // --- schedule_commands.cc ---
  Result<Order> RunNow(const std::string& node_id, const std::string& suite,
                       const std::vector<std::string>& benchmarks, Time now);
  int Pause(PauseState pause, Time now);
  int Resume(const std::string& name, Time now);
  static Time RunNowLength(const std::string& suite);
  static Time RunNowLease(const std::string& suite);
  /// Whether an order is next, so that nothing else is granted; `again`: when to look again.
  bool OfferOrders(HostState& host, Time now, Time* again);
  /// kNext: it waits, and nothing else is granted; kLater: it waits for what may last.
  enum class Offered { kGranted, kNext, kLater };
  Offered OfferOrder(HostState& host, const RunOrder& order, Time now, Time* again);
  void ExpirePauses(Time now);

  // --- schedule_work.cc ---
  void Restore(const ScheduleState& state, Time now);
  std::optional<Slots::Given> GiveSlot(const std::string& node_id, Time now);
  Actions Act(Time now);
  Time NextWake(Time now) const;
  void Look(HostState& host, Time now);
  /// Whether a round is open; `again`: when to look again.
  bool LookAtRounds(HostState& host, Time now, Time* again);
  void LookAtTouched(Time now);
  void OfferFreed(const std::string& lock, Time now);
  void SetWake(HostState& host, Time at);
  void WaitFor(const std::string& lock, const std::string& host);

  // --- schedule_view.cc ---
  void ViewRound(const HostState& host, size_t plan, Time now, HostView& view) const;
  void ViewNext(const HostState& host, size_t plan, HostView& view) const;
  HostView ViewOf(const HostState& host, Time now) const;

  ScheduleOptions options;
  size_t most_frequent = 0;  ///< the plan with the shortest interval
  LockTable locks;
  Ceilings ceilings;
  Mesh mesh;
  Slots slots;
  /// The same as if all nodes were cut off. Whoever is cut off waits for `after` before it
  /// measures: leases that last longer than that must end before any slot of their hosts begins.
  Slots standing;
  Time next_sweep{};  ///< of what expired there
  ScheduleCounts counts;
  Actions actions;  ///< that Act hands out next

  std::unordered_map<std::string, PlannedNode> nodes;
  std::unordered_map<std::string, HostState> hosts;
  std::unordered_map<std::string, LeaseState> leases;
  std::unordered_map<std::string, std::vector<std::string>> held;  ///< lease_ids by node_id
  std::set<std::pair<Time, std::string>> expiries;
  std::map<std::string, PauseState> pauses;  ///< by host
  std::unordered_map<std::string, std::vector<std::pair<std::string, Time>>> last_rounds;
  std::map<std::string, std::set<std::string>> responders;  ///< node_ids by HOST:PORT

  struct BySoonest {
    bool operator()(const std::pair<Time, HostState*>& a,
                    const std::pair<Time, HostState*>& b) const {
      return a.first != b.first ? a.first < b.first : a.second->number < b.second->number;
    }
  };
  std::set<std::pair<Time, HostState*>, BySoonest> wakes;
  std::deque<HostState*> touched;
  /// Hosts that wait for a lock of another one, by that, first come first served.
  std::unordered_map<std::string, std::deque<std::string>> waiting;
  std::vector<std::string> freed;  ///< locks that someone may be waiting for

  uint64_t last_token = 0;
  uint64_t last_round = 0;
  uint64_t last_host = 0;
};

}  // namespace hypergauge::aggregator
