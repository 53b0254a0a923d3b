#pragma once

#include <cstdint>

#include "base/result.h"

namespace hypergauge::probes {

/// The n-th Fibonacci number by two recursive calls, 2 x F(n) - 1 calls in all; n from 1.
/// Never inlined into itself, which compilers do to different depths and up to 4 x faster.
[[nodiscard]] uint64_t RecursiveFibonacci(int n);

/// Errors: kWrongAnswer unless `value` is the n-th Fibonacci number, found by addition.
[[nodiscard]] Result<void> CheckFibonacci(int n, uint64_t value);

}  // namespace hypergauge::probes
