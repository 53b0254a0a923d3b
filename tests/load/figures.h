#pragma once

#include <cstdint>
#include <string>

#include "hypergauge/v1/benchmark.pb.h"
#include "tests/load/dice.h"
#include "tests/load/fleet.h"
#include "tests/load/slowdowns.h"

namespace hypergauge::load {

/// What machines would measure: a figure is that of a machine of today, times what this machine is
/// better or worse, times what its platform costs, times slow-downs, and noise. Threads: any.
class FigureModel {
 public:
  /// Both must outlive it.
  FigureModel(const SimFleet& fleet, const std::vector<Slowdown>& slowdowns)
      : fleet_(fleet), slowdowns_(slowdowns), dice_(fleet.options.seed) {}

  /// The median of a clean run that began then, in the quantity's unit; above 0.
  [[nodiscard]] double Median(const SimNode& node, const v1::BenchmarkDescriptor& benchmark,
                              const v1::Quantity& quantity, const std::string& suite,
                              int64_t at_unix_nanos) const;

  /// Standard deviation of a benchmark's figures between runs, as a share of them.
  [[nodiscard]] double NoiseOf(const SimNode& node, const std::string& category) const;

  /// How long a run takes.
  [[nodiscard]] static std::chrono::nanoseconds WallOf(const std::string& suite);

  [[nodiscard]] const Dice& dice() const { return dice_; }
  [[nodiscard]] const SimFleet& fleet() const { return fleet_; }

 private:
  const SimFleet& fleet_;
  const std::vector<Slowdown>& slowdowns_;
  Dice dice_;
};

/// What a machine of today measures, in the quantity's unit.
[[nodiscard]] double TypicalFigure(const v1::BenchmarkDescriptor& benchmark,
                                   const v1::Quantity& quantity, const std::string& suite);

}  // namespace hypergauge::load
