#include "aggregator/analyst/segments.h"

#include <algorithm>

namespace hypergauge::aggregator {

std::optional<Segment> PresentSegment(std::span<const SeriesSpan> segments) {
  const SeriesSpan* present = nullptr;
  int64_t newest_of_others = 0;
  for (const auto& segment : segments) {
    if (present == nullptr || segment.newest_unix_nanos >= present->newest_unix_nanos) {
      if (present != nullptr) newest_of_others = present->newest_unix_nanos;
      present = &segment;
    } else {
      newest_of_others = std::max(newest_of_others, segment.newest_unix_nanos);
    }
  }
  if (present == nullptr) return std::nullopt;
  const bool came_back = newest_of_others > 0 && present->oldest_unix_nanos <= newest_of_others;
  return Segment{present->series, present->newest_unix_nanos, came_back ? newest_of_others + 1 : 0};
}

std::string PlaceOf(SeriesKey key) {
  key.segment.clear();
  return JoinedKey(key);
}

}  // namespace hypergauge::aggregator
