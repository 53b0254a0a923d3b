#pragma once

#include <condition_variable>
#include <functional>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "aggregator/records/event_log.h"
#include "aggregator/schedule/lease_book.h"
#include "aggregator/schedule/node_facts.h"
#include "aggregator/schedule/schedule.h"
#include "aggregator/schedule/steering.h"
#include "aggregator/store/store.h"
#include "base/clock.h"
#include "exporter/exposition.h"
#include "hypergauge/v1/session.pb.h"

namespace hypergauge::aggregator {

/// Runs a Schedule on the real clock: one thread that wakes when something is due. A lease is
/// durable before the probe hears of it, so that no aggregator after this one grants it twice.
/// Threads: any.
class Dispatcher final : public Steering {
 public:
  /// What lies outside. None of it may call the dispatcher.
  struct Outside {
    Store& store;
    LeaseBook& book;
    EventLog& events;
    const Clock& clock;
    /// False when the node is not connected.
    std::function<bool(const std::string& node_id, const v1::AggregatorMessage&)> send;
    std::function<std::string(const std::string& node_id)> label_of;
    /// How often the node's runs of a suite come from now on.
    std::function<void(const std::string& node_id, const std::string& suite, Time interval)>
        on_interval;
    std::function<uint64_t()> collisions;  ///< that the audit found
  };

  Dispatcher(ScheduleOptions options, Outside outside);
  ~Dispatcher() override;
  Dispatcher(const Dispatcher&) = delete;
  Dispatcher& operator=(const Dispatcher&) = delete;

  /// Goes on where the last aggregator stopped, and begins. Once, before all others.
  /// Errors: those of the store.
  [[nodiscard]] Result<void> Start();
  /// Grants nothing any more. Call it before the store ends.
  void Stop();

  /// `host`: the physical machine that the node runs on, or the node itself.
  void Connect(const v1::Hello& hello, const std::string& host);
  void Move(const std::string& node_id, const std::string& host);
  void Disconnect(const std::string& node_id);
  /// The node left all lists.
  void Forget(const std::string& node_id);
  /// False when the node held no such lease any more.
  bool End(const std::string& node_id, const v1::LeaseEnd& end);

  /// What a run of the node took, once it is stored. `ended`: by the aggregator's clock.
  void Charge(const std::string& node_id, const v1::Run& run, Time ended);
  /// See Slots::Covers.
  [[nodiscard]] bool SlotCovers(uint64_t token, const std::string& node_id, Time start, Time end,
                                Time tolerance) const;

  /// The probe keeps the slot with this token, 0 for none.
  void SlotStored(const std::string& node_id, uint64_t token);

  /// Renews offline slots, keeps what hosts have given, and forgets what is long over. Call it now
  /// and then.
  void Settle();

  /// Adds what a scrape shows of the schedule.
  void CollectInto(exporter::Snapshot& snapshot) const;

  [[nodiscard]] v1::GetScheduleResponse Report(const std::vector<std::string>& hosts,
                                               int64_t since_unix_nanos) override;
  [[nodiscard]] Result<Schedule::Order> RunNow(const std::string& node_id, const std::string& suite,
                                               const std::vector<std::string>& benchmarks) override;
  [[nodiscard]] Result<int> Pause(const std::string& host, Time duration,
                                  const std::string& reason) override;
  [[nodiscard]] Result<int> Resume(const std::string& host) override;

 private:
  void Work();
  void Wake();
  // All that follow are called with mutex_ held.
  void CarryOut(const Actions& actions, Time now);
  void Keep(const std::vector<Grant>& grants);
  void SendKept(const std::vector<Grant>& grants, const Result<void>& stored);
  void GiveUp(const Grant& grant, LeaseOutcome outcome, v1::LeaseEnd::Cause cause, Time now);
  void Close(const std::string& lease_id, LeaseOutcome outcome, v1::LeaseEnd::Cause cause,
             Time now);
  // `anew`: whatever the probe has.
  void GiveSlot(const std::string& node_id, Time now, bool anew = false);
  void SendSlot(const Slot& slot);
  void Withdraw(const std::string& node_id);
  void WithdrawSlots(const std::string& host);
  // What hosts have given since it was kept last.
  void KeepDays();
  // Takes back what the probe says it works under, and the book says is over.
  bool EndOver(const std::string& node_id, const v1::ActiveLease& active, Time now);
  // Of the hosts whose nodes changed, once the schedule has looked at them.
  void TellChanged(Time now);
  void TellIntervals(const std::string& host, Time now);
  [[nodiscard]] bool IsPaused(const std::string& host) const;
  // Unlocks while it waits for the store.
  [[nodiscard]] Result<void> KeepPauses(std::unique_lock<std::mutex>& lock);

  const ScheduleOptions options_;
  const Outside outside_;
  mutable std::mutex mutex_;  // guards all below
  std::condition_variable wake_;
  Schedule schedule_;
  BenchmarkSets sets_;
  std::map<std::string, std::string> hosts_;  // by node_id
  std::set<std::string> connected_;
  std::map<std::string, uint64_t> kept_slots_;  // by connected node: the token that its probe has
  std::map<std::string, Slot> durable_slots_;   // by node_id: the last one that is in the store
  std::set<std::string> uncertain_intervals_;   // hosts for TellChanged
  std::set<std::string> charged_;               // hosts for KeepDays
  bool changed_ = false;
  bool stopping_ = false;
  std::thread worker_;
};

}  // namespace hypergauge::aggregator
