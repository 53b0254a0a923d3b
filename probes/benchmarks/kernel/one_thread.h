#pragma once

#include "base/result.h"

namespace hypergauge::probes {

/// Starts a thread with `body`, which gets a pointer to `value`, and joins it.
/// Errors: kWrongAnswer unless it returned that pointer and had set the value to its negative;
/// those of pthread_create(3).
[[nodiscard]] Result<void> StartAndJoin(void* (*body)(void*), int value);

/// A body that does just that.
[[nodiscard]] void* NegateAndReturn(void* value);

}  // namespace hypergauge::probes
