#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "probes/clock_evidence.h"

namespace hypergauge::probes {

/// The aggregator's CLOCK_REALTIME as far as it is known here.
struct AggregatorTime {
  std::chrono::nanoseconds unix{};   ///< since 1970
  std::chrono::nanoseconds error{};  ///< it may be off by so much either way
  uint64_t link = 0;                 ///< over which it was told
};

/// Carries the aggregator's time on by CLOCK_MONOTONIC_RAW from the last exchange. Knows nothing
/// before the first one: what this machine's own calendar says is not asked. Not for several
/// threads.
class AggregatorClock {
 public:
  /// Exchanges come in the order in which they were made. One over another link replaces what was
  /// known, and so does one of the same link that makes it more precise.
  void Note(const ClockExchange& exchange, uint64_t link);

  /// Nothing, either, once the machine's CLOCK_REALTIME was set: whoever was paused or set back to
  /// a snapshot does not see by CLOCK_MONOTONIC_RAW how long that took.
  [[nodiscard]] std::optional<AggregatorTime> At(const ClockTimes& now) const;

 private:
  struct Known {
    ClockTimes here;
    AggregatorTime there;
  };
  std::optional<Known> known_;
};

}  // namespace hypergauge::probes
