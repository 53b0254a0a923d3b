#include "probes/agent/backoff.h"

#include <gtest/gtest.h>

namespace hypergauge::probes {
namespace {

using std::chrono::milliseconds;

TEST(Backoff, DoublesItsLimitUpToTheMost) {
  const Backoff backoff;
  const auto limit = [&](int failures) {
    milliseconds longest{0};
    for (uint64_t random = 0; random <= 30'000; ++random) {
      longest = std::max(longest, backoff.Delay(failures, random));
    }
    return longest;
  };
  EXPECT_EQ(limit(1), milliseconds(500));
  EXPECT_EQ(limit(2), milliseconds(1000));
  EXPECT_EQ(limit(6), milliseconds(16'000));
  EXPECT_EQ(limit(7), milliseconds(30'000));
  EXPECT_EQ(limit(1'000'000), milliseconds(30'000));
}

TEST(Backoff, SpreadsOverTheWholeRange) {
  const Backoff backoff;
  EXPECT_EQ(backoff.Delay(1, 0), milliseconds(0));
  EXPECT_EQ(backoff.Delay(1, 250), milliseconds(250));
  EXPECT_EQ(backoff.Delay(1, 501), milliseconds(0));
}

}  // namespace
}  // namespace hypergauge::probes
