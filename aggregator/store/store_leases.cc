// The store's part for the schedule: leases, rounds, pauses, offline slots, days.
#include <utility>

#include "aggregator/store/lease_table.h"
#include "aggregator/store/store.h"

namespace hypergauge::aggregator {

void Store::PutLeases(std::vector<v1::LeaseRecord> leases, NodeDone done) {
  Enqueue({[this, leases = std::move(leases)] { return LeaseTable(database_).Put(leases); },
           std::move(done)});
}

Result<std::vector<v1::LeaseRecord>> Store::Leases(int64_t since_unix_nanos) {
  const std::lock_guard lock(database_mutex_);
  return LeaseTable(database_).Since(since_unix_nanos);
}

Result<std::optional<v1::LeaseRecord>> Store::FindLease(uint64_t token) {
  const std::lock_guard lock(database_mutex_);
  return LeaseTable(database_).Find(token);
}

Result<std::map<std::pair<std::string, std::string>, int64_t>> Store::LastRounds() {
  const std::lock_guard lock(database_mutex_);
  return LeaseTable(database_).LastRounds();
}

Result<uint64_t> Store::LastToken() {
  const std::lock_guard lock(database_mutex_);
  return LeaseTable(database_).HighestToken();
}

Result<uint64_t> Store::LastRound() {
  const std::lock_guard lock(database_mutex_);
  return LeaseTable(database_).HighestRound();
}

void Store::ForgetLeases(int64_t ended_before_unix_nanos, NodeDone done) {
  Enqueue({[=, this] { return LeaseTable(database_).Forget(ended_before_unix_nanos); },
           std::move(done)});
}

void Store::PutPauses(std::vector<v1::Pause> all, NodeDone done) {
  Enqueue({[this, all = std::move(all)] { return LeaseTable(database_).PutPauses(all); },
           std::move(done)});
}

Result<std::vector<v1::Pause>> Store::Pauses() {
  const std::lock_guard lock(database_mutex_);
  return LeaseTable(database_).Pauses();
}

void Store::PutSlot(v1::SlotRecord slot, NodeDone done) {
  Enqueue({[this, slot = std::move(slot)] { return LeaseTable(database_).PutSlot(slot); },
           std::move(done)});
}

Result<std::vector<v1::SlotRecord>> Store::Slots() {
  const std::lock_guard lock(database_mutex_);
  return LeaseTable(database_).Slots();
}

void Store::ForgetSlots(int64_t valid_before_unix_nanos, NodeDone done) {
  Enqueue({[=, this] { return LeaseTable(database_).ForgetSlots(valid_before_unix_nanos); },
           std::move(done)});
}

void Store::PutDays(std::vector<HostDayRow> days, NodeDone done) {
  Enqueue({[this, days = std::move(days)] { return LeaseTable(database_).PutDays(days); },
           std::move(done)});
}

Result<std::vector<HostDayRow>> Store::Days() {
  const std::lock_guard lock(database_mutex_);
  return LeaseTable(database_).Days();
}

}  // namespace hypergauge::aggregator
