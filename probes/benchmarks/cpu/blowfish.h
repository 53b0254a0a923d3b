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

/// What rounds of the benchmark left behind.
struct BlowfishWork {
  uint64_t ciphers = 0;  ///< sum of all encrypted blocks, modulo 2^64
  int64_t lost = 0;      ///< blocks that did not survive encryption and decryption

  BlowfishWork& operator+=(const BlowfishWork& other) {
    ciphers += other.ciphers;
    lost += other.lost;
    return *this;
  }
  friend BlowfishWork operator+(BlowfishWork one, const BlowfishWork& other) {
    return one += other;
  }
};

/// `rounds` times a key schedule, an encryption and a decryption of BEBACAFE DEADBEEF.
[[nodiscard]] BlowfishWork RunBlowfish(const BlowfishTables& initial, std::span<const uint8_t> key,
                                       int64_t rounds);

/// Errors: kWrongAnswer where a block was lost, or the encrypted ones are not `rounds` times
/// `one_round`, as when rounds were left out.
[[nodiscard]] Result<void> CheckBlowfishWork(const BlowfishWork& work, int64_t rounds,
                                             uint64_t one_round);

/// The known-answer test of the tables and the cipher: a zero key turns zeros into
/// 4EF99745 6198DD78 and back. Errors: kWrongAnswer with what came out instead.
[[nodiscard]] Result<void> CheckBlowfish(const BlowfishTables& initial);

}  // namespace hypergauge::probes
