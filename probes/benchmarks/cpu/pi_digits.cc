#include "probes/benchmarks/cpu/pi_digits.h"

namespace hypergauge::probes {
namespace {

// A fixed-point number: word 0 is the integer part, each further word 32 bits of the fraction.
using Fixed = std::vector<uint32_t>;

constexpr size_t kGuardWords = 4;  // every division drops less than one unit of the last word

// quotient = dividend / divisor; words before `first` are known to be zero in both.
void Divide(const Fixed& dividend, uint32_t divisor, size_t first, Fixed& quotient) {
  uint64_t remainder = 0;
  for (size_t i = first; i < dividend.size(); ++i) {
    const uint64_t part = (remainder << 32) | dividend[i];
    quotient[i] = static_cast<uint32_t>(part / divisor);
    remainder = part % divisor;
  }
}

void Add(const Fixed& value, size_t first, Fixed& sum) {
  uint64_t carry = 0;
  for (size_t i = sum.size(); i-- > 0;) {
    if (i < first && carry == 0) return;
    carry += sum[i] + (i < first ? uint64_t{0} : value[i]);
    sum[i] = static_cast<uint32_t>(carry);
    carry >>= 32;
  }
}

void Subtract(const Fixed& value, size_t first, Fixed& sum) {
  uint64_t borrow = 0;
  for (size_t i = sum.size(); i-- > 0;) {
    if (i < first && borrow == 0) return;
    const uint64_t taken = borrow + (i < first ? uint64_t{0} : value[i]);
    borrow = sum[i] < taken ? 1 : 0;
    sum[i] = static_cast<uint32_t>(sum[i] - taken);
  }
}

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

}  // namespace

std::vector<uint32_t> PiFraction(size_t words) {
  Fixed pi(1 + words + kGuardWords);
  AddArctan(16, 5, false, pi);
  AddArctan(4, 239, true, pi);
  return {pi.begin() + 1, pi.begin() + 1 + static_cast<std::ptrdiff_t>(words)};
}

}  // namespace hypergauge::probes
