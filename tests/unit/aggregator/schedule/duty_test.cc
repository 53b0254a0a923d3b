#include "aggregator/schedule/duty.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "base/clock.h"

namespace hypergauge::aggregator {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::HasSubstr;

RoundLoad Load(size_t nodes, Time cycle, Time wanted, bool has_host = true) {
  return {nullptr, wanted, std::vector<Time>(nodes, cycle), has_host};
}

EffectiveInterval Light(size_t nodes) {
  return Stretch({Load(nodes, seconds(20), minutes(30))}, 0.02, 0.10).at(0);
}

TEST(DutyTest, TurnsAreTwoANodeButOneOfAHostAlone) {
  EXPECT_EQ(TurnsOf(Load(0, seconds(20), hours(1))), 0);
  EXPECT_EQ(TurnsOf(Load(1, seconds(20), hours(1))), 1);
  EXPECT_EQ(TurnsOf(Load(1, seconds(20), hours(1), false)), 2);
  EXPECT_EQ(TurnsOf(Load(2, seconds(20), hours(1))), 4);
  EXPECT_EQ(TurnsOf(Load(21, seconds(20), hours(1))), 42);
}

// The figures of docs/schedule.md.
TEST(DutyTest, LightRoundsOfOneTwoAndTwentyGuests) {
  EXPECT_EQ(Light(1).interval, minutes(30));  // the host alone
  EXPECT_EQ(Light(1).round, seconds(20));
  EXPECT_EQ(Light(2).interval, seconds(2000));  // 2 x 20 s / 2 %
  EXPECT_EQ(Light(2).round, seconds(80));
  EXPECT_EQ(Light(3).interval, seconds(2000));
  EXPECT_EQ(Light(3).round, seconds(120));
  EXPECT_EQ(Light(21).interval, seconds(8400));  // 42 x 20 s / 10 %
  EXPECT_EQ(Light(21).round, seconds(840));
}

TEST(DutyTest, TheTextShowsTheArithmetic) {
  EXPECT_EQ(Light(1).text,
            "1 turn = 20s a round; a node's 1 x 20s / 1800s = 0.01111, allowed 0.02; the host's "
            "20s / 1800s = 0.01111, allowed 0.1; every 1800s as wanted");
  EXPECT_EQ(Light(21).text,
            "42 turns = 840s a round; a node's 2 x 20s / 1800s = 0.02222, allowed 0.02; the host's "
            "840s / 1800s = 0.4667, allowed 0.1; 1800s x 4.667 = 8400s");
}

TEST(DutyTest, PlansAreStretchedByOneFactor) {
  const auto both = Stretch({Load(2, seconds(20), minutes(30)), Load(2, minutes(6), hours(24))},
                            0.02, 0.10, 0.01);
  // A node: 40 s / 1800 s + 720 s / 86400 s = 0.030556, 1.5278 times what is allowed.
  EXPECT_EQ(both[0].interval, seconds(2750));
  EXPECT_EQ(both[1].interval, seconds(132'000));
  EXPECT_THAT(both[0].text, HasSubstr("0.02222 + 0.008333 of other plans, allowed 0.02"));
  EXPECT_THAT(both[0].text, HasSubstr("0.04444 + 0.01667 of other plans + 0.01 of other locks"));
}

TEST(DutyTest, OtherLocksTakeFromTheHostsShareButNeverAllOfIt) {
  const auto load = Load(21, seconds(20), minutes(30));
  EXPECT_EQ(Stretch({load}, 0.02, 0.10, 0.05).at(0).interval, seconds(16'800));
  EXPECT_EQ(Stretch({load}, 0.02, 0.10, 0.5).at(0).interval, seconds(84'000));
}

TEST(DutyTest, NobodyThereAsksForNothing) {
  EXPECT_TRUE(Stretch({}, 0.02, 0.1).empty());
  const auto nobody = Stretch({Load(0, seconds(20), minutes(30))}, 0.02, 0.10).at(0);
  EXPECT_EQ(nobody.turns, 0);
  EXPECT_EQ(nobody.interval, minutes(30));
}

TEST(DutyTest, EnormousNumbersEndAtAHundredYears) {
  const auto load = Load(1000, hours(24 * 365 * 100), hours(24 * 365 * 100));
  const auto huge = Stretch({load, load}, 1e-12, 1e-12).at(0);
  EXPECT_EQ(huge.interval, std::chrono::days(36'500));
  EXPECT_EQ(huge.round, std::chrono::days(36'500));
  EXPECT_EQ(Stretch({Load(1, milliseconds(100), Time(0))}, 1, 1).at(0).interval, milliseconds(100));
}

double ShareOfNode(const RoundLoad& load, size_t node, const EffectiveInterval& effective) {
  const int turns = load.cycles.size() == 1 && load.has_host ? 1 : 2;
  return turns * ToSeconds(load.cycles[node]) / ToSeconds(effective.interval);
}

// Whatever the loads: the duty holds, no interval is below the wanted one, and less would not do.
TEST(DutyTest, KeepsTheDutyAndStretchesNoMoreThanItMust) {
  std::mt19937 random(7);
  const auto draw = [&](int from, int to) {
    return std::uniform_int_distribution<int>(from, to)(random);
  };
  for (int round = 0; round < 500; ++round) {
    std::vector<RoundLoad> loads(static_cast<size_t>(draw(1, 3)));
    const auto nodes = static_cast<size_t>(draw(1, 25));
    const bool has_host = draw(0, 1) == 1;
    for (auto& load : loads) {
      load = {nullptr, seconds(draw(600, 90'000)), {}, has_host};
      for (size_t i = 0; i < nodes; ++i) load.cycles.push_back(milliseconds(draw(100, 60'000)));
    }
    const auto result = Stretch(loads, 0.02, 0.10, 0.01);
    double host = 0.01;
    double busiest = 0;
    bool as_wanted = true;
    for (size_t i = 0; i < loads.size(); ++i) {
      EXPECT_GE(result[i].interval, loads[i].wanted);
      as_wanted = as_wanted && result[i].interval == loads[i].wanted;
      host += ToSeconds(result[i].round) / ToSeconds(result[i].interval);
    }
    for (size_t node = 0; node < nodes; ++node) {
      double share = 0;
      for (size_t i = 0; i < loads.size(); ++i) share += ShareOfNode(loads[i], node, result[i]);
      busiest = std::max(busiest, share);
    }
    constexpr double kRounding = 1e-5;
    EXPECT_LE(host, 0.10 * (1 + kRounding));
    EXPECT_LE(busiest, 0.02 * (1 + kRounding));
    if (!as_wanted) {
      EXPECT_TRUE(host > 0.10 * (1 - kRounding) || busiest > 0.02 * (1 - kRounding))
          << host << " " << busiest;
    }
  }
}

}  // namespace
}  // namespace hypergauge::aggregator
