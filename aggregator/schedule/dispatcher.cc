#include "aggregator/schedule/dispatcher.h"

#include <spdlog/spdlog.h>

#include <optional>

namespace hypergauge::aggregator {
namespace {

legacy::LeaseOutcome OutcomeOf(v1::LeaseEnd::Outcome outcome) {
  switch (outcome) {
    case v1::LeaseEnd::OUTCOME_COMPLETED:
      return legacy::LeaseOutcome::kCompleted;
    case v1::LeaseEnd::OUTCOME_REFUSED:
      return legacy::LeaseOutcome::kRefused;
    default:
      return legacy::LeaseOutcome::kAborted;
  }
}

}  // namespace

Dispatcher::Dispatcher(legacy::ScheduleOptions options, LeaseTerms terms, const Clock& clock, Send send)
    : terms_(std::move(terms)),
      clock_(clock),
      send_(std::move(send)),
      schedule_(options),
      worker_([this] { Work(); }) {}

Dispatcher::~Dispatcher() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  worker_.join();
}

void Dispatcher::Connect(const v1::Hello& hello, const std::string& host) {
  const legacy::Time now = clock_.Realtime();
  std::optional<legacy::Grant> active;
  if (hello.has_active_lease()) {
    const auto& lease = hello.active_lease();
    active = legacy::Grant{
        lease.lease_id(), lease.fencing_token(), {}, {}, now, now + legacy::Time(lease.remaining_nanos())};
  }
  {
    const std::lock_guard lock(mutex_);
    schedule_.Connect(hello.identity().node_id(), host, active ? &*active : nullptr, now,
                      std::chrono::seconds(hello.wanted_interval_seconds()));
    changed_ = true;
  }
  wake_.notify_one();
}

void Dispatcher::Move(const std::string& node_id, const std::string& host) {
  {
    const std::lock_guard lock(mutex_);
    schedule_.Move(node_id, host);
    changed_ = true;
  }
  wake_.notify_one();
}

void Dispatcher::Disconnect(const std::string& node_id) {
  const std::lock_guard lock(mutex_);
  schedule_.Disconnect(node_id);
}

void Dispatcher::Forget(const std::string& node_id) {
  const std::lock_guard lock(mutex_);
  schedule_.Forget(node_id);
}

bool Dispatcher::End(const std::string& node_id, const v1::LeaseEnd& end) {
  bool ended = false;
  {
    const std::lock_guard lock(mutex_);
    ended = schedule_.End(node_id, end.lease_id(), OutcomeOf(end.outcome()), clock_.Realtime());
    changed_ = true;
  }
  wake_.notify_one();
  return ended;
}

void Dispatcher::Work() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    changed_ = false;
    const legacy::Time now = clock_.Realtime();
    // Sent under the lock: whoever disconnects a node knows that no lease of before is on its way.
    for (const auto& grant : schedule_.TakeDue(now)) {
      const bool sent = send_(grant.node_id, MessageOf(grant));
      spdlog::info("lease {} {} node {} on host {}", grant.lease_id,
                   sent ? "granted to" : "could not reach", grant.node_id, grant.host);
    }
    if (changed_ || stopping_) continue;
    const auto woken = [this] { return changed_ || stopping_; };
    const legacy::Time next = schedule_.NextWake(now);
    if (next == legacy::Time::max()) {
      wake_.wait(lock, woken);
    } else {
      wake_.wait_for(lock, next - now, woken);
    }
  }
}

v1::AggregatorMessage Dispatcher::MessageOf(const legacy::Grant& grant) const {
  v1::AggregatorMessage message;
  auto& lease = *message.mutable_lease();
  lease.set_lease_id(grant.lease_id);
  lease.set_fencing_token(grant.fencing_token);
  lease.set_suite(terms_.suite);
  for (const auto& benchmark : terms_.benchmarks) lease.add_benchmarks(benchmark);
  for (const char* resource : {"cpu", "disk", "nic", "uplink"}) lease.add_resources(resource);
  lease.set_lock_class(v1::Lease::CLASS_EXCLUSIVE);
  lease.set_start_unix_nanos(grant.start.count());
  lease.set_end_unix_nanos(grant.end.count());
  lease.set_duration_nanos((grant.end - grant.start).count());
  return message;
}

}  // namespace hypergauge::aggregator
