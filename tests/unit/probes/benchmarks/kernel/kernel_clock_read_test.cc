#include <gtest/gtest.h>

#include "probes/benchmarks/kernel/clock_readings.h"
#include "tests/unit/probes/benchmarks/run_benchmark.h"

namespace hypergauge::probes {
namespace {

void ExpectWrong(const Result<void>& checked, const std::string& message) {
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, ErrorCode::kWrongAnswer);
  EXPECT_EQ(checked.error().message, message);
}

TEST(ClockReadings, PassWhenTheClockMovesOn) {
  time_t seconds = 0;
  const auto tick = [&](timespec* now) {
    *now = {.tv_sec = ++seconds, .tv_nsec = 0};
    return 0;
  };
  EXPECT_TRUE(ReadAgainAndAgain(1000, tick));
  EXPECT_EQ(seconds, 1000);
}

TEST(ClockReadings, FailWhenNoOneReadsTheClock) {
  const auto elided = [](timespec* now) {
    *now = {.tv_sec = 5, .tv_nsec = 5};
    return 0;
  };
  ExpectWrong(ReadAgainAndAgain(1000, elided), "the clock stood still over 1000 readings");
}

TEST(ClockReadings, FailWhenTheClockGoesBack) {
  for (const timespec& back :
       {timespec{.tv_sec = 4, .tv_nsec = 900}, {.tv_sec = 5, .tv_nsec = 2}}) {
    int readings = 0;
    const auto read = [&](timespec* now) {
      *now = ++readings == 500 ? back : timespec{.tv_sec = 5, .tv_nsec = 3};
      return 0;
    };
    ExpectWrong(ReadAgainAndAgain(1000, read), "the clock went back between two readings");
  }
}

TEST(ClockReadings, FailWhenOneReadingFails) {
  int readings = 0;
  const auto read = [&](timespec* now) {
    *now = {.tv_sec = ++readings, .tv_nsec = 0};
    return readings == 500 ? -1 : 0;
  };
  ExpectWrong(ReadAgainAndAgain(1000, read), "the clock could not be read every time");
}

TEST(KernelClockRead, TellsTheClockSourceAndThePath) {
  auto context = QuickContext(1000);
  const auto outcome = RunQuickly("kernel_clock_read", context);
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  EXPECT_NE(context.report.labels["clocksource"], "");
  const auto path = context.report.labels["path"];
  EXPECT_TRUE(path == "vdso" || path == "syscall") << path;
}

}  // namespace
}  // namespace hypergauge::probes
