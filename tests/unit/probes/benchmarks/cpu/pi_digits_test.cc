#include "probes/benchmarks/cpu/pi_digits.h"

#include <gtest/gtest.h>

namespace hypergauge::probes {
namespace {

TEST(PiDigits, BeginWithTheKnownFraction) {
  EXPECT_EQ(PiFraction(4), (std::vector<uint32_t>{0x243F6A88, 0x85A308D3, 0x13198A2E, 0x03707344}));
}

TEST(PiDigits, EndRightWhereBlowfishsTablesEnd) {
  const auto digits = PiFraction(1042);
  ASSERT_EQ(digits.size(), 1042U);
  EXPECT_EQ(digits[1040], 0x578FDFE3);
  EXPECT_EQ(digits[1041], 0x3AC372E6);
}

TEST(PiDigits, DoNotDependOnHowManyAreAskedFor) {
  const auto few = PiFraction(20);
  const auto many = PiFraction(40);
  EXPECT_TRUE(std::equal(few.begin(), few.end(), many.begin()));
}

TEST(PiDigits, AreTheSameByBothFormulas) {
  for (const size_t digits : {1, 9, 10, 100, 2000}) {
    EXPECT_EQ(FourArctanOfOne(digits), MachinDecimals(digits)) << digits;
  }
}

TEST(PiDigits, AreTheKnownDecimals) {
  EXPECT_EQ(FourArctanOfOne(30), "3.141592653589793238462643383279");
  EXPECT_TRUE(FourArctanOfOne(2000).ends_with("9581339047802759009"));
}

}  // namespace
}  // namespace hypergauge::probes
