#include "probes/benchmarks/disk/random_figures.h"

#include <algorithm>

#include "base/statistics.h"

namespace hypergauge::probes {

std::vector<Quantity> RandomQuantities(const std::string& benchmark, const std::string& access) {
  std::vector<Quantity> quantities;
  for (const int depth : kQueueDepths) {
    quantities.push_back({.family = benchmark + "_operations_per_second",
                          .unit = "operations_per_second",
                          .direction = Direction::kHigherIsBetter,
                          .help = "Random direct " + access + "s of 4 KiB",
                          .labels = {{"queue_depth", std::to_string(depth)}}});
  }
  for (const int depth : kQueueDepths) {
    for (const char* stat : {"p50", "p99", "max"}) {
      quantities.push_back({.family = benchmark + "_latency_seconds",
                            .unit = "seconds",
                            .direction = Direction::kLowerIsBetter,
                            .help = "Time of one random direct " + access + " of 4 KiB",
                            .labels = {{"queue_depth", std::to_string(depth)}, {"stat", stat}}});
    }
  }
  return quantities;
}

void RandomFigures::Add(const IoFigures& figures) {
  rates_.push_back(figures.operations_per_second);
  for (const double fraction : {0.5, 0.99, 1.0}) {
    latencies_.push_back(Quantile(figures.latencies, fraction).value_or(0));
  }
}

std::vector<double> RandomFigures::InOrder() const {
  std::vector<double> figures = rates_;
  figures.insert(figures.end(), latencies_.begin(), latencies_.end());
  return figures;
}

std::chrono::nanoseconds DurationOfOneDepth(const Context& context) {
  const auto whole =
      std::max<std::chrono::nanoseconds>(context.sample_time, std::chrono::milliseconds(250));
  return context.suite == Suite::kLight ? whole / 2 : whole;
}

}  // namespace hypergauge::probes
