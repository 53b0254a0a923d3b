#include "probes/benchmarks/cpu/pi_digits.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "probes/benchmarks/cpu/fixed_point.h"

namespace hypergauge::probes {
namespace {

constexpr size_t kGuardWords = 4;  // every division drops less than one unit of the last word

// sum += or -= factor x arctan(1/inverse), by its power series.
void AddArctan(uint32_t factor, uint32_t inverse, bool negative, Fixed& sum) {
  Fixed power(sum.size());
  Fixed term(sum.size());
  power[0] = factor;
  Divide(power, inverse, 0, power);
  size_t first = 0;
  for (uint32_t odd = 1; first < power.size(); odd += 2, negative = !negative) {
    Divide(power, odd, first, term);
    if (negative) {
      Subtract(term, first, sum);
    } else {
      Add(term, first, sum);
    }
    Divide(power, inverse * inverse, first, power);
    while (first < power.size() && power[first] == 0) ++first;
  }
}

// sum += arctan(numerator / denominator), by the power series with one multiplication a term.
void AddArctanByMultiplying(uint32_t numerator, uint32_t denominator, Fixed& sum) {
  Fixed power(sum.size());
  power[0] = numerator;
  Divide(power, denominator, 0, power);
  Fixed square(sum.size());
  Multiply(power, power, 1, square);
  Fixed term(sum.size());
  Fixed next(sum.size());
  bool negative = false;
  size_t first = 0;
  for (uint32_t odd = 1; first < power.size(); odd += 2, negative = !negative) {
    Divide(power, odd, first, term);
    if (negative) {
      Subtract(term, first, sum);
    } else {
      Add(term, first, sum);
    }
    Multiply(power, square, std::max<size_t>(first, 1), next);
    std::swap(power, next);
    while (first < power.size() && power[first] == 0) ++first;
  }
}

// pi by Machin's formula.
Fixed MachinPi(size_t words) {
  Fixed pi(1 + words + kGuardWords);
  AddArctan(16, 5, false, pi);
  AddArctan(4, 239, true, pi);
  return pi;
}

size_t WordsFor(size_t digits) {
  constexpr double kDigitsPerWord = 32 * 0.30102999566398120;
  return 1 + static_cast<size_t>(std::ceil(static_cast<double>(digits) / kDigitsPerWord));
}

}  // namespace

std::string MachinDecimals(size_t digits) {
  return ToDecimal(MachinPi(WordsFor(digits)), digits);
}

std::string FourArctanOfOne(size_t digits) {
  // bc takes .2 from a larger argument until none is left: arctan(x) = arctan(.2) +
  // arctan((x - .2) / (1 + .2 x)), and from 1 comes 2/3, 7/17 and at last 9/46.
  Fixed fifth(1 + WordsFor(digits) + kGuardWords);
  AddArctanByMultiplying(1, 5, fifth);
  Fixed sum(fifth.size());
  AddArctanByMultiplying(9, 46, sum);
  for (int i = 0; i < 3; ++i) Add(fifth, 0, sum);
  Fixed pi(sum.size());
  for (int i = 0; i < 4; ++i) Add(sum, 0, pi);
  return ToDecimal(std::move(pi), digits);
}

std::vector<uint32_t> PiFraction(size_t words) {
  const Fixed pi = MachinPi(words);
  return {pi.begin() + 1, pi.begin() + 1 + static_cast<std::ptrdiff_t>(words)};
}

}  // namespace hypergauge::probes
