#pragma once

#include <array>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "aggregator/schedule/audit.h"
#include "aggregator/schedule/schedule.h"
#include "tests/sim/options.h"

/// The simulated machines, as they really are.
namespace hypergauge::sim {

/// All luck of a simulation comes from one seed.
class Luck {
 public:
  explicit Luck(uint64_t seed) : random_(seed) {}
  double Between(double from, double until) {
    return from + (until - from) * static_cast<double>(random_() >> 11) * 0x1p-53;
  }
  Time Between(Time from, Time until) {
    return from +
           Time(static_cast<int64_t>(Between(0, 1) * static_cast<double>((until - from).count())));
  }
  bool Happens(double probability) { return Between(0, 1) < probability; }
  size_t Below(size_t count) { return static_cast<size_t>(random_() % count); }
  /// The time to the next of events that come at random, so often.
  Time Wait(Time mean);

 private:
  std::mt19937_64 random_;
};

/// How wrong a probe's clock is; moments are those of the aggregator's clock, which is taken for
/// true.
struct ProbeClock {
  double skew = 0;  ///< seconds gained a second
  Time error{};     ///< of the last exchange with the aggregator
  Time exchanged{};
  /// What the probe takes the moment for.
  [[nodiscard]] Time Shows(Time at) const;
  /// When the probe's clock shows it.
  [[nodiscard]] Time When(Time shown) const;
  /// How long the probe's clock takes for the duration.
  [[nodiscard]] Time Takes(Time duration) const;
};

/// What a probe does under a lease, or in its offline slot.
struct Turn {
  aggregator::Grant grant;
  bool in_slot = false;
  uint64_t serial = 0;  ///< tells events of this turn from those of earlier ones
  Time begun{};
  Time stop{};               ///< when it must be over, by the probe's clock
  Time moved = Time::max();  ///< when it really went elsewhere
  Time told = Time::max();   ///< when the aggregator heard of that
  aggregator::LeaseOutcome outcome = aggregator::LeaseOutcome::kCompleted;
  std::string cause;
};

/// That a turn was measured, for the auditor.
struct Report {
  aggregator::Interval interval;
  /// Where a node is on another host than its lease says: the other host, from when on, and when
  /// the aggregator heard of it.
  std::string elsewhere;
  Time since{};
  Time told{};
};

struct Node {
  std::string id;
  bool is_host = false;
  int host = 0;       ///< where it really is
  int told_host = 0;  ///< where the aggregator takes it to be
  Time told_at{};     ///< since when
  bool alive = true;
  bool running = true;    ///< its probe
  bool reachable = true;  ///< the network is there
  bool online = false;    ///< by its own eyes
  bool seen = false;      ///< by the aggregator's
  uint64_t session = 0;
  ProbeClock clock;
  std::optional<Turn> turn;
  std::optional<aggregator::Slot> slot;  ///< that the probe keeps
  Time cut_since{};
  uint64_t cut = 0;  ///< counts the times that it was cut off
  std::vector<Report> spool;
  Time last_down{};  ///< messages on a stream arrive in order
  Time last_up{};
  /// The last leases with when they were granted.
  std::array<std::pair<std::string, Time>, 8> granted;
  size_t next_granted = 0;
};

struct Fleet {
  std::vector<std::string> hosts;
  std::vector<Node> nodes;  ///< those of hosts first, in their order
  aggregator::BenchmarkSet benchmarks;

  Fleet(const SimOptions& options, Luck& luck);
  [[nodiscard]] int Find(const std::string& node_id) const;
  [[nodiscard]] aggregator::NodeFacts FactsOf(const Node& node) const;
};

}  // namespace hypergauge::sim
