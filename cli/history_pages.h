#pragma once

#include <cstdint>
#include <functional>

#include "base/result.h"
#include "hypergauge/v1/history.pb.h"

/// Reading long histories page by page.
namespace hypergauge::cli {

using AskHistory =
    std::function<Result<v1::GetHistoryResponse>(const v1::GetHistoryRequest& request)>;
/// Takes a page, and the moment up to which all has been read.
using TakeHistory =
    std::function<Result<void>(const v1::GetHistoryResponse& page, int64_t until_unix_nanos)>;

/// Asks for `request` from its since to its until, both set, a piece of time after the other: each
/// page is small enough that the aggregator joins no points and leaves out no series, so that every
/// run is there. Errors: those of both functions.
[[nodiscard]] Result<void> ReadWholeHistory(v1::GetHistoryRequest request, const AskHistory& ask,
                                            const TakeHistory& take);

}  // namespace hypergauge::cli
