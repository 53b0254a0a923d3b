#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <random>
#include <vector>

#include "aggregator/analysis/level_shift.h"

namespace hypergauge::analysis {
namespace {

using Values = std::vector<double>;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

// Hollander and Wolfe (1973), page 29: a depression scale at the first and second visit; the
// example of R's manual: wilcox.test(x, y, paired = TRUE): V = 40, p-value = 0.03906.
TEST(SignedRankTest, AgreesWithTheExampleOfRsManual) {
  const Values x = {1.83, 0.50, 1.62, 2.48, 1.68, 1.88, 1.55, 3.06, 1.30};
  const Values y = {0.878, 0.647, 0.598, 2.05, 1.06, 1.29, 1.06, 3.14, 1.29};
  Values differences;
  for (size_t i = 0; i < x.size(); ++i) differences.push_back(x[i] - y[i]);
  EXPECT_NEAR(SignedRankP(differences), 0.03906, 5e-6);
  EXPECT_NEAR(SignedRankP(differences), 20.0 / 512, 1e-12);  // 10 of the 512 signs in either tail
}

TEST(SignedRankTest, AllOfOneSignAreTheTwoOutermost) {
  EXPECT_EQ(SignedRankP(Values{3}), 1);
  EXPECT_EQ(SignedRankP(Values{3, 4}), 0.5);
  EXPECT_EQ(SignedRankP(Values{-5, -1, -4, -2, -3}), 2.0 / 32);
  Values values;
  for (int i = 1; i <= 25; ++i) values.push_back(i);
  EXPECT_NEAR(SignedRankP(values) * (1 << 25), 2, 1e-9);
}

TEST(SignedRankTest, NothingFollowsFromNothing) {
  EXPECT_EQ(SignedRankP({}), 1);
  EXPECT_EQ(SignedRankP(Values{0, 0, -0.0}), 1);
  EXPECT_EQ(SignedRankP(Values{kNan, kInfinity, -kInfinity}), 1);
}

TEST(SignedRankTest, LeavesOutZerosAndWhatIsNotFinite) {
  EXPECT_EQ(SignedRankP(Values{1, 0, 2, kNan, 3, 0, 4, 5, kInfinity}), 2.0 / 32);
}

// All 2^n ways to give signs, counted one by one.
TEST(SignedRankTest, IsExactForFew) {
  for (int count = 1; count <= 9; ++count) {
    const int most = count * (count + 1) / 2;
    std::vector<int> sums;
    for (int signs = 0; signs < 1 << count; ++signs) {
      int sum = 0;
      for (int i = 0; i < count; ++i) sum += (signs >> i & 1) * (i + 1);
      sums.push_back(sum);
    }
    for (int signs = 0; signs < 1 << count; signs += 5) {
      Values values;
      for (int i = 0; i < count; ++i) values.push_back((signs >> i & 1) != 0 ? i + 1 : -(i + 1));
      const int own = sums[signs];
      const auto as_far = std::count_if(sums.begin(), sums.end(), [&](int sum) {
        return std::abs(2 * sum - most) >= std::abs(2 * own - most);
      });
      EXPECT_NEAR(SignedRankP(values), static_cast<double>(as_far) / (1 << count), 1e-12);
    }
  }
}

// R's formulas, by Python: z = (|V - n (n + 1) / 4| - 1/2) / sigma.
TEST(SignedRankTest, IsNormalForManyAndForTies) {
  Values values;
  for (int i = 1; i <= 26; ++i) values.push_back(i);
  EXPECT_NEAR(SignedRankP(values), 8.80366976890796e-06, 1e-15);
  EXPECT_NEAR(SignedRankP(Values{1, 1, -1, 2, 3, 3, 4}), 0.049826949600503934, 1e-12);
  EXPECT_EQ(SignedRankP(Values{1, -1}), 1);
  EXPECT_EQ(SignedRankP(Values{1, -1, 1, -1}), 1);
}

TEST(SignedRankTest, SignScaleAndOrderPlayNoPart) {
  std::mt19937_64 random(6);
  for (const size_t count : {5, 24, 40}) {
    Values values;
    for (size_t i = 0; i < count; ++i) {
      values.push_back(static_cast<double>(random() >> 11U) * 0x1p-53 - 0.3);
    }
    const double p = SignedRankP(values);
    std::shuffle(values.begin(), values.end(), random);
    EXPECT_EQ(SignedRankP(values), p);
    for (auto& value : values) value *= -1e200;
    EXPECT_EQ(SignedRankP(values), p);
  }
}

// The exact one and the normal one meet where one gives way to the other.
TEST(SignedRankTest, IsUniformWhereNothingIs) {
  std::mt19937_64 random(8);
  for (const size_t count : {25, 26}) {
    int below = 0;
    constexpr int kTrials = 2000;
    for (int trial = 0; trial < kTrials; ++trial) {
      Values values;
      for (size_t i = 0; i < count; ++i) {
        values.push_back(static_cast<double>(random() >> 11U) * 0x1p-53 - 0.5);
      }
      if (SignedRankP(values) <= 0.05) ++below;
    }
    EXPECT_GE(below, kTrials * 0.035) << count;
    EXPECT_LE(below, kTrials * 0.065) << count;
  }
}

}  // namespace
}  // namespace hypergauge::analysis
