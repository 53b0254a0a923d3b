#include "probes/benchmarks/cpu/fixed_point.h"

#include <gtest/gtest.h>

namespace hypergauge::probes {
namespace {

TEST(FixedPoint, MultipliesWithCarriesThroughAllWords) {
  // (1 - 2^-64)^2 = 1 - 2^-63 + 2^-128
  const Fixed almost_one{0, 0xFFFFFFFF, 0xFFFFFFFF, 0, 0};
  Fixed product(5);
  Multiply(almost_one, almost_one, 1, product);
  EXPECT_EQ(product, (Fixed{0, 0xFFFFFFFF, 0xFFFFFFFE, 0, 1}));
}

TEST(FixedPoint, MultipliesByAHalf) {
  const Fixed value{0, 3, 0x80000001, 4, 0};
  const Fixed half{0, 0x80000000, 0, 0, 0};
  Fixed product(5);
  Multiply(value, half, 1, product);
  EXPECT_EQ(product, (Fixed{0, 1, 0xC0000000, 0x80000002, 0}));
}

TEST(FixedPoint, DividesAddsAndSubtracts) {
  Fixed value{1, 0, 0};
  Divide(value, 3, 0, value);
  EXPECT_EQ(value, (Fixed{0, 0x55555555, 0x55555555}));
  Fixed sum{0, 0xFFFFFFFF, 0xFFFFFFFF};
  Add({0, 0, 1}, 2, sum);
  EXPECT_EQ(sum, (Fixed{1, 0, 0}));
  Subtract({0, 0, 1}, 2, sum);
  EXPECT_EQ(sum, (Fixed{0, 0xFFFFFFFF, 0xFFFFFFFF}));
}

TEST(FixedPoint, PrintsDecimalsWithoutRounding) {
  EXPECT_EQ(ToDecimal({3, 0x80000000, 0}, 1), "3.5");
  EXPECT_EQ(ToDecimal({0, 0x00000001, 0}, 12), "0.000000000232");  // 2^-32 = 2.328e-10
  EXPECT_EQ(ToDecimal({7, 0, 0}, 20), "7.00000000000000000000");
}

}  // namespace
}  // namespace hypergauge::probes
