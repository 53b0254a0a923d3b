#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace hypergauge::analysis {

/// The benchmarks that the pilot's scale rests on.
inline constexpr const char* kPilotTests[] = {"compile", "disk_dd"};

/// The mean time that a platform took for one of the tests, in any unit that is the same for all:
/// a rate is turned into its reciprocal.
struct PilotTime {
  std::string platform;
  std::string test;
  double time = 0;
};

struct PilotScore {
  std::string platform;
  /// From 0, the slowest in every test, to 9, the fastest in every one; the mean of `tests`.
  /// Nothing where a test is missing.
  std::optional<double> points;
  std::map<std::string, double> tests;  ///< points of each
};

/// The scale of the pilot of 2011: for each test 9 x (t_max - t) / (t_max - t_min) over all
/// platforms, then the mean of the tests. Several times of one platform and test are averaged;
/// those that are not finite and above 0 are left out. Where all are equally fast, all have 9.
/// The best first, those without points last; equals by name. Order of the input plays no part.
/// Source: pilot2011, whose own formula is not published; this one gives its ranking.
[[nodiscard]] std::vector<PilotScore> PilotScale(std::span<const PilotTime> times);

}  // namespace hypergauge::analysis
