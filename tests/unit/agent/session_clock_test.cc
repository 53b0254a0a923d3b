// What a session finds out of its machine's clocks.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probes/clock_evidence.h"
#include "tests/unit/agent/session_fixture.h"

namespace hypergauge::testing {
namespace {

using probes::CompareReadings;
using probes::JudgeClock;
using probes::ReferenceClock;
using std::chrono::seconds;

// This machine's time, 5 % slow.
class SlowClock final : public Clock {
 public:
  [[nodiscard]] std::chrono::nanoseconds MonotonicRaw() const override {
    return Clock::System().MonotonicRaw() / 20 * 19;
  }
  [[nodiscard]] std::chrono::nanoseconds Realtime() const override { return MonotonicRaw(); }
};

// What two readings say once they are so far apart that the ratio is known to a hundredth.
v1::ClockEvidence CompareUntilKnown(ReferenceClock& reference, const std::stop_token& stop) {
  v1::ClockEvidence evidence;
  const auto before = reference.Read(stop);
  EXPECT_TRUE(before);
  EXPECT_TRUE(Eventually(seconds(60), [&] {
    const auto after = reference.Read(stop);
    const auto compared =
        before && after ? CompareReadings(*before, *after)
                        : Result<v1::ClockEvidence>(Fail(ErrorCode::kUnavailable, "no reading"));
    if (compared) evidence = *compared;
    return compared && evidence.ratios(0).error() < 0.01;
  }));
  return evidence;
}

class ClockSessionTest : public SessionTest {
 protected:
  // What a lease's work finds out of the clocks.
  v1::ClockEvidence CompareUnderALease() {
    FriendlyAggregator aggregator;
    std::promise<v1::ClockEvidence> compared;
    Start(aggregator.server().address(),
          [&](const HeldLease&, const CycleObserver&, const std::stop_token& stop) {
            compared.set_value(CompareUntilKnown(session_->reference_clock(), stop));
            return LeaseResult();
          });
    EXPECT_TRUE(
        aggregator.server().Await([](const Heard& heard) { return CountHellos(heard) > 0; }));
    aggregator.server().Send(LeaseMessage("a", seconds(300)));
    auto evidence = compared.get_future().get();
    Stop();
    return evidence;
  }
};

TEST_F(ClockSessionTest, FindsItsOwnClockStraight) {
  const auto evidence = CompareUnderALease();
  EXPECT_NEAR(evidence.ratios(0).ratio(), 1, evidence.ratios(0).error());
  EXPECT_EQ(JudgeClock(evidence, {}).verdict, v1::VERDICT_CLEAN);
}

TEST_F(ClockSessionTest, FindsItsOwnClockSlow) {
  const SlowClock slow;
  clock_ = &slow;
  const auto evidence = CompareUnderALease();
  EXPECT_NEAR(evidence.ratios(0).ratio(), 0.95, evidence.ratios(0).error());
  EXPECT_EQ(JudgeClock(evidence, {}).verdict, v1::VERDICT_CLOCK);
}

}  // namespace
}  // namespace hypergauge::testing
