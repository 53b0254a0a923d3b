#include "probes/benchmarks/cpu/blowfish.h"

#include <array>
#include <cstdio>
#include <utility>

#include "probes/benchmarks/cpu/pi_digits.h"

namespace hypergauge::probes {
namespace {

constexpr size_t kRounds = 16;
constexpr BlowfishBlock kZeroKeyAnswer{.left = 0x4EF99745, .right = 0x6198DD78};

inline uint32_t Mix(const BlowfishTables& tables, uint32_t x) {
  const auto& boxes = tables.boxes;
  return ((boxes[0][x >> 24] + boxes[1][(x >> 16) & 0xFF]) ^ boxes[2][(x >> 8) & 0xFF]) +
         boxes[3][x & 0xFF];
}

std::string Hex(const BlowfishBlock& block) {
  std::array<char, 24> text{};
  std::snprintf(text.data(), text.size(), "%08X %08X", block.left, block.right);
  return text.data();
}

}  // namespace

BlowfishTables MakeBlowfishTables() {
  BlowfishTables tables;
  const auto digits = PiFraction(tables.round_keys.size() + 4 * tables.boxes[0].size());
  auto digit = digits.begin();
  for (auto& word : tables.round_keys) word = *digit++;
  for (auto& box : tables.boxes) {
    for (auto& word : box) word = *digit++;
  }
  return tables;
}

Blowfish::Blowfish(const BlowfishTables& initial, std::span<const uint8_t> key) : tables_(initial) {
  size_t at = 0;
  for (auto& round_key : tables_.round_keys) {
    uint32_t word = 0;
    for (int i = 0; i < 4; ++i) {
      word = (word << 8) | key[at];
      at = at + 1 == key.size() ? 0 : at + 1;
    }
    round_key ^= word;
  }
  BlowfishBlock block;
  for (size_t i = 0; i < tables_.round_keys.size(); i += 2) {
    Encrypt(block);
    tables_.round_keys[i] = block.left;
    tables_.round_keys[i + 1] = block.right;
  }
  for (auto& box : tables_.boxes) {
    for (size_t i = 0; i < box.size(); i += 2) {
      Encrypt(block);
      box[i] = block.left;
      box[i + 1] = block.right;
    }
  }
}

void Blowfish::Encrypt(BlowfishBlock& block) const {
  auto [left, right] = block;
  for (size_t round = 0; round < kRounds; ++round) {
    left ^= tables_.round_keys[round];
    right ^= Mix(tables_, left);
    std::swap(left, right);
  }
  block = {.left = right ^ tables_.round_keys[kRounds + 1],
           .right = left ^ tables_.round_keys[kRounds]};
}

void Blowfish::Decrypt(BlowfishBlock& block) const {
  auto [left, right] = block;
  for (size_t round = kRounds + 1; round > 1; --round) {
    left ^= tables_.round_keys[round];
    right ^= Mix(tables_, left);
    std::swap(left, right);
  }
  block = {.left = right ^ tables_.round_keys[0], .right = left ^ tables_.round_keys[1]};
}

Result<void> CheckBlowfish(const BlowfishTables& initial) {
  const std::array<uint8_t, 8> key{};
  const Blowfish cipher(initial, key);
  BlowfishBlock block;
  cipher.Encrypt(block);
  if (block != kZeroKeyAnswer) {
    return Fail(ErrorCode::kWrongAnswer,
                "zero key and text gave " + Hex(block) + " instead of " + Hex(kZeroKeyAnswer));
  }
  cipher.Decrypt(block);
  if (block != BlowfishBlock{}) {
    return Fail(ErrorCode::kWrongAnswer, "zero text came back as " + Hex(block));
  }
  return {};
}

BlowfishWork RunBlowfish(const BlowfishTables& initial, std::span<const uint8_t> key,
                         int64_t rounds) {
  constexpr BlowfishBlock kText{.left = 0xBEBACAFE, .right = 0xDEADBEEF};
  BlowfishWork work;
  BlowfishBlock block = kText;
  for (int64_t i = 0; i < rounds; ++i) {
    const Blowfish cipher(initial, key);
    cipher.Encrypt(block);
    work.ciphers += (uint64_t{block.left} << 32) | block.right;
    cipher.Decrypt(block);
    if (block != kText) ++work.lost;
  }
  return work;
}

Result<void> CheckBlowfishWork(const BlowfishWork& work, int64_t rounds, uint64_t one_round) {
  if (work.lost > 0) {
    return Fail(ErrorCode::kWrongAnswer, "BEBACAFE DEADBEEF did not survive " +
                                             std::to_string(work.lost) + " of " +
                                             std::to_string(rounds) + " round trips");
  }
  if (work.ciphers == static_cast<uint64_t>(rounds) * one_round) return {};
  return Fail(ErrorCode::kWrongAnswer,
              "the sum of the ciphers is not that of " + std::to_string(rounds) + " rounds");
}

}  // namespace hypergauge::probes
