#include "tests/sim/interval_errors.h"

#include <cmath>

#include "base/clock.h"

namespace hypergauge::sim {

void IntervalErrors::Began(size_t node, size_t host, Time at, Time effective) {
  Last& last = nodes_[node];
  const bool same_faults = last.host_faults == hosts_[host] && last.global_faults == global_;
  if (last.counts && same_faults && last.effective > Time{}) {
    const double gap = ToSeconds(at - last.at) / ToSeconds(last.effective);
    errors_.push_back(static_cast<float>(std::abs(gap - 1)));
  }
  last.at = at;
  last.effective = effective;
  last.counts = true;
  last.host_faults = hosts_[host];
  last.global_faults = global_;
  ++last.passes;
}

double IntervalErrors::Jain() const {
  double sum = 0;
  double squares = 0;
  for (const auto& node : nodes_) {
    sum += static_cast<double>(node.passes);
    squares += static_cast<double>(node.passes) * static_cast<double>(node.passes);
  }
  return squares > 0 ? sum * sum / (static_cast<double>(nodes_.size()) * squares) : 1;
}

}  // namespace hypergauge::sim
