#include "probes/benchmarks/cpu/c_program.h"

#include <gtest/gtest.h>

namespace hypergauge::probes {
namespace {

TEST(CProgram, IsTheSameEverywhereAndEveryTime) {
  EXPECT_EQ(UnitText(3), UnitText(3));
  EXPECT_NE(UnitText(3), UnitText(4));
  EXPECT_GT(UnitText(0).size(), 5000U);
}

TEST(CProgram, PrintsAnotherNumberWithAnotherUnit) {
  EXPECT_EQ(ExpectedOutput(0), "00000001\n");
  EXPECT_EQ(ExpectedOutput(4), ExpectedOutput(4));
  EXPECT_NE(ExpectedOutput(3), ExpectedOutput(4));
}

TEST(CProgram, CallsEveryUnitInMain) {
  const auto text = MainText(2);
  EXPECT_NE(text.find("x = unit0(x);\n  x = unit1(x);\n"), std::string::npos) << text;
  EXPECT_EQ(text.find("unit2"), std::string::npos);
}

}  // namespace
}  // namespace hypergauge::probes
