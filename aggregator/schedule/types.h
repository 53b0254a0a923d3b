#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

/// The words that all parts of the schedule share.
namespace hypergauge::aggregator {

using Time = std::chrono::nanoseconds;  ///< since 1970, the aggregator's CLOCK_REALTIME

/// Resources of a physical host, a bit each.
using Resources = uint8_t;
inline constexpr Resources kCpu = 1;
inline constexpr Resources kDisk = 2;
inline constexpr Resources kNic = 4;
inline constexpr Resources kUplink = 8;
inline constexpr Resources kAllResources = kCpu | kDisk | kNic | kUplink;

/// How much company a lease endures on a host; see LockTable.
enum class LockClass { kExclusive = 1, kNormal = 2, kBackground = 3 };

struct HostLock {
  std::string host;
  Resources resources = kAllResources;
  friend bool operator==(const HostLock&, const HostLock&) = default;
};

enum class Purpose { kRound = 1, kMakeUp = 2, kRunNow = 3, kNetwork = 4, kOffline = 5 };

/// The right of a node to measure, as the schedule gives it.
struct Grant {
  std::string lease_id;
  uint64_t fencing_token = 0;  ///< rises with every grant, over restarts too
  std::string node_id;
  std::vector<HostLock> locks;  ///< the node's own host first
  LockClass lock_class = LockClass::kExclusive;
  Purpose purpose = Purpose::kRound;
  std::string plan;  ///< Plan::name; empty for kRunNow
  std::string suite = "light";
  std::vector<std::string> benchmarks;  ///< in the order to run them; empty: the probe's own choice
  uint64_t round = 0;                   ///< of its host; 0 outside of rounds
  int pass = 0;                         ///< 1 before the round's turn, 2 after it
  std::string peer_node_id;             ///< of kNetwork
  std::string peer;                     ///< HOST:PORT of its responder
  Time start{};
  Time end{};
};

enum class LeaseOutcome {
  kCompleted = 1,
  kRefused = 2,
  kAborted = 3,
  kExpired = 4,
  kRevoked = 5,
  kLost = 6
};

/// One benchmark as far as planning needs it.
struct BenchmarkFacts {
  std::string name;
  std::string category;
  std::vector<std::string> suites;
  bool core = false;  ///< in every light cycle; others take turns, a quarter of them a cycle
  Resources resources = kAllResources;
  uint64_t least_bytes_sent = 0;  ///< in the suite of network turns
};

/// What nodes with the same probe have in common: those that can run there. Sorted by name.
using BenchmarkSet = std::shared_ptr<const std::vector<BenchmarkFacts>>;

/// What the schedule must know of a node.
struct NodeFacts {
  std::string node_id;
  std::string host;        ///< the physical machine that it shares with others, or its own label
  bool is_host = false;    ///< it is that machine: its runs bracket the others'
  Time wanted_interval{};  ///< 0 leaves it to the plans
  BenchmarkSet benchmarks;
  std::string
      responder;  ///< HOST:PORT where it answers network benchmarks; empty where it does not
  std::string
      peer;  ///< HOST:PORT outside of the fleet that it measures against; empty for loopback
};

/// What a run took from its host.
struct RunCost {
  double cpu_seconds = 0;
  uint64_t bytes_written = 0;
  uint64_t bytes_sent = 0;  ///< without loopback
  friend bool operator==(const RunCost&, const RunCost&) = default;
};

/// What a host has given on its last day (UTC).
struct HostDay {
  std::string host;
  int64_t day = 0;  ///< since 1970
  RunCost taken;
};

}  // namespace hypergauge::aggregator
