#include "probes/clock_evidence.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hypergauge::probes {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;

// What happens in true time, which is the aggregator's.
struct World {
  double raw = 1;        // rates of the node's clocks
  double monotonic = 1;  // of REALTIME as well
  nanoseconds step{};    // of REALTIME
  nanoseconds there{microseconds(100)};
  nanoseconds back{microseconds(100)};
  uint64_t link = 1;

  [[nodiscard]] ClockTimes Local(nanoseconds now) const {
    const auto at = [&](double rate) {
      return nanoseconds(static_cast<int64_t>(static_cast<double>(now.count()) * rate));
    };
    return {at(raw) + seconds(7), at(monotonic) + seconds(9), at(monotonic) + seconds(1000) + step};
  }

  [[nodiscard]] ClockReading ReadAt(nanoseconds now) const {
    constexpr nanoseconds kAnswering = microseconds(20);
    ClockReading reading;
    reading.link = link;
    auto& exchange = reading.exchange;
    exchange.sent = Local(now);
    exchange.remote_received_raw = now + there;
    exchange.remote_sent_raw = exchange.remote_received_raw + kAnswering;
    exchange.remote_received_realtime = exchange.remote_received_raw + seconds(900);
    exchange.remote_sent_realtime = exchange.remote_sent_raw + seconds(900);
    exchange.received = Local(exchange.remote_sent_raw + back);
    return reading;
  }

  [[nodiscard]] v1::ClockEvidence Over(nanoseconds elapsed) const {
    return CompareReadings(ReadAt(seconds(5)), ReadAt(seconds(5) + elapsed)).value();
  }
};

TEST(CompareReadings, FindsStraightClocksStraight) {
  const auto evidence = World().Over(seconds(2));
  ASSERT_EQ(evidence.ratios_size(), 3);
  EXPECT_EQ(evidence.ratios(0).clock(), "CLOCK_MONOTONIC_RAW");
  EXPECT_EQ(evidence.ratios(1).clock(), "CLOCK_MONOTONIC");
  EXPECT_EQ(evidence.ratios(2).clock(), "CLOCK_REALTIME");
  for (const auto& ratio : evidence.ratios()) {
    EXPECT_NEAR(ratio.ratio(), 1, 1e-9);
    EXPECT_NEAR(ratio.error(), 1e-4, 1e-9);  // (200 us + 200 us) / (2 x 2 s)
  }
  EXPECT_FALSE(evidence.stepped());
  EXPECT_NEAR(static_cast<double>(evidence.offset_nanos()), 100e9, 1e3);
  EXPECT_EQ(JudgeClock(evidence, {}).verdict, v1::VERDICT_CLEAN);
  EXPECT_EQ(ClockWarning(evidence, {}), "");
}

TEST(CompareReadings, FindsATimingClockBent) {
  for (const double rate : {0.95, 1.05, 10.0, 0.1}) {
    const auto evidence = World{.raw = rate, .monotonic = rate}.Over(seconds(2));
    EXPECT_NEAR(evidence.ratios(0).ratio(), rate, 1e-6);
    EXPECT_EQ(JudgeClock(evidence, {}).verdict, v1::VERDICT_CLOCK) << rate;
  }
  EXPECT_EQ(JudgeClock(World{.raw = 0.95}.Over(seconds(2)), {}).reason,
            "CLOCK_MONOTONIC_RAW runs 50000 ppm slow, give or take 95 (limit 500 ppm)");
}

TEST(CompareReadings, OnlyWarnsOfClocksThatTimeNothing) {
  const auto evidence = World{.monotonic = 1.05}.Over(seconds(2));
  EXPECT_EQ(JudgeClock(evidence, {}).verdict, v1::VERDICT_CLEAN);
  EXPECT_THAT(ClockWarning(evidence, {}), HasSubstr("CLOCK_MONOTONIC runs 50000 ppm fast"));
  EXPECT_THAT(ClockWarning(evidence, {}), HasSubstr("CLOCK_REALTIME runs 50000 ppm fast"));
  EXPECT_THAT(ClockWarning(evidence, {}), Not(HasSubstr("RAW")));
}

TEST(CompareReadings, HoldsItsErrorHoweverLopsidedTheWaysAre) {
  for (const auto& [first, last] : {std::pair(milliseconds(0), milliseconds(40)),
                                    std::pair(milliseconds(40), milliseconds(0))}) {
    const auto before = World{.there = milliseconds(40) - first, .back = first}.ReadAt(seconds(5));
    const auto after = World{.there = milliseconds(40) - last, .back = last}.ReadAt(seconds(6));
    const auto evidence = CompareReadings(before, after).value();
    const auto& ratio = evidence.ratios(0);
    EXPECT_GT(std::abs(ratio.ratio() - 1), 0.03);                  // and the clock is straight
    EXPECT_LE(std::abs(ratio.ratio() - 1), ratio.error() + 1e-9);  // what doubles round
    EXPECT_EQ(JudgeClock(evidence, {}).verdict, v1::VERDICT_CLEAN);
    EXPECT_EQ(ClockWarning(evidence, {}), "");
  }
}

TEST(CompareReadings, ClaimsNothingThatItsErrorDoesNotAllow) {
  const World bent{.raw = 1.0008, .monotonic = 1.0008};
  EXPECT_EQ(JudgeClock(bent.Over(milliseconds(500)), {}).verdict, v1::VERDICT_CLEAN);  // +- 400
  EXPECT_EQ(JudgeClock(bent.Over(seconds(2)), {}).verdict, v1::VERDICT_CLOCK);         // +- 100
}

TEST(CompareReadings, TakesItsLimitsFromTheCaller) {
  const auto evidence = World{.raw = 0.95}.Over(seconds(2));
  EXPECT_EQ(JudgeClock(evidence, {.clock_ppm = 60'000}).verdict, v1::VERDICT_CLEAN);
  EXPECT_EQ(ClockWarning(evidence, {.clock_warning_ppm = 60'000}), "");
  EXPECT_THAT(ClockWarning(evidence, {.clock_ppm = 60'000}), HasSubstr("50000 ppm slow"));
}

TEST(CompareReadings, TellsAStepFromABentClock) {
  const World before;
  for (const auto step : {seconds(-3600), seconds(3600), seconds(1'700'000'000)}) {
    const World after{.step = step};
    const auto evidence =
        CompareReadings(before.ReadAt(seconds(5)), after.ReadAt(seconds(7))).value();
    EXPECT_TRUE(evidence.stepped());
    EXPECT_EQ(evidence.ratios_size(), 2);  // without REALTIME
    EXPECT_EQ(ClockWarning(evidence, {}), "CLOCK_REALTIME was stepped");
    EXPECT_EQ(JudgeClock(evidence, {}).verdict, v1::VERDICT_CLEAN);
  }
}

TEST(CompareReadings, TakesNoInterruptionForAStep) {
  const World world;
  auto before = world.ReadAt(seconds(5));
  before.exchange.sent.realtime += milliseconds(30);  // between the reading of two clocks
  EXPECT_FALSE(CompareReadings(before, world.ReadAt(seconds(7))).value().stepped());
}

TEST(CompareReadings, ComparesOnlyWhatCanBeCompared) {
  const World world;
  const World other{.link = 2};
  EXPECT_EQ(CompareReadings(world.ReadAt(seconds(5)), other.ReadAt(seconds(7))).error().code,
            ErrorCode::kUnavailable);
  EXPECT_EQ(CompareReadings(world.ReadAt(seconds(5)), world.ReadAt(seconds(5))).error().code,
            ErrorCode::kUnavailable);
  EXPECT_EQ(CompareReadings(world.ReadAt(seconds(7)), world.ReadAt(seconds(5))).error().code,
            ErrorCode::kUnavailable);
}

TEST(BestExchange, IsTheShortest) {
  const World slow{.there = milliseconds(3)};
  const World fast;
  const auto best =
      BestExchange({slow.ReadAt(seconds(1)).exchange, fast.ReadAt(seconds(2)).exchange,
                    slow.ReadAt(seconds(3)).exchange});
  EXPECT_EQ(best.sent.raw, fast.ReadAt(seconds(2)).exchange.sent.raw);
}

// Adds a reading every `every` until `end` and returns what the window says then.
v1::ClockEvidence Roll(RollingClock& rolling, const World& world, nanoseconds begin,
                       nanoseconds end, nanoseconds every) {
  for (auto now = begin; now <= end; now += every) rolling.Add(world.ReadAt(now));
  v1::ClockEvidence evidence;
  rolling.Describe(evidence);
  return evidence;
}

TEST(RollingClock, SaysNothingBeforeItsTime) {
  RollingClock rolling;
  EXPECT_TRUE(Roll(rolling, World(), seconds(0), seconds(599), seconds(1)).window_ratios().empty());
}

TEST(RollingClock, SeesWhatARunIsTooShortFor) {
  const World bent{.raw = 1.0006, .monotonic = 1.0001, .there = milliseconds(2)};
  RollingClock rolling;
  auto evidence = bent.Over(seconds(1));
  EXPECT_EQ(JudgeClock(evidence, {}).verdict, v1::VERDICT_CLEAN);
  const auto window = Roll(rolling, bent, seconds(0), minutes(25), seconds(7));
  *evidence.mutable_window_ratios() = window.window_ratios();
  EXPECT_NEAR(evidence.window_ratios(0).ratio(), 1.0006, 1e-5);
  EXPECT_LT(evidence.window_ratios(0).error(), 1e-5);
  const auto judged = JudgeClock(evidence, {});
  EXPECT_EQ(judged.verdict, v1::VERDICT_CLOCK);
  EXPECT_THAT(judged.reason, HasSubstr("600 ppm fast, give or take 3"));
  EXPECT_THAT(ClockWarning(evidence, {}), HasSubstr("CLOCK_MONOTONIC runs 100 ppm fast"));
}

TEST(RollingClock, LooksNoFurtherBackThanItMust) {
  RollingClock rolling;
  const auto often = Roll(rolling, World(), seconds(0), minutes(60), seconds(1));
  EXPECT_EQ(nanoseconds(often.window_nanos()), minutes(10));
  RollingClock seldom;  // with the readings of a run every half an hour
  const auto far = Roll(seldom, World(), minutes(0), minutes(120), minutes(30));
  EXPECT_EQ(nanoseconds(far.window_nanos()), minutes(30));
}

TEST(RollingClock, BeginsAgainBehindAnotherLink) {
  RollingClock rolling;
  Roll(rolling, World(), seconds(0), minutes(20), seconds(10));
  const World other{.link = 2};
  EXPECT_TRUE(Roll(rolling, other, minutes(21), minutes(30), seconds(10)).window_ratios().empty());
  EXPECT_EQ(Roll(rolling, other, minutes(31), minutes(32), seconds(10)).window_ratios_size(), 3);
}

// A guest that was paused for a second lost it, but not in this run.
TEST(RollingClock, DoesNotCondemnARunWhoseOwnClockIsKnownToBeRight) {
  auto evidence = World().Over(seconds(2));
  for (auto ratio : evidence.ratios()) {
    ratio.set_ratio(0.998);
    ratio.set_error(1e-6);
    *evidence.add_window_ratios() = ratio;
  }
  EXPECT_EQ(JudgeClock(evidence, {}).verdict, v1::VERDICT_CLEAN);
  evidence.mutable_ratios(0)->set_error(0.001);  // not known for certain
  EXPECT_EQ(JudgeClock(evidence, {}).verdict, v1::VERDICT_CLOCK);
}

}  // namespace
}  // namespace hypergauge::probes
