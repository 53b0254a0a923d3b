#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace hypergauge::fuzz {

inline std::string_view Text(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// Ends the fuzzer's run with a finding, in every build.
inline void Expect(bool holds) {
  if (!holds) std::abort();
}

}  // namespace hypergauge::fuzz
