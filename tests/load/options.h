#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"

/// A simulated fleet: a store folder as if it had been measured for days, and probes that go on
/// where the store ends. The same options give the same nodes, figures and slow-downs.
namespace hypergauge::load {

/// What both commands must be told alike.
struct FleetOptions {
  int hosts = 4;
  int guests_per_host = 3;
  uint64_t seed = 1;
  int regressions = 0;
  bool hostile = false;
  std::vector<std::string> benchmarks;  ///< only these; empty: all that ship
};

struct StoreOptions {
  std::filesystem::path folder;
  double days = 1;
  std::chrono::nanoseconds interval = std::chrono::minutes(30);
};

struct ProbesOptions {
  std::string address;
  /// Of the time that a real probe takes for a run.
  double pace = 0.05;
  std::chrono::nanoseconds duration{};  ///< 0: until a signal comes
  int channels = 4;
};

/// Errors: kInvalidArgument, naming the flag and what it may be.
[[nodiscard]] Result<void> CheckFleetOptions(const FleetOptions& options);
[[nodiscard]] Result<void> CheckStoreOptions(const FleetOptions& fleet,
                                             const StoreOptions& options);
[[nodiscard]] Result<void> CheckProbesOptions(const ProbesOptions& options);

}  // namespace hypergauge::load
