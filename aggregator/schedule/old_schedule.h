#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

/// Who may measure when. A pure state machine: time is passed in, nothing waits or sends.
///
/// One lease is given out for a physical host at any time, because whatever runs on a host disturbs
/// its guests and the other way round. A node is due one interval after its last lease began; of
/// several due nodes of a host the one that has waited longest goes first. A lease ends when the
/// probe gives it back, when the probe comes back without it, or at its expiry by this clock: never
/// earlier, even if the connection is lost, because the probe may go on measuring.
namespace hypergauge::aggregator::legacy {

using Time = std::chrono::nanoseconds;  ///< since 1970, the aggregator's CLOCK_REALTIME

struct ScheduleOptions {
  Time interval = std::chrono::minutes(30);
  Time lease_duration = std::chrono::minutes(10);
  /// After a refused or aborted lease.
  Time retry = std::chrono::minutes(1);
};

struct Grant {
  std::string lease_id;
  uint64_t fencing_token = 0;
  std::string node_id;
  std::string host;  ///< when it was granted
  Time start{};
  Time end{};
};

enum class LeaseOutcome { kCompleted, kRefused, kAborted };

class Schedule {
 public:
  explicit Schedule(ScheduleOptions options) : options_(options) {}

  /// A node is there and can be given leases. `host` names the physical machine it runs on.
  /// `active` is the lease under which it still measures; an older lease of the node has ended.
  /// `interval` is what the node asks for; 0 leaves it to the options.
  void Connect(const std::string& node_id, const std::string& host, const Grant* active, Time now,
               Time interval = {});

  /// The node is on another physical machine. A lease that it holds locks that one from now on,
  /// even beside another lease that is out there. Nothing for a node that never connected.
  void Move(const std::string& node_id, const std::string& host);

  /// The node is gone; a lease it holds stays locked.
  void Disconnect(const std::string& node_id);

  /// The node left for good, and nothing is kept of it but a lease that it holds, which stays
  /// locked. When it comes back it is due at once, as a new one.
  void Forget(const std::string& node_id);

  /// The probe gave its lease back. False for unknown leases, which had expired.
  bool End(const std::string& node_id, const std::string& lease_id, LeaseOutcome outcome, Time now);

  /// Grants what can be granted now. Every grant locks its host.
  [[nodiscard]] std::vector<Grant> TakeDue(Time now);

  /// When TakeDue may next have something, as far as is known; Time::max() if nothing ever.
  [[nodiscard]] Time NextWake(Time now) const;

 private:
  struct Node {
    std::string host;
    bool connected = false;
    Time due{};
    Time interval{};
  };

  [[nodiscard]] std::set<std::string> LockedHosts() const;

  ScheduleOptions options_;
  std::map<std::string, Node> nodes_;    // by node_id
  std::map<std::string, Grant> leases_;  // by node_id; locks the host that the node is on, and that
                                         // of the grant where the node is forgotten
  uint64_t last_token_ = 0;
};

}  // namespace hypergauge::aggregator::legacy
