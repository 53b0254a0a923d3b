#pragma once

#include <cstdint>
#include <string>

#include "probes/benchmark.h"

namespace hypergauge::probes {

/// Calls `call` `count` times. Errors: kWrongAnswer unless each call returned `expected`.
template <typename Call>
[[nodiscard]] Result<void> RepeatCall(const std::string& name, int64_t count, int64_t expected,
                                      Call call) {
  int64_t wrong = 0;
  int64_t wrong_value = 0;
  for (int64_t i = 0; i < count; ++i) {
    int64_t value = call();
    DoNotOptimize(value);
    if (value == expected) [[likely]]
      continue;
    ++wrong;
    wrong_value = value;
  }
  if (wrong == 0) return {};
  return Fail(ErrorCode::kWrongAnswer, name + " came out as " + std::to_string(wrong_value) +
                                           " instead of " + std::to_string(expected) + " in " +
                                           std::to_string(wrong) + " of " + std::to_string(count) +
                                           " calls");
}

}  // namespace hypergauge::probes
