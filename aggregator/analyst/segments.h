#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "aggregator/store/series_key.h"

/// A series that is measured goes through segments, one at a time. Which one it is in can be told
/// by when the points of each were, and by nothing else: an older release may come back. Pure
/// functions.
namespace hypergauge::aggregator {

/// The segment that is measured now.
struct Segment {
  StoredSeries series;
  int64_t newest_unix_nanos = 0;  ///< its newest point
  /// It was measured before, then another one was: from here on it is measured again. 0: it was
  /// always the same.
  int64_t since_unix_nanos = 0;
};

/// That with the newest point; of equals the one that began last. Nothing for none. `segments`: of
/// one place, by id.
[[nodiscard]] std::optional<Segment> PresentSegment(std::span<const SeriesSpan> segments);

/// What the segments of one series have in common, as one text that begins with the node_id and a
/// line break.
[[nodiscard]] std::string PlaceOf(SeriesKey key);

}  // namespace hypergauge::aggregator
