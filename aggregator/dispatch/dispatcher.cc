#include "aggregator/dispatch/dispatcher.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <optional>
#include <utility>

#include "aggregator/dispatch/stored_schedule.h"

namespace hypergauge::aggregator {
namespace {

constexpr Time kBookKeeps = std::chrono::hours(6);  // in memory
constexpr Time kStoreKeeps = std::chrono::hours(24 * 7);

LeaseOutcome OutcomeOf(const v1::LeaseEnd& end) {
  if (end.outcome() == v1::LeaseEnd::OUTCOME_COMPLETED) return LeaseOutcome::kCompleted;
  if (end.cause() == v1::LeaseEnd::CAUSE_REVOKED) return LeaseOutcome::kRevoked;
  return end.outcome() == v1::LeaseEnd::OUTCOME_REFUSED ? LeaseOutcome::kRefused
                                                        : LeaseOutcome::kAborted;
}

// A reason of ScheduleCounts::deferred.
std::string ReasonOf(v1::LeaseEnd::Cause cause) {
  switch (cause) {
    case v1::LeaseEnd::CAUSE_BUSY:
      return "busy";
    case v1::LeaseEnd::CAUSE_QUIET_HOURS:
      return "quiet_hours";
    case v1::LeaseEnd::CAUSE_BUDGET:
      return "budget";
    default:
      return "error";
  }
}

// A name that is spelled wrong in the configuration would be a fleet that never measures.
void WarnOfUnknown(const std::vector<Plan>& plans, const v1::Hello& hello) {
  for (const auto& plan : plans) {
    const bool has_some =
        plan.benchmarks.empty() ||
        std::any_of(hello.benchmarks().begin(), hello.benchmarks().end(), [&](const auto& each) {
          return std::find(plan.benchmarks.begin(), plan.benchmarks.end(), each.name()) !=
                 plan.benchmarks.end();
        });
    if (has_some) continue;
    spdlog::warn(
        "node {} knows none of the benchmarks of plan \"{}\" ({} ...) and has no turns in it",
        hello.identity().name(), plan.name, plan.benchmarks.front());
  }
}

}  // namespace

Dispatcher::Dispatcher(ScheduleOptions options, Outside outside)
    : options_(std::move(options)),
      outside_(std::move(outside)),
      schedule_(options_),
      sets_(options_.mesh.suite) {}

Dispatcher::~Dispatcher() {
  Stop();
}

void Dispatcher::Stop() {
  {
    const std::lock_guard lock(mutex_);
    if (!stopping_) KeepDays();
    stopping_ = true;
  }
  wake_.notify_one();
  if (worker_.joinable()) worker_.join();
}

Result<void> Dispatcher::Start() {
  const Time now = outside_.clock.Realtime();
  auto leases = outside_.store.Leases((now - kBookKeeps).count());
  if (!leases) return tl::unexpected(leases.error());
  const auto state = LoadSchedule(outside_.store, *leases, now);
  if (!state) return tl::unexpected(state.error());
  for (const auto& slot : state->slots) durable_slots_[slot.node_id] = slot;
  outside_.book.Restore(std::move(*leases));
  schedule_.Restore(*state, now);
  worker_ = std::thread([this] { Work(); });
  return {};
}

// --- nodes ---

void Dispatcher::Connect(const v1::Hello& hello, const std::string& host) {
  const auto& node_id = hello.identity().node_id();
  const bool is_host = outside_.label_of(node_id) == host;
  const Time now = outside_.clock.Realtime();
  WarnOfUnknown(options_.plans, hello);
  std::optional<ActiveLease> active;
  if (hello.has_active_lease()) {
    const auto& lease = hello.active_lease();
    active = {lease.lease_id(), lease.fencing_token(), Time(lease.remaining_nanos())};
  }
  {
    const std::lock_guard lock(mutex_);
    hosts_[node_id] = host;
    connected_.insert(node_id);
    if (active && EndOver(node_id, hello.active_lease(), now)) active.reset();
    schedule_.Connect(NodeFactsOf(hello, host, is_host, sets_), active ? &*active : nullptr, now);
    kept_slots_[node_id] = hello.offline_slot();
    // What comes with a slot may be configured otherwise by now.
    GiveSlot(node_id, now, true);
    uncertain_intervals_.insert(host);
    changed_ = true;
  }
  wake_.notify_one();
}

void Dispatcher::Move(const std::string& node_id, const std::string& host) {
  const bool is_host = outside_.label_of(node_id) == host;
  const Time now = outside_.clock.Realtime();
  {
    const std::lock_guard lock(mutex_);
    const auto known = hosts_.find(node_id);
    if (known == hosts_.end()) return;
    known->second = host;
    schedule_.Move(node_id, host, is_host, now);
    if (connected_.contains(node_id)) GiveSlot(node_id, now);
    uncertain_intervals_.insert(host);
    changed_ = true;
  }
  wake_.notify_one();
}

void Dispatcher::Disconnect(const std::string& node_id) {
  {
    const std::lock_guard lock(mutex_);
    connected_.erase(node_id);
    kept_slots_.erase(node_id);
    schedule_.Disconnect(node_id, outside_.clock.Realtime());
    changed_ = true;
  }
  wake_.notify_one();
}

void Dispatcher::Forget(const std::string& node_id) {
  const std::lock_guard lock(mutex_);
  hosts_.erase(node_id);
  connected_.erase(node_id);
  durable_slots_.erase(node_id);
  schedule_.Forget(node_id, outside_.clock.Realtime());
}

// However much time the probe says it has left: others may hold the host by now.
bool Dispatcher::EndOver(const std::string& node_id, const v1::ActiveLease& active, Time now) {
  const auto record = outside_.book.Find(active.fencing_token());
  if (!record || record->node_id() != node_id) return false;
  if (record->ended_unix_nanos() == 0 && Time(record->end_unix_nanos()) > now) return false;
  v1::AggregatorMessage message;
  message.mutable_lease_revocation()->set_lease_id(active.lease_id());
  message.mutable_lease_revocation()->set_reason("it is over");
  (void)outside_.send(node_id, message);
  spdlog::info("lease {} of node {} is over, and was still worked under", active.lease_id(),
               node_id);
  return !schedule_.IsHeld(active.lease_id());  // else it expires at once
}

bool Dispatcher::End(const std::string& node_id, const v1::LeaseEnd& end) {
  const auto outcome = OutcomeOf(end);
  bool ended = false;
  {
    const std::lock_guard lock(mutex_);
    const Time now = outside_.clock.Realtime();
    ended = schedule_.End(node_id, end.lease_id(), outcome, ReasonOf(end.cause()), now);
    if (ended) Close(end.lease_id(), outcome, end.cause(), now);
    changed_ = true;
  }
  wake_.notify_one();
  return ended;
}

void Dispatcher::Charge(const std::string& node_id, const v1::Run& run, Time ended) {
  const bool is_loopback =
      std::find(run.marks().begin(), run.marks().end(), v1::MARK_LOOPBACK) != run.marks().end();
  const RunCost cost{.cpu_seconds = run.cost().cpu_seconds(),
                     .bytes_written = run.cost().bytes_written(),
                     .bytes_sent = is_loopback ? 0 : run.cost().bytes_sent()};
  const std::lock_guard lock(mutex_);
  const auto host = hosts_.find(node_id);
  if (host == hosts_.end()) return;
  schedule_.Charge(host->second, cost, ended);
  charged_.insert(host->second);
  if (stopping_) KeepDays();  // of what the store still has to write
}

void Dispatcher::KeepDays() {
  std::vector<HostDayRow> days;
  for (const auto& host : charged_) {
    if (const auto day = schedule_.LastDay(host)) days.push_back(RowOf(*day));
  }
  if (days.empty()) return;
  outside_.store.PutDays(std::move(days),
                         [this, hosts = std::exchange(charged_, {})](const auto& stored) {
                           if (stored) return;
                           const std::lock_guard lock(mutex_);
                           charged_.insert(hosts.begin(), hosts.end());  // tried again
                         });
}

bool Dispatcher::SlotCovers(uint64_t token, const std::string& node_id, Time start, Time end,
                            Time tolerance) const {
  const std::lock_guard lock(mutex_);
  return schedule_.slots().Covers(token, node_id, start, end, tolerance);
}

// --- the work ---

void Dispatcher::Work() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    changed_ = false;
    const Time now = outside_.clock.Realtime();
    const auto actions = schedule_.Act(now);
    TellChanged(now);
    CarryOut(actions, now);
    if (changed_ || stopping_) continue;
    const auto woken = [this] { return changed_ || stopping_; };
    const Time next = schedule_.NextWake(now);
    // The clock may be set meanwhile.
    constexpr Time kMostSleep = std::chrono::minutes(1);
    wake_.wait_for(lock, std::clamp(next - now, Time::zero(), kMostSleep), woken);
  }
}

void Dispatcher::CarryOut(const Actions& actions, Time now) {
  for (const auto& closed : actions.closed) {
    Close(closed.lease_id, closed.outcome, v1::LeaseEnd::CAUSE_UNSPECIFIED, now);
  }
  for (const auto& revocation : actions.revocations) {
    v1::AggregatorMessage message;
    message.mutable_lease_revocation()->set_lease_id(revocation.lease_id);
    message.mutable_lease_revocation()->set_reason(revocation.reason);
    (void)outside_.send(revocation.node_id, message);
    spdlog::info("lease {} of node {} revoked: {}", revocation.lease_id, revocation.node_id,
                 revocation.reason);
  }
  if (!actions.grants.empty()) Keep(actions.grants);
}

void Dispatcher::Keep(const std::vector<Grant>& grants) {
  std::vector<v1::LeaseRecord> records;
  std::set<std::string> hosts;
  for (const auto& grant : grants) {
    records.push_back(RecordOf(grant));
    outside_.book.Granted(records.back());
    if (grant.pass == 1 && !grant.locks.empty()) hosts.insert(grant.locks.front().host);
  }
  const Time now = outside_.clock.Realtime();
  for (const auto& host : hosts) TellIntervals(host, now);
  outside_.store.PutLeases(std::move(records), [this, grants](const Result<void>& stored) {
    {
      const std::lock_guard lock(mutex_);
      SendKept(grants, stored);
    }
    wake_.notify_one();
  });
}

// Under the lock: whoever disconnects a node knows that no lease of before is on its way.
void Dispatcher::SendKept(const std::vector<Grant>& grants, const Result<void>& stored) {
  const Time now = outside_.clock.Realtime();
  for (const auto& grant : grants) {
    if (!schedule_.IsHeld(grant.lease_id)) continue;  // it was over before it began
    if (schedule_.IsRevoked(grant.lease_id)) {
      GiveUp(grant, LeaseOutcome::kRevoked, v1::LeaseEnd::CAUSE_REVOKED, now);
      continue;
    }
    bool sent = false;
    // Between Disconnect and Connect there may be a stream already. What its Hello says of leases
    // is older than this one, which Connect would take for lost while the probe works under it.
    if (stored && connected_.contains(grant.node_id)) {
      v1::AggregatorMessage message;
      *message.mutable_lease() = LeaseOf(grant, now);
      sent = outside_.send(grant.node_id, message);
    } else if (!stored) {
      spdlog::error("lease {} is not granted: {}", grant.lease_id, stored.error().message);
    }
    spdlog::info("lease {} {} node {} on host {}", grant.lease_id,
                 sent ? "granted to" : "could not reach", grant.node_id, grant.locks.front().host);
    if (sent) continue;
    GiveUp(grant, LeaseOutcome::kLost, v1::LeaseEnd::CAUSE_UNSPECIFIED, now);
  }
}

// No probe has it, and none will.
void Dispatcher::GiveUp(const Grant& grant, LeaseOutcome outcome, v1::LeaseEnd::Cause cause,
                        Time now) {
  schedule_.End(grant.node_id, grant.lease_id, outcome, "lost", now);
  Close(grant.lease_id, outcome, cause, now);
  changed_ = true;
}

void Dispatcher::Close(const std::string& lease_id, LeaseOutcome outcome, v1::LeaseEnd::Cause cause,
                       Time now) {
  auto record = outside_.book.Ended(lease_id, static_cast<v1::LeaseRecord::Outcome>(outcome), cause,
                                    now.count());
  if (record) outside_.store.PutLeases({std::move(*record)});
}

void Dispatcher::TellChanged(Time now) {
  for (const auto& host : uncertain_intervals_) TellIntervals(host, now);
  uncertain_intervals_.clear();
}

void Dispatcher::TellIntervals(const std::string& host, Time now) {
  for (const auto& view : schedule_.View(host, now)) {
    for (const auto& interval : view.intervals) {
      if (interval.effective <= Time{}) continue;  // nobody knows yet
      for (const auto& node_id : view.node_ids) {
        outside_.on_interval(node_id, interval.suite, interval.effective);
      }
    }
  }
}

// --- offline slots ---

void Dispatcher::SlotStored(const std::string& node_id, uint64_t token) {
  const std::lock_guard lock(mutex_);
  if (connected_.contains(node_id)) kept_slots_[node_id] = token;
}

void Dispatcher::GiveSlot(const std::string& node_id, Time now, bool anew) {
  const auto given = options_.plans.empty() ? std::nullopt : schedule_.GiveSlot(node_id, now);
  const uint64_t kept = kept_slots_[node_id];
  if (IsPaused(hosts_[node_id]) || !given) {
    if (kept != 0) Withdraw(node_id);
    return;
  }
  const auto durable = durable_slots_.find(node_id);
  if (durable != durable_slots_.end() && durable->second == given->slot) {
    if (anew || given->slot.token != kept) SendSlot(given->slot);
    return;
  }
  // Durable before the probe has it: the next aggregator must keep its times free.
  outside_.store.PutSlot(RecordOf(given->slot), [this, slot = given->slot](const auto& stored) {
    if (!stored) return;
    const std::lock_guard lock(mutex_);
    durable_slots_[slot.node_id] = slot;
    if (connected_.contains(slot.node_id) && !IsPaused(hosts_[slot.node_id])) SendSlot(slot);
  });
}

void Dispatcher::SendSlot(const Slot& slot) {
  v1::AggregatorMessage message;
  auto& offered = *message.mutable_offline_slot();
  if (slot.token != 0) {
    const auto& plan = options_.plans.front();
    offered.set_token(slot.token);
    offered.set_suite(plan.suite);
    for (const auto& benchmark : plan.benchmarks) offered.add_benchmarks(benchmark);
    offered.set_period_nanos(slot.period.count());
    offered.set_offset_nanos(slot.offset.count());
    offered.set_length_nanos(slot.length.count());
    offered.set_valid_until_unix_nanos(slot.valid_until.count());
    offered.set_after_nanos(options_.offline.after.count());
  }
  (void)outside_.send(slot.node_id, message);
}

void Dispatcher::Withdraw(const std::string& node_id) {
  Slot none;
  none.node_id = node_id;
  SendSlot(none);
  kept_slots_[node_id] = 0;
}

// Who is cut off later must not measure while its host is paused.
void Dispatcher::WithdrawSlots(const std::string& host) {
  for (const auto& node_id : connected_) {
    if (host.empty() || hosts_[node_id] == host) Withdraw(node_id);
  }
}

void Dispatcher::Settle() {
  const Time now = outside_.clock.Realtime();
  {
    const std::lock_guard lock(mutex_);
    for (const auto& node_id : connected_) GiveSlot(node_id, now);
    KeepDays();
  }
  outside_.book.Forget((now - kBookKeeps).count());
  outside_.store.ForgetLeases((now - kStoreKeeps).count());
  outside_.store.ForgetSlots((now - kStoreKeeps).count());
}

}  // namespace hypergauge::aggregator
