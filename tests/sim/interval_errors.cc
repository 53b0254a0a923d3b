#include "tests/sim/interval_errors.h"

#include <cmath>

#include "base/clock.h"

namespace hypergauge::sim {

void IntervalErrors::Began(size_t node, size_t host, Time at, Time effective) {
  Last& last = nodes_[node];
  const Known faults{host, last.faults, hosts_[host], global_};
  const bool is_faultless = last.passes > 0 && faults == last.known;
  last.faultless = is_faultless ? last.faultless + 1 : 0;
  if (last.faultless >= 2 && last.effective > Time{}) {
    const double gap = ToSeconds(at - last.at) / ToSeconds(last.effective);
    errors_.push_back(static_cast<float>(std::abs(gap - 1)));
  }
  last.at = at;
  last.effective = effective;
  last.known = faults;
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
