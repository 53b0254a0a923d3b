#pragma once

#include <cstdint>
#include <string>

#include "hypergauge/v1/session.pb.h"

/// Well-formed messages for tests to change.
namespace hypergauge::testing {

/// A host named `name` with node_id "id-" + name, epoch 1, and the benchmark cpu_blowfish.
[[nodiscard]] v1::Hello MakeHello(const std::string& name);

/// A clean run of cpu_blowfish of that node: three samples around `median`, begun at
/// `started_seconds` since 1970.
[[nodiscard]] v1::Run MakeRun(const std::string& node, uint64_t sequence, double median = 0.5,
                              int64_t started_seconds = 1'700'000'000);

}  // namespace hypergauge::testing
