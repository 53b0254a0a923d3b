#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "tests/sim/figures.h"

namespace hypergauge::sim {

/// How far the times between first passes of a node's rounds are from the interval that its host
/// has: |gap - effective| / effective. A gap in which the node, its host or the aggregator had a
/// fault of its own does not count.
class IntervalErrors {
 public:
  IntervalErrors(size_t nodes, size_t hosts) : nodes_(nodes), hosts_(hosts) {}

  /// The node began a first pass. `effective`: what the host's interval was then.
  void Began(size_t node, size_t host, Time at, Time effective);
  void NodeFault(size_t node) { nodes_[node].counts = false; }
  void HostFault(size_t host) { ++hosts_[host]; }
  void GlobalFault() { ++global_; }

  [[nodiscard]] Distribution Result() { return Distribute(errors_); }
  /// Jain's index of how many first passes nodes had; 1 is even.
  [[nodiscard]] double Jain() const;

 private:
  struct Last {
    Time at{};
    Time effective{};
    bool counts = false;
    uint64_t host_faults = 0;
    uint64_t global_faults = 0;
    uint64_t passes = 0;
  };
  std::vector<Last> nodes_;
  std::vector<uint64_t> hosts_;
  uint64_t global_ = 0;
  std::vector<float> errors_;
};

}  // namespace hypergauge::sim
