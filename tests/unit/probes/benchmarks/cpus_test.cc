#include "probes/benchmarks/cpus.h"

#include <gtest/gtest.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>

namespace hypergauge::probes {
namespace {

TEST(Cpus, AreThoseOfTheSchedulerInOrder) {
  const auto cpus = AllowedCpus().value();
  EXPECT_EQ(static_cast<long>(cpus.size()), sysconf(_SC_NPROCESSORS_ONLN));
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
      auto pinned = ScopedAffinity::ToFirstCpu();
      ASSERT_TRUE(pinned);
      kept = std::move(*pinned);
    }
    EXPECT_EQ(AllowedCpus().value(), std::vector<int>{before.front()});
  }
  EXPECT_EQ(AllowedCpus().value(), before);
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
