#include <gtest/gtest.h>
#include <sys/prctl.h>

#include <cerrno>

#include "probes/benchmarks/kernel/oversleep.h"
#include "tests/unit/probes/benchmarks/run_benchmark.h"

namespace hypergauge::probes {
namespace {

constexpr std::chrono::milliseconds kLength(1);

TEST(Oversleep, IsNeverNegative) {
  const auto late = Oversleep(kLength);
  ASSERT_TRUE(late) << late.error().message;
  EXPECT_GE(late->count(), 0);
}

TEST(Oversleep, RefusesASleepThatDidNotHappen) {
  // An hour, so that no loaded machine can be late enough to hide it.
  const auto late = Oversleep(std::chrono::hours(1),
                              [](clockid_t, int, const timespec*, timespec*) { return 0; });
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().code, ErrorCode::kWrongAnswer);
  EXPECT_NE(late.error().message.find("ns before its time"), std::string::npos);
}

TEST(Oversleep, SleepsOnAfterASignal) {
  static int calls;
  calls = 0;
  const auto late =
      Oversleep(kLength, [](clockid_t clock, int flags, const timespec* until, timespec* left) {
        return ++calls < 3 ? EINTR : clock_nanosleep(clock, flags, until, left);
      });
  ASSERT_TRUE(late) << late.error().message;
  EXPECT_EQ(calls, 3);
}

TEST(Oversleep, TellsWhyItCouldNotSleep) {
  const auto late =
      Oversleep(kLength, [](clockid_t, int, const timespec*, timespec*) { return EINVAL; });
  ASSERT_FALSE(late);
  EXPECT_EQ(late.error().message, "clock_nanosleep: Invalid argument");
}

TEST(TimerSlack, IsANanosecondForAWhile) {
  const int before = prctl(PR_GET_TIMERSLACK, 0, 0, 0, 0);
  {
    const ScopedTimerSlack slack;
    EXPECT_EQ(prctl(PR_GET_TIMERSLACK, 0, 0, 0, 0), 1);
  }
  EXPECT_EQ(prctl(PR_GET_TIMERSLACK, 0, 0, 0, 0), before);
}

TEST(KernelTimerOversleep, OrdersItsFigures) {
  auto context = QuickContext(20);
  const auto outcome = RunQuickly("kernel_timer_oversleep", context);
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  ASSERT_EQ(outcome.figures.size(), 3);
  EXPECT_LE(outcome.figures[0].summary.median, outcome.figures[1].summary.median);
  EXPECT_LE(outcome.figures[1].summary.median, outcome.figures[2].summary.median);
}

}  // namespace
}  // namespace hypergauge::probes
