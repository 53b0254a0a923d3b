#include "probes/clock_meter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace hypergauge::probes {
namespace {

using std::chrono::microseconds;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::TempDir;

// An aggregator with the true time, as seen by a node whose clocks all run at one rate. The test
// says what it answers and how much time passes between two readings.
class TestReference final : public ReferenceClock {
 public:
  [[nodiscard]] Result<ClockReading> Read(const std::stop_token& /*stop*/) override {
    ++reads;
    if (away) return Fail(ErrorCode::kUnavailable, "away");
    now_ += between;
    const auto local = [&](nanoseconds at) {
      const nanoseconds bent(static_cast<int64_t>(static_cast<double>(at.count()) * rate));
      return ClockTimes{bent, bent, bent};
    };
    ClockReading reading;
    reading.link = 1;
    reading.exchange = {.sent = local(now_),
                        .received = local(now_ + microseconds(100)),
                        .remote_received_raw = now_ + microseconds(50),
                        .remote_sent_raw = now_ + microseconds(50),
                        .remote_received_realtime = now_ + microseconds(50),
                        .remote_sent_realtime = now_ + microseconds(50)};
    return reading;
  }

  double rate = 1;
  bool away = false;
  nanoseconds between = seconds(2);
  int reads = 0;

 private:
  nanoseconds now_{};
};

class ClockMeterTest : public ::testing::Test {
 protected:
  [[nodiscard]] v1::Run Measure(ClockMeter& meter, v1::Verdict verdict = v1::VERDICT_CLEAN) const {
    v1::Run run;
    run.set_verdict(verdict);
    if (verdict != v1::VERDICT_FAILED) run.add_measures()->add_samples(1);
    meter.Begin({});
    if (between_) between_();
    meter.End(run, {}, {});
    return run;
  }

  TempDir folder_;
  TestReference reference_;
  std::function<void()> between_;
};

TEST_F(ClockMeterTest, LeavesAStraightRunAloneAndShowsTheEvidence) {
  folder_.Write("sys/devices/system/clocksource/clocksource0/current_clocksource", "kvm-clock\n");
  ClockMeter meter(folder_.path(), &reference_);
  const auto run = Measure(meter);
  EXPECT_EQ(run.verdict(), v1::VERDICT_CLEAN);
  EXPECT_THAT(run.marks(), Not(Contains(v1::MARK_UNVERIFIED)));
  EXPECT_EQ(run.clock().ratios_size(), 3);
  EXPECT_EQ(run.clock().clocksource(), "kvm-clock");
  EXPECT_EQ(run.clock().warning(), "");
}

TEST_F(ClockMeterTest, CondemnsFiguresOfABentClockWhateverElseIsWrongWithThem) {
  reference_.rate = 0.95;
  ClockMeter meter(folder_.path(), &reference_);
  for (const auto verdict : {v1::VERDICT_CLEAN, v1::VERDICT_BUSY, v1::VERDICT_STEAL}) {
    const auto run = Measure(meter, verdict);
    EXPECT_EQ(run.verdict(), v1::VERDICT_CLOCK);
    EXPECT_THAT(run.verdict_reason(), HasSubstr("CLOCK_MONOTONIC_RAW runs 50000 ppm slow"));
    EXPECT_THAT(run.clock().warning(), HasSubstr("CLOCK_REALTIME runs 50000 ppm slow"));
  }
  const auto failed = Measure(meter, v1::VERDICT_FAILED);
  EXPECT_EQ(failed.verdict(), v1::VERDICT_FAILED);  // it has no figures to condemn
  EXPECT_EQ(failed.clock().ratios_size(), 3);
}

TEST_F(ClockMeterTest, MarksWhatWasComparedWithNothing) {
  ClockMeter alone(folder_.path());
  EXPECT_THAT(Measure(alone).marks(), Contains(v1::MARK_UNVERIFIED));
  ClockMeter meter(folder_.path());
  meter.CompareWith(reference_);
  between_ = [&] { reference_.away = true; };
  EXPECT_THAT(Measure(meter).marks(), Contains(v1::MARK_UNVERIFIED));
  EXPECT_FALSE(Measure(meter).has_clock());
  between_ = nullptr;
  reference_.away = false;
  EXPECT_THAT(Measure(meter).marks(), Not(Contains(v1::MARK_UNVERIFIED)));
}

TEST_F(ClockMeterTest, WaitsOnlyOnceForAnAggregatorThatDoesNotAnswer) {
  reference_.away = true;
  ClockMeter meter(folder_.path(), &reference_);
  EXPECT_THAT(Measure(meter).marks(), Contains(v1::MARK_UNVERIFIED));
  EXPECT_EQ(reference_.reads, 1);
}

TEST_F(ClockMeterTest, JudgesOverManyRunsToo) {
  reference_.between = seconds(120);
  ClockMeter meter(folder_.path(), &reference_);
  for (int i = 0; i < 2; ++i) EXPECT_TRUE(Measure(meter).clock().window_ratios().empty());
  const auto run = Measure(meter);  // its second reading comes 600 s after the first of all
  EXPECT_EQ(run.clock().window_ratios_size(), 3);
  EXPECT_EQ(run.clock().window_nanos(), nanoseconds(seconds(600)).count());
}

}  // namespace
}  // namespace hypergauge::probes
