#pragma once

#include <cstdint>

#include "probes/benchmark.h"

namespace hypergauge::probes {

/// The least run: a warm-up and three samples.
inline constexpr uint64_t kLeastSamples = 4;

/// The samples of one run. A disk must not be worn out by being measured, however far its figures
/// scatter: so a run that writes ends with the least samples in the light suite, which comes around
/// every half hour, and with the first beyond kEnoughBytes in the standard suite.
class SampleCount {
 public:
  static constexpr uint64_t kEnoughBytes = uint64_t{128} << 20;

  /// Before each sample. Errors: kCeilingReached where there shall be no more.
  [[nodiscard]] Result<void> Next(const Context& context);

 private:
  uint64_t taken_ = 0;
};

/// Before a write that is not to a kept file: counts it. Errors: kCeilingReached where it would
/// go over the run's ceiling; nothing is counted then.
[[nodiscard]] Result<void> CountWrite(Context& context, uint64_t bytes);

/// For Prepare: whether the ceiling has room for a run at all. Errors: kUnsupported.
[[nodiscard]] Result<void> CheckCeiling(const Context& context, uint64_t needed);

}  // namespace hypergauge::probes
