#pragma once

#include "tests/load/options.h"

namespace hypergauge::load {

/// What was written.
struct Written {
  size_t nodes = 0;
  uint64_t runs = 0;
  uint64_t rounds = 0;
  size_t open_regressions = 0;
};

/// Writes a store folder as an aggregator would have left it now, after `options.days` in which the
/// fleet was measured in rounds. Errors: those of StoreWriter and MakeFleet.
[[nodiscard]] Result<Written> WriteHistory(const FleetOptions& fleet, const StoreOptions& options);

}  // namespace hypergauge::load
