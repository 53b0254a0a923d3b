#include "probes/benchmarks/cpus.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <algorithm>

namespace hypergauge::probes {
namespace {

TEST(Cpus, AreThoseOfTheSchedulerInOrder) {
  const auto cpus = AllowedCpus().value();
  cpu_set_t set{};
  ASSERT_EQ(sched_getaffinity(0, sizeof set, &set), 0);
  EXPECT_EQ(static_cast<int>(cpus.size()), CPU_COUNT(&set));
  for (const int cpu : cpus) EXPECT_TRUE(CPU_ISSET(cpu, &set)) << cpu;
  EXPECT_TRUE(std::is_sorted(cpus.begin(), cpus.end()));
}

TEST(Cpus, AreOneOnlyForAPinnedThreadAndAllAgainAfterwards) {
  const auto before = AllowedCpus().value();
  {
    const auto pinned = ScopedAffinity::To(before.back());
    ASSERT_TRUE(pinned) << pinned.error().message;
    EXPECT_EQ(AllowedCpus().value(), std::vector<int>{before.back()});
    EXPECT_EQ(sched_getcpu(), before.back());
    const auto two = TwoCpus("a test");
    ASSERT_FALSE(two);
    EXPECT_EQ(two.error().code, ErrorCode::kUnsupported);
    EXPECT_EQ(two.error().message, "a test needs two CPUs and may run on one only");
  }
  EXPECT_EQ(AllowedCpus().value(), before);
}

TEST(Cpus, StayPinnedWhileTheGuardIsHandedOn) {
  const auto before = AllowedCpus().value();
  {
    ScopedAffinity kept;
    {
      auto pinned = ScopedAffinity::ToCurrentCpu();
      ASSERT_TRUE(pinned);
      kept = std::move(*pinned);
    }
    EXPECT_EQ(AllowedCpus().value(), std::vector<int>{sched_getcpu()});
  }
  EXPECT_EQ(AllowedCpus().value(), before);
}

TEST(Cpus, AreTwoDifferentOnesWhereverTheThreadIs) {
  const auto cpus = AllowedCpus().value();
  EXPECT_EQ(TwoCpus("a test").has_value(), cpus.size() > 1);
  for (size_t i = 0; cpus.size() > 1 && i < cpus.size(); ++i) {
    // Moved there, and left free to go: it may, but not out of the allowed ones.
    ASSERT_TRUE(RunOn(0, {cpus[i]}));
    ASSERT_TRUE(RunOn(0, cpus));
    const auto two = TwoCpus("a test");
    ASSERT_TRUE(two) << two.error().message;
    EXPECT_NE(two->first, two->second);
    EXPECT_TRUE(std::binary_search(cpus.begin(), cpus.end(), two->first));
    EXPECT_TRUE(std::binary_search(cpus.begin(), cpus.end(), two->second));
  }
}

TEST(Cpus, ThatDoNotExistAreNamed) {
  const auto before = AllowedCpus().value();
  const auto pinned = ScopedAffinity::To(100'000);
  ASSERT_FALSE(pinned);
  EXPECT_EQ(pinned.error().message, "sched_setaffinity to CPU 100000: Invalid argument");
  EXPECT_EQ(AllowedCpus().value(), before);
}

}  // namespace
}  // namespace hypergauge::probes
