#include <gtest/gtest.h>

#include "probes/benchmarks/kernel/one_thread.h"

namespace hypergauge::probes {
namespace {

TEST(OneThread, ReturnsWhatItHadTo) {
  EXPECT_TRUE(StartAndJoin(NegateAndReturn, 7));
}

TEST(OneThread, IsWrongWhenItDidNothing) {
  const auto wrong = StartAndJoin([](void* value) { return value; }, 7);
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, ErrorCode::kWrongAnswer);
  EXPECT_EQ(wrong.error().message, "a thread that had to return -7 returned 7");
}

TEST(OneThread, IsWrongWhenItEndedOtherwise) {
  const auto wrong = StartAndJoin(
      [](void* value) -> void* {
        (void)NegateAndReturn(value);
        return nullptr;
      },
      7);
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, ErrorCode::kWrongAnswer);
  EXPECT_EQ(wrong.error().message, "a thread that had to return -7 ended without its answer");
}

}  // namespace
}  // namespace hypergauge::probes
