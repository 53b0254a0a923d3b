#pragma once

#include <functional>

#include "probes/benchmark.h"

namespace hypergauge::probes {

/// Has context.size operations done, at most `chunk` by one call of `operations`, again and again
/// until context.sample_time has passed, and returns the seconds that one operation took.
/// A stop is noticed between two calls: kCancelled. Other errors are those of `operations`.
[[nodiscard]] Result<double> SecondsPerOperation(
    const Context& context, int64_t chunk, const std::function<Result<void>(int64_t)>& operations);

}  // namespace hypergauge::probes
