#include "aggregator/schedule/lease_book.h"

#include <algorithm>
#include <array>
#include <utility>

namespace hypergauge::aggregator {
namespace {

struct NamedResource {
  Resources bit;
  const char* name;
};
constexpr std::array<NamedResource, 4> kNames = {
    {{kCpu, "cpu"}, {kDisk, "disk"}, {kNic, "nic"}, {kUplink, "uplink"}}};

template <typename Names>
void AddNames(Resources resources, Names* names) {
  for (const auto& [bit, name] : kNames) {
    if ((resources & bit) != 0) names->Add(name);
  }
}

// What it does not know, a newer aggregator wrote: nothing is less safe than to take it for
// nothing.
template <typename Names>
Resources ResourcesOf(const Names& names) {
  unsigned resources = 0;
  for (const auto& name : names) {
    const auto known = std::find_if(kNames.begin(), kNames.end(),
                                    [&](const NamedResource& each) { return each.name == name; });
    resources |= known == kNames.end() ? kAllResources : known->bit;
  }
  return static_cast<Resources>(resources);
}

}  // namespace

v1::LeaseRecord RecordOf(const Grant& grant) {
  v1::LeaseRecord record;
  record.set_fencing_token(grant.fencing_token);
  record.set_lease_id(grant.lease_id);
  record.set_node_id(grant.node_id);
  for (const auto& lock : grant.locks) {
    auto& added = *record.add_locks();
    added.set_host(lock.host);
    AddNames(lock.resources, added.mutable_resources());
  }
  record.set_lock_class(static_cast<v1::Lease::Class>(grant.lock_class));
  record.set_purpose(static_cast<v1::LeaseRecord::Purpose>(grant.purpose));
  record.set_plan(grant.plan);
  record.set_suite(grant.suite);
  record.set_round(grant.round);
  record.set_pass(static_cast<uint32_t>(std::max(grant.pass, 0)));
  record.set_peer_node_id(grant.peer_node_id);
  record.set_start_unix_nanos(grant.start.count());
  record.set_end_unix_nanos(grant.end.count());
  return record;
}

Grant GrantOf(const v1::LeaseRecord& record) {
  Grant grant;
  grant.lease_id = record.lease_id();
  grant.fencing_token = record.fencing_token();
  grant.node_id = record.node_id();
  for (const auto& lock : record.locks()) {
    grant.locks.push_back({lock.host(), ResourcesOf(lock.resources())});
  }
  grant.lock_class = LockClassOf(record);
  if (record.purpose() != v1::LeaseRecord::PURPOSE_UNSPECIFIED) {
    grant.purpose = static_cast<Purpose>(record.purpose());
  }
  grant.plan = record.plan();
  grant.suite = record.suite();
  grant.round = record.round();
  grant.pass = static_cast<int>(record.pass());
  grant.peer_node_id = record.peer_node_id();
  grant.start = Time(record.start_unix_nanos());
  grant.end = Time(record.end_unix_nanos());
  return grant;
}

LockClass LockClassOf(const v1::LeaseRecord& record) {
  switch (record.lock_class()) {
    case v1::Lease::CLASS_NORMAL:
      return LockClass::kNormal;
    case v1::Lease::CLASS_BACKGROUND:
      return LockClass::kBackground;
    default:
      return LockClass::kExclusive;
  }
}

v1::Lease LeaseOf(const Grant& grant, Time now) {
  v1::Lease lease;
  lease.set_lease_id(grant.lease_id);
  lease.set_fencing_token(grant.fencing_token);
  lease.set_suite(grant.suite);
  for (const auto& benchmark : grant.benchmarks) lease.add_benchmarks(benchmark);
  if (!grant.locks.empty()) AddNames(grant.locks.front().resources, lease.mutable_resources());
  lease.set_lock_class(static_cast<v1::Lease::Class>(grant.lock_class));
  lease.set_start_unix_nanos(grant.start.count());
  lease.set_end_unix_nanos(grant.end.count());
  // What is left when it is sent, since the probe counts from the receipt.
  lease.set_duration_nanos(std::max(grant.end - now, Time{}).count());
  lease.set_peer(grant.peer);
  return lease;
}

void LeaseBook::Restore(std::vector<v1::LeaseRecord> records) {
  const std::lock_guard lock(mutex_);
  for (auto& record : records) Put(std::move(record));
}

void LeaseBook::Granted(const v1::LeaseRecord& record) {
  const std::lock_guard lock(mutex_);
  Put(record);
}

void LeaseBook::Put(v1::LeaseRecord record) {
  Drop(record.fencing_token());
  const uint64_t token = record.fencing_token();
  for (const auto& lock : record.locks()) by_host_[lock.host()].insert(token);
  if (record.ended_unix_nanos() == 0) lasting_[record.lease_id()] = token;
  records_[token] = std::move(record);
}

void LeaseBook::Drop(uint64_t token) {
  const auto known = records_.find(token);
  if (known == records_.end()) return;
  for (const auto& lock : known->second.locks()) {
    const auto host = by_host_.find(lock.host());
    if (host == by_host_.end()) continue;  // named twice by one lease
    host->second.erase(token);
    if (host->second.empty()) by_host_.erase(host);
  }
  lasting_.erase(known->second.lease_id());
  records_.erase(known);
}

std::optional<v1::LeaseRecord> LeaseBook::Ended(const std::string& lease_id,
                                                v1::LeaseRecord::Outcome outcome,
                                                v1::LeaseEnd::Cause cause, int64_t at_unix_nanos) {
  const std::lock_guard lock(mutex_);
  const auto lasting = lasting_.find(lease_id);
  if (lasting == lasting_.end()) return std::nullopt;
  auto& record = records_.at(lasting->second);
  // 0 would say that it lasts, and the clock may have been set back since it began.
  record.set_ended_unix_nanos(std::max({at_unix_nanos, record.start_unix_nanos(), int64_t{1}}));
  record.set_outcome(outcome);
  record.set_cause(cause);
  lasting_.erase(lasting);
  return record;
}

std::optional<v1::LeaseRecord> LeaseBook::Find(uint64_t fencing_token) const {
  const std::lock_guard lock(mutex_);
  const auto known = records_.find(fencing_token);
  if (known == records_.end()) return std::nullopt;
  return known->second;
}

std::vector<v1::LeaseRecord> LeaseBook::Of(const std::string& host,
                                           int64_t since_unix_nanos) const {
  const std::lock_guard lock(mutex_);
  std::vector<v1::LeaseRecord> records;
  const auto known = by_host_.find(host);
  if (known == by_host_.end()) return records;
  for (const auto token : known->second) {
    const auto& record = records_.at(token);
    if (record.ended_unix_nanos() == 0 || record.ended_unix_nanos() > since_unix_nanos) {
      records.push_back(record);
    }
  }
  return records;
}

void LeaseBook::Forget(int64_t before_unix_nanos) {
  const std::lock_guard lock(mutex_);
  std::vector<uint64_t> over;
  for (const auto& [token, record] : records_) {
    if (record.ended_unix_nanos() > 0 && record.ended_unix_nanos() < before_unix_nanos) {
      over.push_back(token);
    }
  }
  for (const auto token : over) Drop(token);
}

}  // namespace hypergauge::aggregator
