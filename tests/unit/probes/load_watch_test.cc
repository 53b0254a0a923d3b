#include "probes/load_watch.h"

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace hypergauge::probes {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using testing::TempDir;

constexpr pid_t kBenchmark = 100;

class HandClock final : public Clock {
 public:
  [[nodiscard]] nanoseconds MonotonicRaw() const override { return now; }
  [[nodiscard]] nanoseconds Realtime() const override { return now; }
  nanoseconds now{};
};

// A machine whose counters the test moves by a quarter of a second at a time.
class LoadWatchTest : public ::testing::Test {
 protected:
  void SetUp() override { EXPECT_FALSE(Look(0, 0, 0)); }

  // others, own: ticks of 10 ms; waited: of the benchmark's one thread.
  std::optional<std::string> Look(int others, int own, milliseconds waited) {
    busy_ += others + own;
    own_ += own;
    waited_ += waited;
    clock_.now += LoadWatch::kInterval;
    folder_.Write("stat", "cpu  " + std::to_string(busy_) + " 0 0 0 0 500 500 0 0 0\ncpu0 0\n");
    folder_.Write("100/stat", "100 (a) b) R 1 100 100 0 -1 0 0 0 0 0 " + std::to_string(own_) +
                                  " 0 0 0 20 0 1 0 5\n");
    folder_.Write("100/task/100/schedstat",
                  "5 " + std::to_string(nanoseconds(waited_).count()) + " 7\n");
    return watch_.Look(kBenchmark);
  }
  std::optional<std::string> Look(int others, int own, int waited_ms) {
    return Look(others, own, milliseconds(waited_ms));
  }

  TempDir folder_;
  HandClock clock_;
  LoadWatch watch_{folder_.path(), {}, clock_};
  int busy_ = 1000;
  int own_ = 0;
  milliseconds waited_{};
};

TEST_F(LoadWatchTest, BreaksOffWithinASecondOfProductionLoad) {
  EXPECT_FALSE(Look(0, 25, 0));
  EXPECT_FALSE(Look(33, 17, 80));  // may be a moment's work
  EXPECT_EQ(Look(33, 17, 80),
            "broken off: others use 1.65 CPUs, the benchmark waits 40 % of its time");
}

TEST_F(LoadWatchTest, ForgivesAMoment) {
  for (int i = 0; i < 10; ++i) {
    EXPECT_FALSE(Look(33, 17, 80));
    EXPECT_FALSE(Look(2, 25, 0));
  }
  EXPECT_NEAR(watch_.peak_others_cpus(), 1.65, 1e-9);
  EXPECT_EQ(watch_.waited(), milliseconds(800));
}

TEST_F(LoadWatchTest, LeavesOthersTheCpusThatTheBenchmarkDoesNotNeed) {
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(Look(60, 25, 1));
}

TEST_F(LoadWatchTest, BlamesNobodyWhenTheBenchmarkWaitsForItself) {
  for (int i = 0; i < 10; ++i) EXPECT_FALSE(Look(1, 25, 200));
}

TEST_F(LoadWatchTest, OnlyLooksWhereTheUserWantsNoMore) {
  LoadWatch silent(folder_.path(), {.enabled = false}, clock_);
  for (int i = 0; i < 5; ++i) {
    (void)Look(33, 17, 80);
    EXPECT_FALSE(silent.Look(kBenchmark));
  }
  EXPECT_GT(silent.peak_others_cpus(), 1);
}

TEST_F(LoadWatchTest, PutsUpWithLoadThatWasThereBeforeWhereTheUserWantsIt) {
  LoadWatch patient(folder_.path(), {.arrivals_only = true}, clock_);
  const auto look = [&](int others, int own, int waited) {
    (void)Look(others, own, waited);
    return patient.Look(kBenchmark);
  };
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(look(33, 17, 80));
  for (int i = 0; i < 2; ++i) EXPECT_FALSE(look(0, 25, 0));
  EXPECT_FALSE(look(33, 17, 80));
  EXPECT_TRUE(look(33, 17, 80));
}

TEST_F(LoadWatchTest, SurvivesAProcessThatIsGone) {
  EXPECT_FALSE(watch_.Look(4711));
  EXPECT_FALSE(LoadWatch(folder_.path() / "nowhere", {}, clock_).Look(kBenchmark));
}

CpuTimes BusyFor(milliseconds time, int cpus) {
  return {.busy = time, .interrupts = {}, .steal = {}, .cpus = cpus};
}

TEST(WhyBusy, AsksForOneCpuThatIsNearlyFree) {
  const CpuTimes idle = BusyFor({}, 4);
  const auto wall = milliseconds(200);
  EXPECT_FALSE(WhyBusy(idle, BusyFor(milliseconds(660), 4), wall, {}));
  EXPECT_EQ(WhyBusy(idle, BusyFor(milliseconds(670), 4), wall, {}),
            "others use 3.35 of 4 CPUs (limit 3.30)");
  EXPECT_FALSE(WhyBusy(idle, BusyFor(milliseconds(60), 1), wall, {}));
  EXPECT_EQ(WhyBusy(idle, BusyFor(milliseconds(70), 1), wall, {}),
            "others use 0.35 of 1 CPUs (limit 0.30)");
}

TEST(WhyBusy, IsSilentWhereItIsOffOrCannotTell) {
  const CpuTimes idle = BusyFor({}, 1);
  const CpuTimes busy = BusyFor(milliseconds(200), 1);
  EXPECT_FALSE(WhyBusy(idle, busy, milliseconds(200), {.enabled = false}));
  EXPECT_FALSE(WhyBusy(idle, busy, nanoseconds{}, {}));
  EXPECT_FALSE(WhyBusyNow("/nowhere", {}, {}));
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(WhyBusyNow("/proc", {.others_cpus = -1e6}, stop.get_token()));
  EXPECT_TRUE(WhyBusyNow("/proc", {.others_cpus = -1e6}, {}));
}

}  // namespace
}  // namespace hypergauge::probes
