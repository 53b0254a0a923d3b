#include "probes/benchmarks/disk/pattern.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace hypergauge::probes {
namespace {

constexpr size_t kLength = 10'000;

std::vector<std::byte> Copy(std::span<const std::byte> bytes) {
  return {bytes.begin(), bytes.end()};
}

TEST(Pattern, IsFoundAgainByAnotherObjectOfTheSameSeed) {
  const auto bytes = Copy(Pattern(5).At(3, 8192, kLength));
  EXPECT_TRUE(Pattern(5).Check(3, 8192, bytes));
}

TEST(Pattern, IsWrongInAnotherFileOrPlaceOrSeed) {
  Pattern pattern(5);
  const auto bytes = Copy(pattern.At(3, 8192, kLength));
  EXPECT_FALSE(pattern.Check(4, 8192, bytes));
  EXPECT_FALSE(pattern.Check(3, 4096, bytes));
  EXPECT_FALSE(Pattern(6).Check(3, 8192, bytes));
}

TEST(Pattern, NamesTheFirstByteThatDiffers) {
  Pattern pattern(5);
  auto bytes = Copy(pattern.At(3, 8192, kLength));
  bytes.back() ^= std::byte{1};
  const auto checked = pattern.Check(3, 8192, bytes);
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, ErrorCode::kWrongAnswer);
  EXPECT_EQ(checked.error().message, "file 3 differs at 18191");
}

TEST(Pattern, HasNoTwoEqualPieces) {
  Pattern pattern(5);
  const auto first = Copy(pattern.At(0, 0, kBlockBytes));
  EXPECT_FALSE(std::ranges::equal(first, Copy(pattern.At(0, kChunkBytes, kBlockBytes))));
  EXPECT_FALSE(std::ranges::equal(first, Copy(pattern.At(1, 0, kBlockBytes))));
}

TEST(Pattern, IsNeverOfZeros) {
  const std::vector<std::byte> zeros(kLength);
  EXPECT_FALSE(Pattern(0).Check(0, 0, zeros));
}

}  // namespace
}  // namespace hypergauge::probes
