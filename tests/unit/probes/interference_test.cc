#include "probes/interference.h"

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace hypergauge::probes {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using testing::TempDir;

class HandClock final : public Clock {
 public:
  [[nodiscard]] nanoseconds MonotonicRaw() const override { return now; }
  [[nodiscard]] nanoseconds Realtime() const override { return now; }
  nanoseconds now{};
};

// A machine with two CPUs whose counters the test sets, in ticks of 10 ms.
class InterferenceMeterTest : public ::testing::Test {
 protected:
  void SetTicks(int busy, int steal) const {
    folder_.Write("proc/stat", "cpu  " + std::to_string(busy) + " 0 0 9999 5 0 0 " +
                                   std::to_string(steal) + " 0 0\ncpu0 0\ncpu1 0\nintr 1\n");
  }

  v1::Run Measure(int busy, int steal, milliseconds wall, double own_seconds, uint32_t threads) {
    EXPECT_TRUE(meter_.Begin());
    busy_ += busy;
    steal_ += steal;
    SetTicks(busy_, steal_);
    clock_.now += wall;
    v1::Run run;
    run.set_threads(threads);
    run.mutable_interference()->set_own_cpu_seconds(own_seconds);
    EXPECT_EQ(meter_.End(run).value(), 2);
    return run;
  }

  void SetUp() override { SetTicks(busy_, steal_); }

  TempDir folder_;
  HandClock clock_;
  InterferenceMeter meter_{folder_.path(), clock_};
  int busy_ = 1000;
  int steal_ = 0;
};

TEST_F(InterferenceMeterTest, TellsOthersFromTheBenchmark) {
  const auto run = Measure(350, 0, milliseconds(2000), 2.0, 1);
  EXPECT_NEAR(run.interference().others_cpus(), 0.75, 1e-9);
  EXPECT_EQ(run.interference().steal_ratio(), 0);
}

TEST_F(InterferenceMeterTest, NeverCountsLessThanNothing) {
  const auto run = Measure(100, 0, milliseconds(2000), 2.0, 1);  // ticks come late
  EXPECT_EQ(run.interference().others_cpus(), 0);
}

TEST_F(InterferenceMeterTest, MeasuresStealAgainstTheTimeThatWasWanted) {
  const auto run = Measure(150, 50, milliseconds(2000), 1.5, 1);
  EXPECT_NEAR(run.interference().steal_ratio(), 0.25, 1e-9);
  EXPECT_TRUE(run.interference().steal_reported());
}

TEST_F(InterferenceMeterTest, IsNotMovedByOneTickOfABenchmarkThatWaits) {
  const auto run = Measure(1, 1, milliseconds(2000), 0.01, 1);
  EXPECT_NEAR(run.interference().steal_ratio(), 0.005, 1e-9);
}

TEST_F(InterferenceMeterTest, RemembersTheLoadBetweenTwoRuns) {
  meter_.Look();
  SetTicks(busy_ += 50, steal_);
  clock_.now += milliseconds(1000);
  EXPECT_NEAR(Measure(0, 0, milliseconds(100), 0, 1).interference().load_before(), 0.5, 1e-9);
  // No time to look between these two: the last figure stands.
  EXPECT_NEAR(Measure(0, 0, milliseconds(100), 0, 1).interference().load_before(), 0.5, 1e-9);
}

TEST_F(InterferenceMeterTest, SaysWhenThereIsNoEvidence) {
  std::filesystem::remove(folder_.path() / "proc/stat");
  EXPECT_EQ(meter_.Begin().error().code, ErrorCode::kNotFound);
  v1::Run run;
  EXPECT_FALSE(meter_.End(run));
}

TEST_F(InterferenceMeterTest, CountsInterruptsApart) {
  ASSERT_TRUE(meter_.Begin());
  folder_.Write("proc/stat", "cpu  1000 0 0 9999 5 30 20 0 0 0\ncpu0 0\ncpu1 0\n");
  clock_.now += milliseconds(1000);
  v1::Run run;
  ASSERT_TRUE(meter_.End(run));
  EXPECT_EQ(run.interference().others_cpus(), 0);
  EXPECT_NEAR(run.interference().interrupts_cpus(), 0.5, 1e-9);
}

TEST_F(InterferenceMeterTest, TellsPressureQuotaThrottlingAndFrequency) {
  const auto write = [&](int totals, int throttled) {
    for (const char* name : {"cpu", "memory", "io"}) {
      folder_.Write(std::string("proc/pressure/") + name,
                    "some avg10=0.00 avg60=0.00 avg300=0.00 total=" + std::to_string(totals) +
                        "\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n");
    }
    folder_.Write("sys/fs/cgroup/cpu.stat", "usage_usec 5\nnr_throttled 3\nthrottled_usec " +
                                                std::to_string(throttled) + "\n");
  };
  folder_.Write("proc/self/cgroup", "0::/\n");
  folder_.Write("sys/fs/cgroup/cpu.max", "50000 100000\n");
  folder_.Write("sys/devices/system/cpu/cpu0/cpufreq/scaling_cur_freq", "2000000\n");
  folder_.Write("sys/devices/system/cpu/cpu1/cpufreq/scaling_cur_freq", "3000000\n");
  write(1000, 1000);
  ASSERT_TRUE(meter_.Begin());
  write(201'000, 301'000);
  clock_.now += milliseconds(1000);
  v1::Run run;
  ASSERT_TRUE(meter_.End(run));
  const auto& interference = run.interference();
  EXPECT_TRUE(interference.pressure_reported());
  EXPECT_NEAR(interference.pressure_cpu_ratio(), 0.2, 1e-9);
  EXPECT_NEAR(interference.pressure_io_ratio(), 0.2, 1e-9);
  EXPECT_EQ(interference.quota_cpus(), 0.5);
  EXPECT_EQ(interference.throttled_nanos(), 300'000'000U);
  EXPECT_EQ(interference.frequency_hertz(), 2.5e9);
}

v1::Run With(double steal, double wait, double others, uint32_t threads = 1) {
  v1::Run run;
  run.set_threads(threads);
  run.set_wall_nanos(1'000'000'000);
  auto& interference = *run.mutable_interference();
  interference.set_steal_ratio(steal);
  interference.set_run_queue_wait_ratio(wait);
  interference.set_others_cpus(others);
  return run;
}

TEST(Judge, FindsAQuietRunClean) {
  const auto judged = Judge(With(0.01, 0.01, 1.0), 2);
  EXPECT_EQ(judged.verdict, v1::VERDICT_CLEAN);
  EXPECT_EQ(judged.reason, "");
}

TEST(Judge, FindsStealBeforeAllElse) {
  const auto judged = Judge(With(0.02, 0.5, 5), 2);
  EXPECT_EQ(judged.verdict, v1::VERDICT_STEAL);
  EXPECT_EQ(judged.reason, "the hypervisor took 2.0 % of the CPU time (limit 1.0 %)");
}

TEST(Judge, FindsARunThatAQuotaHeldBackThrottled) {
  auto run = With(0, 0.5, 5);
  run.mutable_interference()->set_throttled_nanos(20'000'000);
  const auto judged = Judge(run, 2);
  EXPECT_EQ(judged.verdict, v1::VERDICT_THROTTLED);
  EXPECT_EQ(judged.reason, "a CPU quota held it back for 2.0 % of the time (limit 1.0 %)");
}

TEST(Judge, FindsABenchmarkThatWaitedForACpuBusy) {
  EXPECT_EQ(Judge(With(0, 0.011, 0.5), 64).verdict, v1::VERDICT_BUSY);
}

TEST(Judge, BlamesNobodyWhenABenchmarkWaitsForItself) {
  EXPECT_EQ(Judge(With(0, 0.3, 0.005), 2).verdict, v1::VERDICT_CLEAN);
  auto ping_pong = With(0, 0.3, 0.5);
  ping_pong.mutable_interference()->set_shares_cpus(true);
  EXPECT_EQ(Judge(ping_pong, 2).verdict, v1::VERDICT_CLEAN);
}

TEST(Judge, LeavesOthersTheCpusThatTheBenchmarkDoesNotNeed) {
  EXPECT_EQ(Judge(With(0, 0, 1.04), 2).verdict, v1::VERDICT_CLEAN);
  EXPECT_EQ(Judge(With(0, 0, 1.06), 2).verdict, v1::VERDICT_BUSY);
  EXPECT_EQ(Judge(With(0, 0, 0.06, 2), 2).verdict, v1::VERDICT_BUSY);
  EXPECT_EQ(Judge(With(0, 0, 0.04, 4), 2).verdict, v1::VERDICT_CLEAN);
}

TEST(Judge, TakesItsLimitsFromTheCaller) {
  const VerdictLimits strict{.steal_ratio = 0.001};
  EXPECT_EQ(Judge(With(0.002, 0, 0), 2, strict).verdict, v1::VERDICT_STEAL);
}

}  // namespace
}  // namespace hypergauge::probes
