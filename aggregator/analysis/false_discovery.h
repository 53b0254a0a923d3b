#pragma once

#include <span>
#include <vector>

namespace hypergauge::analysis {

/// The p-values of several tests, adjusted so that taking all that are at most 5 % leaves at most
/// 5 % false ones among those taken, on average; in the order of `p`. What is not a number from 0
/// to 1 counts as 1. Holds for independent tests and for those that err together. Source: Benjamini
/// and Hochberg, Controlling the False Discovery Rate (1995); R: p.adjust(p, "BH").
[[nodiscard]] std::vector<double> BenjaminiHochberg(std::span<const double> p);

}  // namespace hypergauge::analysis
