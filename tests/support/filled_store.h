#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "tests/support/measured_store.h"

namespace hypergauge::testing {

/// A name with what a page, a terminal or a query could stumble over; as long as names may be.
[[nodiscard]] inline std::string HostileName() {
  std::string name = "<script>alert(1)</script>\"'&%\\ \xe2\x80\xae/../\xf0\x9f\x98\x80";
  constexpr size_t kMostBytes = 253;
  name.resize(kMostBytes, 'x');
  return name;
}

/// An aggregator's folder with something in each answer of the API: host-1 with guest-1 and a guest
/// of a hostile name, measured in rounds that end about now, events, epochs, leases, a pause,
/// regressions 1 to 3 (firing) and 4 (over), and the data set "mine".
void FillStore(const std::filesystem::path& folder, int64_t now_unix_seconds);

}  // namespace hypergauge::testing
