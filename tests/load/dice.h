#pragma once

#include <cmath>
#include <cstdint>
#include <initializer_list>
#include <numbers>

namespace hypergauge::load {

/// Random figures that depend on what they are for and on nothing else, so that two programs, or
/// one that was started again, draw the same ones without telling each other anything.
class Dice {
 public:
  explicit Dice(uint64_t seed) : seed_(Mixed(seed)) {}

  [[nodiscard]] uint64_t Bits(std::initializer_list<uint64_t> what) const {
    uint64_t bits = seed_;
    for (const uint64_t part : what) bits = Mixed(bits ^ part);
    return bits;
  }

  /// From 0 to below 1.
  [[nodiscard]] double Share(std::initializer_list<uint64_t> what) const {
    constexpr int kUnused = 11;  // a double holds 53 bits
    return static_cast<double>(Bits(what) >> kUnused) * 0x1p-53;
  }

  [[nodiscard]] double Between(double low, double high,
                               std::initializer_list<uint64_t> what) const {
    return low + (high - low) * Share(what);
  }

  /// Of a normal distribution around 0 with deviation 1 (Box and Muller).
  [[nodiscard]] double Normal(std::initializer_list<uint64_t> what) const {
    const uint64_t bits = Bits(what);
    const Dice own(bits);
    const double radius = std::sqrt(-2 * std::log(1 - own.Share({1})));
    return radius * std::cos(2 * std::numbers::pi * own.Share({2}));
  }

 private:
  // splitmix64.
  static uint64_t Mixed(uint64_t bits) {
    bits += 0x9e3779b97f4a7c15U;
    bits = (bits ^ (bits >> 30U)) * 0xbf58476d1ce4e5b9U;
    bits = (bits ^ (bits >> 27U)) * 0x94d049bb133111ebU;
    return bits ^ (bits >> 31U);
  }

  uint64_t seed_;
};

/// A text as a number to draw by (FNV-1a).
[[nodiscard]] constexpr uint64_t NumberOf(const char* text) {
  uint64_t number = 0xcbf29ce484222325U;
  for (; *text != '\0'; ++text) {
    number = (number ^ static_cast<unsigned char>(*text)) * 0x100000001b3U;
  }
  return number;
}

}  // namespace hypergauge::load
