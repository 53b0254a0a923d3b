#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "base/clock.h"
#include "base/result.h"
#include "hypergauge/v1/session.pb.h"

namespace hypergauge::probes {

/// A lease as the probe holds it.
struct HeldLease {
  v1::Lease lease;
  std::chrono::nanoseconds end{};  ///< Clock::MonotonicRaw: receipt + duration_nanos
};

/// Works through one lease at a time, on one thread that lives as long as the object: the
/// benchmarks' processes end with the thread that started them.
/// Threads: all members from any thread.
class LeaseRunner {
 public:
  /// Measures under the lease; comes back soon with kCancelled when stop is requested. Its error
  /// decides how the lease ends: kInvalidArgument and kNotFound refuse it, others abort it.
  using Work = std::function<Result<void>(const HeldLease& held, const std::stop_token& stop)>;
  /// Called on the runner's thread after each lease, with the runner locked: whoever sees no
  /// current lease knows that its end has been told. Must not call the runner.
  using Done = std::function<void(v1::LeaseEnd)>;

  LeaseRunner(Work work, Done done, const Clock& clock);
  /// Stops the work and waits for it.
  ~LeaseRunner();
  LeaseRunner(const LeaseRunner&) = delete;
  LeaseRunner& operator=(const LeaseRunner&) = delete;

  /// Begins now. Errors: kUnavailable while another lease is worked on, kInvalidArgument for one
  /// without duration.
  [[nodiscard]] Result<void> Begin(const v1::Lease& lease);

  /// Stops the work if it is under this lease; the reason goes into LeaseEnd.
  void Revoke(const std::string& lease_id, const std::string& reason);

  /// Stops any work.
  void Stop(const std::string& reason);

  /// The lease that is worked on now.
  [[nodiscard]] std::optional<HeldLease> Current() const;

 private:
  void Loop(const std::stop_token& ending);

  const Work work_;
  const Done done_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  std::optional<HeldLease> current_;
  bool begun_ = false;
  std::stop_source stop_;    // of the current lease
  std::string stop_reason_;  // of the current lease
  std::jthread thread_;      // last: uses all others
};

}  // namespace hypergauge::probes
