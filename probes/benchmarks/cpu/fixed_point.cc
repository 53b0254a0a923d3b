#include "probes/benchmarks/cpu/fixed_point.h"

#include <algorithm>
#include <array>
#include <cstdio>

namespace hypergauge::probes {

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

void Subtract(const Fixed& value, size_t first, Fixed& difference) {
  uint64_t borrow = 0;
  for (size_t i = difference.size(); i-- > 0;) {
    if (i < first && borrow == 0) return;
    const uint64_t taken = borrow + (i < first ? uint64_t{0} : value[i]);
    borrow = difference[i] < taken ? 1 : 0;
    difference[i] = static_cast<uint32_t>(difference[i] - taken);
  }
}

void Multiply(const Fixed& value, const Fixed& factor, size_t first, Fixed& product) {
  std::fill(product.begin(), product.end(), 0);
  const size_t size = product.size();
  for (size_t i = first; i < size; ++i) {
    if (value[i] == 0) continue;
    // Word i times word j belongs to word i + j; what lies behind the last word is dropped.
    uint64_t carry = 0;
    for (size_t j = size - i; j-- > 1;) {
      carry += uint64_t{value[i]} * factor[j] + product[i + j];
      product[i + j] = static_cast<uint32_t>(carry);
      carry >>= 32;
    }
    for (size_t k = i; carry != 0; --k) {
      carry += product[k];
      product[k] = static_cast<uint32_t>(carry);
      carry >>= 32;
    }
  }
}

std::string ToDecimal(Fixed value, size_t digits) {
  constexpr uint64_t kBillion = 1'000'000'000;
  std::string text = std::to_string(value[0]) + ".";
  const size_t length = text.size() + digits;
  while (text.size() < length) {
    value[0] = 0;
    uint64_t carry = 0;
    for (size_t i = value.size(); i-- > 0;) {
      carry += value[i] * kBillion;
      value[i] = static_cast<uint32_t>(carry);
      carry >>= 32;
    }
    std::array<char, 16> nine{};
    std::snprintf(nine.data(), nine.size(), "%09u", value[0]);
    text += nine.data();
  }
  text.resize(length);
  return text;
}

}  // namespace hypergauge::probes
