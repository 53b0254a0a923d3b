#include <gtest/gtest.h>

#include "probes/benchmarks/kernel/fresh_pages.h"
#include "tests/unit/probes/benchmarks/run_benchmark.h"

namespace hypergauge::probes {
namespace {

TEST(FreshPages, FaultOnceEachAndAgainWhenGivenBack) {
  auto pages = FreshPages::Map(8 << 20);
  ASSERT_TRUE(pages) << pages.error().message;
  EXPECT_TRUE(pages->Touch());
  ASSERT_TRUE(pages->GiveBack());
  EXPECT_TRUE(pages->Touch());
}

TEST(FreshPages, RefuseToHaveBeenTouchedAlready) {
  auto pages = FreshPages::Map(8 << 20);
  ASSERT_TRUE(pages);
  ASSERT_TRUE(pages->Touch());
  const auto again = pages->Touch();
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().code, ErrorCode::kWrongAnswer);
  EXPECT_NE(again.error().message.find(" minor faults for " + std::to_string(pages->pages())),
            std::string::npos)
      << again.error().message;
}

TEST(FreshPages, CountMissingAndForeignFaults) {
  EXPECT_TRUE(CheckFaults(16384, 16384));
  EXPECT_TRUE(CheckFaults(16400, 16384));
  EXPECT_FALSE(CheckFaults(16401, 16384));
  const auto missing = CheckFaults(16383, 16384);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().message, "16383 minor faults for 16384 pages");
  EXPECT_FALSE(CheckFaults(32, 16384)) << "huge pages";
}

TEST(FreshPages, NameASizeThatDoesNotFit) {
  const auto pages = FreshPages::Map(int64_t{1} << 60);
  ASSERT_FALSE(pages);
  EXPECT_EQ(pages.error().code, ErrorCode::kResourceExhausted);
  EXPECT_NE(pages.error().message.find("1152921504606846976 bytes"), std::string::npos);
}

TEST(KernelPageFault, TellsTheFirstTouchFromTheSecond) {
  const auto& quantities = Registry().at("kernel_page_fault").descriptor.quantities;
  ASSERT_EQ(quantities.size(), 2);
  EXPECT_EQ(quantities[0].labels, (Labels{{"touch", "first"}}));
  EXPECT_EQ(quantities[1].labels, (Labels{{"touch", "again"}}));
}

}  // namespace
}  // namespace hypergauge::probes
