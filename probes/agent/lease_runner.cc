#include "probes/agent/lease_runner.h"

#include "probes/printable.h"

namespace hypergauge::probes {
namespace {

v1::LeaseEnd::Outcome OutcomeOf(const Result<void>& result) {
  if (result) return v1::LeaseEnd::OUTCOME_COMPLETED;
  const auto code = result.error().code;
  return code == ErrorCode::kInvalidArgument || code == ErrorCode::kNotFound
             ? v1::LeaseEnd::OUTCOME_REFUSED
             : v1::LeaseEnd::OUTCOME_ABORTED;
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

Result<void> LeaseRunner::Begin(const v1::Lease& lease) {
  const auto now = clock_.MonotonicRaw();
  if (lease.duration_nanos() <= 0) {
    return Fail(ErrorCode::kInvalidArgument, "lease " + lease.lease_id() + " has no duration");
  }
  const std::lock_guard lock(mutex_);
  if (current_) {
    return Fail(ErrorCode::kUnavailable,
                "lease " + current_->lease.lease_id() + " is still being worked on");
  }
  current_ = HeldLease{lease, now + std::chrono::nanoseconds(lease.duration_nanos())};
  begun_ = false;
  stop_ = std::stop_source();
  stop_reason_.clear();
  wake_.notify_one();
  return {};
}

void LeaseRunner::Revoke(const std::string& lease_id, const std::string& reason) {
  if (const auto current = Current(); current && current->lease.lease_id() == lease_id) {
    Stop("revoked: " + Printable(reason, 256));
  }
}

void LeaseRunner::Stop(const std::string& reason) {
  std::stop_source stop(std::nostopstate);
  {
    const std::lock_guard lock(mutex_);
    if (!current_ || !stop_reason_.empty()) return;
    stop_reason_ = reason;
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
    v1::LeaseEnd end;
    end.set_lease_id(held.lease.lease_id());
    end.set_outcome(OutcomeOf(result));
    const std::lock_guard lock(mutex_);
    if (!result) {
      end.set_reason(Printable(stop_reason_.empty()
                                   ? result.error().message
                                   : stop_reason_ + " (" + result.error().message + ")"));
    }
    current_.reset();
    done_(std::move(end));
  }
}

}  // namespace hypergauge::probes
