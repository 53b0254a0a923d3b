#pragma once

#include "base/result.h"
#include "probes/benchmark.h"
#include "probes/benchmarks/network/content.h"
#include "probes/benchmarks/network/url.h"

namespace hypergauge::probes {

/// One GET over a connection of its own; what comes goes to `sink`. Redirections are not followed.
/// Errors: kNotFound for any status but 200; kWrongAnswer for what is no HTTP or ends too early;
/// kDeadlineExceeded past `deadline` or when nothing moves; kUnavailable, kCancelled.
[[nodiscard]] Result<void> FetchHttp(Context& context, const Url& url,
                                     std::chrono::nanoseconds deadline, ContentSink& sink);

}  // namespace hypergauge::probes
