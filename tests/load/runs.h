#pragma once

#include <cstdint>
#include <string>

#include "hypergauge/v1/run.pb.h"
#include "tests/load/figures.h"

namespace hypergauge::load {

/// What a run is made under.
struct RunOrder {
  std::string suite;
  int64_t started_unix_nanos = 0;
  std::chrono::nanoseconds wall{};
  uint64_t sequence = 0;
  uint64_t fencing_token = 0;
  std::string lease_id;
  std::string peer;  ///< HOST:PORT of the other end; empty for loopback
};

/// A run as a probe would send it: mostly clean, now and then busy, with steal, throttled or
/// failed.
[[nodiscard]] v1::Run MakeRun(const FigureModel& model, const SimNode& node,
                              const v1::BenchmarkDescriptor& benchmark, const RunOrder& order);

/// The fleet's descriptor of that name; null where it has none.
[[nodiscard]] const v1::BenchmarkDescriptor* FindBenchmark(const SimFleet& fleet,
                                                           const std::string& name);

}  // namespace hypergauge::load
