#pragma once

#include <map>
#include <span>
#include <string>

#include "hypergauge/v1/benchmark.pb.h"
#include "hypergauge/v1/run.pb.h"
#include "probes/run_output.h"

/// What all outputs of runs share.
namespace hypergauge::probes {

/// "lower" or "higher": which way is better.
[[nodiscard]] const char* DirectionWord(v1::Direction direction);

/// Sorted by key, since Protobuf's maps have no order.
template <typename ProtoMap>
[[nodiscard]] std::map<std::string, std::string> ToMap(const ProtoMap& map) {
  return {map.begin(), map.end()};
}

/// Valid as long as the measure.
[[nodiscard]] inline std::span<const double> SamplesOf(const v1::Measure& measure) {
  return {measure.samples().data(), static_cast<size_t>(measure.samples_size())};
}

/// The run's benchmark; null where the probe knows none of that name.
[[nodiscard]] const v1::BenchmarkDescriptor* DescriptorOf(const v1::Run& run,
                                                          const Descriptors& descriptors);

/// The quantity that a measure is of; an empty one where the benchmark declares none such.
[[nodiscard]] v1::Quantity QuantityOf(const v1::BenchmarkDescriptor* descriptor,
                                      const v1::Measure& measure);

/// The figure of a cache that does not say so by its name: shown, but with nothing to compare it
/// to.
[[nodiscard]] bool IsOfACache(const v1::Run& run, const v1::Quantity& quantity);

/// The declared primary quantity, also for a run without figures; an empty one for null.
[[nodiscard]] v1::Quantity PrimaryOf(const v1::BenchmarkDescriptor* descriptor);

}  // namespace hypergauge::probes
