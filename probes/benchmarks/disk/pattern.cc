#include "probes/benchmarks/disk/pattern.h"

#include <algorithm>
#include <cstring>
#include <random>
#include <string>

namespace hypergauge::probes {

Pattern::Pattern(uint64_t seed) : seed_(seed) {
  std::mt19937_64 random(seed);
  const auto bytes = chunk_.bytes();
  for (size_t at = 0; at < bytes.size(); at += sizeof(uint64_t)) {
    const uint64_t word = random();
    std::memcpy(&bytes[at], &word, sizeof(word));
  }
}

std::span<std::byte> Pattern::At(uint64_t number, uint64_t offset, size_t bytes) {
  const auto chunk = chunk_.bytes().first(bytes);
  for (size_t at = 0; at < bytes; at += kBlockBytes) {
    const uint64_t stamp[] = {seed_, number, offset + at};
    std::memcpy(&chunk[at], stamp, std::min(sizeof(stamp), bytes - at));
  }
  return chunk;
}

Result<void> Pattern::Check(uint64_t number, uint64_t offset, std::span<const std::byte> found) {
  const auto expected = At(number, offset, found.size());
  const auto difference = std::ranges::mismatch(expected, found).in1 - expected.begin();
  if (static_cast<size_t>(difference) == expected.size()) return {};
  return Fail(ErrorCode::kWrongAnswer,
              "file " + std::to_string(number) + " differs at " +
                  std::to_string(offset + static_cast<uint64_t>(difference)));
}

}  // namespace hypergauge::probes
