#pragma once

#include <cstddef>
#include <vector>

#include "aggregator/ingest/fleet.h"
#include "aggregator/store/store.h"
#include "base/result.h"
#include "hypergauge/v1/history.pb.h"

namespace hypergauge::aggregator {

/// What an answer of GetHistory holds at most; there is no more than gRPC's 4 MiB of it.
struct HistoryLimits {
  int nodes = 50;
  int benchmarks = 100;
  uint32_t points_a_series = 5000;
  size_t series = 500;
  size_t points = 60'000;          ///< of all series: each has its share
  size_t points_read = 2'000'000;  ///< of the store, for one answer
};

/// Answers QueryService.GetHistory at `now_unix_nanos`. Of a benchmark that no listed node has any
/// more all series are shown, without unit and direction. Reads the store page by page, so that
/// nobody else waits for long. Threads: any.
/// Errors: kInvalidArgument naming the field; kNotFound for a node that is not listed;
/// kResourceExhausted for more points than are read for one answer; those of the store.
[[nodiscard]] Result<v1::GetHistoryResponse> ReadHistory(Store& store, const Fleet& fleet,
                                                         const v1::GetHistoryRequest& request,
                                                         int64_t now_unix_nanos,
                                                         const HistoryLimits& limits = {});

/// Points that follow each other, oldest first, as at most `most` of about equally many runs.
[[nodiscard]] std::vector<v1::HistoryPoint> JoinPoints(const std::vector<PointInTime>& points,
                                                       size_t most);

}  // namespace hypergauge::aggregator
