#include "probes/agent/lease_runner.h"

#include <algorithm>

#include "probes/printable.h"

namespace hypergauge::probes {
namespace {

using std::chrono::nanoseconds;

// No lease is longer, so that its end is a moment that can be told.
constexpr nanoseconds kLongest = std::chrono::hours(24 * 365);

std::string NameOf(const v1::Lease& lease) {
  return "lease " + Printable(lease.lease_id(), 128);
}

}  // namespace

LeaseRunner::LeaseRunner(Work work, Done done, const Clock& clock)
    : work_(std::move(work)),
      done_(std::move(done)),
      clock_(clock),
      thread_([this](const std::stop_token& ending) { Loop(ending); }) {}

LeaseRunner::~LeaseRunner() {
  Stop("the probe stops");
  thread_.request_stop();
  thread_.join();
}

LeaseResult LeaseRunner::Begin(const v1::Lease& lease, const Terms& terms) {
  const auto now = clock_.MonotonicRaw();
  if (lease.duration_nanos() <= 0) {
    return Refuse(v1::LeaseEnd::CAUSE_TOO_SHORT, NameOf(lease) + " has no duration");
  }
  auto end = now + std::min(nanoseconds(lease.duration_nanos()), kLongest);
  if (terms.latest_end) end = std::min(end, *terms.latest_end);
  if (end <= now) {
    return Refuse(v1::LeaseEnd::CAUSE_TOO_SHORT,
                  NameOf(lease) + " is over by the aggregator's clock");
  }
  const std::lock_guard lock(mutex_);
  if (current_) {
    return Refuse(v1::LeaseEnd::CAUSE_ERROR, NameOf(current_->lease) + " is still being worked on");
  }
  current_ = HeldLease{lease, end, terms.offline};
  begun_ = false;
  stop_ = std::stop_source();
  stopped_.reset();
  wake_.notify_one();
  return {};
}

void LeaseRunner::Revoke(const std::string& lease_id, const std::string& reason) {
  if (lease_id.empty()) return;
  StopLease(lease_id, {v1::LeaseEnd::CAUSE_REVOKED, "revoked: " + Printable(reason, 256)});
}

void LeaseRunner::Stop(const std::string& reason) {
  StopLease({}, {v1::LeaseEnd::CAUSE_STOPPING, reason});
}

void LeaseRunner::StopLease(const std::string& lease_id, Stopped why) {
  std::stop_source stop(std::nostopstate);
  {
    const std::lock_guard lock(mutex_);
    if (!current_ || stopped_) return;
    if (!lease_id.empty() && current_->lease.lease_id() != lease_id) return;
    stopped_ = std::move(why);
    stop = stop_;
  }
  stop.request_stop();  // runs callbacks, hence without the lock
}

std::optional<HeldLease> LeaseRunner::Current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

void LeaseRunner::Loop(const std::stop_token& ending) {
  for (;;) {
    HeldLease held;
    std::stop_token stop;
    {
      std::unique_lock lock(mutex_);
      if (!wake_.wait(lock, ending, [&] { return current_ && !begun_; })) return;
      begun_ = true;
      held = *current_;
      stop = stop_.get_token();
    }
    const auto result = work_(held, stop);
    const std::lock_guard lock(mutex_);
    auto end = EndOf(held, result);
    current_.reset();
    done_(std::move(end));
  }
}

v1::LeaseEnd LeaseRunner::EndOf(const HeldLease& held, const LeaseResult& result) const {
  v1::LeaseEnd end;
  end.set_lease_id(held.lease.lease_id());
  end.set_outcome(v1::LeaseEnd::OUTCOME_COMPLETED);
  if (result) return end;
  const auto& failure = result.error();
  if (stopped_) {
    end.set_outcome(v1::LeaseEnd::OUTCOME_ABORTED);
    end.set_cause(stopped_->cause);
    end.set_reason(Printable(stopped_->reason + " (" + failure.reason + ")"));
  } else {
    end.set_outcome(failure.outcome);
    end.set_cause(failure.cause);
    end.set_reason(Printable(failure.reason));
  }
  return end;
}

}  // namespace hypergauge::probes
