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
#include "hypergauge/v1/session.pb.h"
#include "probes/agent/lease_failure.h"

namespace hypergauge::probes {

/// A lease as the probe holds it.
struct HeldLease {
  v1::Lease lease;
  std::chrono::nanoseconds end{};  ///< Clock::MonotonicRaw
  bool offline = false;            ///< it is a use of the offline slot
};

/// Works through one lease at a time, on one thread that lives as long as the object: the
/// benchmarks' processes end with the thread that started them.
/// Threads: all members from any thread.
class LeaseRunner {
 public:
  /// Measures under the lease; comes back soon when stop is requested. A failure says how the lease
  /// ends, unless it was stopped.
  using Work = std::function<LeaseResult(const HeldLease& held, const std::stop_token& stop)>;
  /// Called on the runner's thread after each lease, with the runner locked: whoever sees no
  /// current lease knows that its end has been told. Must not call the runner.
  using Done = std::function<void(v1::LeaseEnd)>;

  LeaseRunner(Work work, Done done, const Clock& clock);
  /// Stops the work and waits for it.
  ~LeaseRunner();
  LeaseRunner(const LeaseRunner&) = delete;
  LeaseRunner& operator=(const LeaseRunner&) = delete;

  /// What is known of a lease beside what it says.
  struct Terms {
    /// Clock::MonotonicRaw at which it ends, even if its duration is longer: it was on its way.
    std::optional<std::chrono::nanoseconds> latest_end;
    bool offline = false;
  };
  /// Begins now, unless another lease is worked on, or this one is over or has no duration.
  [[nodiscard]] LeaseResult Begin(const v1::Lease& lease, const Terms& terms);
  [[nodiscard]] LeaseResult Begin(const v1::Lease& lease) { return Begin(lease, {}); }

  /// Stops the work if it is under this lease; the reason goes into LeaseEnd.
  void Revoke(const std::string& lease_id, const std::string& reason);

  /// Stops any work, because the probe stops.
  void Stop(const std::string& reason);

  /// The lease that is worked on now.
  [[nodiscard]] std::optional<HeldLease> Current() const;

 private:
  // Why the current lease was stopped.
  struct Stopped {
    v1::LeaseEnd::Cause cause;
    std::string reason;
  };

  void Loop(const std::stop_token& ending);
  [[nodiscard]] v1::LeaseEnd EndOf(const HeldLease& held, const LeaseResult& result) const;
  // An empty lease_id stops any.
  void StopLease(const std::string& lease_id, Stopped why);

  const Work work_;
  const Done done_;
  const Clock& clock_;
  mutable std::mutex mutex_;
  std::condition_variable_any wake_;
  std::optional<HeldLease> current_;
  bool begun_ = false;
  std::stop_source stop_;           // of the current lease
  std::optional<Stopped> stopped_;  // the current lease
  std::jthread thread_;             // last: uses all others
};

}  // namespace hypergauge::probes
