#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "base/result.h"

namespace hypergauge::probes {

/// Blowfish's subkeys: 18 round keys and four S-boxes, all of them 32-bit words. With 64-bit
/// words ("unsigned long") the tables double and fall out of the first-level cache.
struct BlowfishTables {
  std::array<uint32_t, 18> round_keys{};
  std::array<std::array<uint32_t, 256>, 4> boxes{};
};

/// One block of 64 bits.
struct BlowfishBlock {
  uint32_t left = 0;
  uint32_t right = 0;

  friend bool operator==(const BlowfishBlock&, const BlowfishBlock&) = default;
};

/// The tables before any key: the first 33,344 bits of pi's fraction.
/// Source: B. Schneier, "Description of a New Variable-Length Key, 64-Bit Block Cipher", 1993.
[[nodiscard]] BlowfishTables MakeBlowfishTables();

/// The cipher with 16 rounds. `initial` is copied; the key has 1 to 72 bytes.
class Blowfish {
 public:
  /// Runs the key schedule: 521 encryptions.
  Blowfish(const BlowfishTables& initial, std::span<const uint8_t> key);

  void Encrypt(BlowfishBlock& block) const;
  void Decrypt(BlowfishBlock& block) const;

 private:
  BlowfishTables tables_;
};

/// The known-answer test of the tables and the cipher: a zero key turns zeros into
/// 4EF99745 6198DD78 and back. Errors: kWrongAnswer with what came out instead.
[[nodiscard]] Result<void> CheckBlowfish(const BlowfishTables& initial);

}  // namespace hypergauge::probes
