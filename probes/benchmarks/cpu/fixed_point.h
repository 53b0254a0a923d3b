#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

/// Numbers of any precision from 0 to 2^32, as far as pi needs them.
namespace hypergauge::probes {

/// Word 0 is the integer part, each further word 32 bits of the fraction, the most significant
/// first. All operands of an operation have the same size.
using Fixed = std::vector<uint32_t>;

/// quotient = dividend / divisor, which may be the same object; the words before `first` are known
/// to be zero in both. Drops less than one unit of the last word.
void Divide(const Fixed& dividend, uint32_t divisor, size_t first, Fixed& quotient);

/// sum += value, whose words before `first` are zero.
void Add(const Fixed& value, size_t first, Fixed& sum);

/// difference -= value, whose words before `first` are zero.
void Subtract(const Fixed& value, size_t first, Fixed& difference);

/// product = value x factor, whose integer parts are zero; the words of value before `first` are
/// zero, and so must be those of product. Drops less than one unit of the last word for each word.
void Multiply(const Fixed& value, const Fixed& factor, size_t first, Fixed& product);

/// "I.FFF...", with `digits` decimals, not rounded.
[[nodiscard]] std::string ToDecimal(Fixed value, size_t digits);

}  // namespace hypergauge::probes
