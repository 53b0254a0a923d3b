#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace hypergauge::analysis {

/// Cuts a series into pieces of constant mean so that the sum of squared distances from the means,
/// plus `penalty` for each cut, is as small as can be. Returns the index of the first value of
/// every piece but the first, in order. No piece is shorter than `shortest` (at least 1); a series
/// shorter than twice that stays whole. Exact; time n^2 at worst, n where cuts are as frequent as n
/// grows. Source: Killick, Fearnhead and Eckley (2012), section 3.
[[nodiscard]] std::vector<size_t> CutByMean(std::span<const double> values, double penalty,
                                            size_t shortest);

}  // namespace hypergauge::analysis
