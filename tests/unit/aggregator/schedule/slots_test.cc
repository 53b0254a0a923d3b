#include "aggregator/schedule/slots.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace hypergauge::aggregator {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::IsEmpty;
using ::testing::SizeIs;

// A begin of a period of two hours, so that slot i begins 90 s x i later.
constexpr Time kNow = hours(2) * 250'000;

// The slot as the probe reads it.
bool IsIn(const Slot& slot, Time at) {
  return at < slot.valid_until && (at - slot.offset) % slot.period < slot.length;
}

Slot Given(Slots& slots, const std::string& node, const std::string& host, uint64_t token,
           Time now) {
  const auto given = slots.Give(node, host, token, now);
  return given ? given->slot : Slot{};
}

TEST(Slots, GivesTheNodesOfAHostSlotsThatFollowEachOther) {
  Slots slots{OfflineOptions{}};
  const auto first = Given(slots, "a", "h", 1, kNow);
  const auto second = Given(slots, "b", "h", 2, kNow);
  EXPECT_EQ(first.token, 1U);
  EXPECT_EQ(first.node_id, "a");
  EXPECT_EQ(first.host, "h");
  EXPECT_EQ(first.offset, Time{});
  EXPECT_EQ(first.length, minutes(1));
  EXPECT_EQ(first.period, hours(2));
  EXPECT_EQ(first.valid_until, kNow + hours(6));
  EXPECT_EQ(second.offset, seconds(90));
  // Another host's nodes disturb nobody here.
  EXPECT_EQ(Given(slots, "c", "i", 3, kNow).offset, Time{});
  EXPECT_THAT(slots.All(), SizeIs(3));
}

TEST(Slots, RenewsWhatIsLessThanHalfValid) {
  Slots slots{OfflineOptions{}};
  ASSERT_TRUE(slots.Give("a", "h", 1, kNow)->changed);
  const auto early = slots.Give("a", "h", 2, kNow + hours(3));
  EXPECT_FALSE(early->changed);
  EXPECT_EQ(early->slot.valid_until, kNow + hours(6));
  const auto late = slots.Give("a", "h", 3, kNow + hours(3) + seconds(1));
  EXPECT_TRUE(late->changed);
  EXPECT_EQ(late->slot.token, 1U);
  EXPECT_EQ(late->slot.valid_until, kNow + hours(9) + seconds(1));
}

TEST(Slots, KeepsTheSlotOfAnotherUntilItHasExpired) {
  OfflineOptions two;
  two.period = minutes(3);
  Slots slots(two);
  Given(slots, "a", "h", 1, kNow);
  Given(slots, "b", "h", 2, kNow + hours(1));
  EXPECT_FALSE(slots.Give("c", "h", 3, kNow + hours(1)));
  slots.Move("a", "i");
  // Its own old slot, which counts there too, is not in its way.
  EXPECT_EQ(Given(slots, "a", "i", 4, kNow + hours(2)).index, 0);
  EXPECT_FALSE(slots.Give("c", "h", 5, kNow + hours(6) + seconds(29)));
  const auto given = Given(slots, "c", "h", 6, kNow + hours(6) + seconds(30));
  EXPECT_EQ(given.token, 6U);
  EXPECT_EQ(given.index, 0);
}

TEST(Slots, IsOffWithoutPeriodOrLength) {
  OfflineOptions options;
  options.period = Time{};
  EXPECT_FALSE(Slots(options).Give("a", "h", 1, kNow));
  options = {};
  options.length = Time{};
  EXPECT_FALSE(Slots(options).Give("a", "h", 1, kNow));
  options = {};
  options.period = minutes(1);
  EXPECT_FALSE(Slots(options).Give("a", "h", 1, kNow)) << "length and guard do not fit";
}

TEST(Slots, ReservesTheSlotsOfThoseThatAreCutOff) {
  Slots slots{OfflineOptions{}};
  Given(slots, "a", "h", 1, kNow);
  const Time begin = kNow + hours(2);
  EXPECT_FALSE(slots.IsReserved("h", begin, begin + minutes(1)));
  slots.SetCutOff("a", true);
  EXPECT_TRUE(slots.IsReserved("h", begin, begin + minutes(1)));
  EXPECT_FALSE(slots.IsReserved("i", begin, begin + minutes(1)));
  // Guards on both sides.
  EXPECT_FALSE(slots.IsReserved("h", begin - minutes(5), begin - seconds(30)));
  EXPECT_TRUE(slots.IsReserved("h", begin - minutes(5), begin - seconds(30) + Time{1}));
  EXPECT_TRUE(slots.IsReserved("h", begin + seconds(90) - Time{1}, begin + minutes(5)));
  EXPECT_FALSE(slots.IsReserved("h", begin + seconds(90), begin + minutes(5)));
  // A long time that has slots in its midst, beyond the last one too.
  EXPECT_TRUE(slots.IsReserved("h", begin + seconds(90), begin + hours(100)));
  EXPECT_FALSE(slots.IsReserved("h", begin + hours(4), begin + hours(100))) << "it has expired";
  slots.SetCutOff("a", false);
  EXPECT_FALSE(slots.IsReserved("h", begin, begin + minutes(1)));
}

TEST(Slots, FindsTheNextFreeTime) {
  Slots slots{OfflineOptions{}};
  Given(slots, "a", "h", 1, kNow);
  Given(slots, "b", "h", 2, kNow);
  slots.SetCutOff("a", true);
  slots.SetCutOff("b", true);
  EXPECT_EQ(slots.NextFree("h", kNow + minutes(10), minutes(1)), kNow + minutes(10));
  EXPECT_EQ(slots.NextFree("h", kNow + hours(2), minutes(1)), kNow + hours(2) + minutes(3));
  EXPECT_EQ(slots.NextFree("h", kNow + hours(2) - minutes(1), seconds(30)),
            kNow + hours(2) - minutes(1));
  // What fits nowhere between them begins when they have expired.
  EXPECT_EQ(slots.NextFree("h", kNow + minutes(10), hours(3)), kNow + hours(4) + minutes(3));
  EXPECT_EQ(slots.NextFree("elsewhere", kNow, hours(3)), kNow);
}

TEST(Slots, GivesUpTheSearchForAPlaceAmongCountlessSlots) {
  OfflineOptions dense;
  dense.period = seconds(2);
  dense.length = seconds(1);
  dense.guard = Time{};
  dense.valid = hours(24 * 365);
  Slots slots(dense);
  const auto slot = Given(slots, "a", "h", 1, kNow);
  slots.SetCutOff("a", true);
  EXPECT_EQ(slots.NextFree("h", kNow, seconds(2)), slot.valid_until);
}

TEST(Slots, CoversRunsInsideOfTheSlotAlone) {
  Slots slots{OfflineOptions{}};
  Given(slots, "a", "h", 7, kNow);
  const Time begin = kNow + hours(2);
  EXPECT_TRUE(slots.Covers(7, "a", begin, begin + minutes(1), Time{}));
  EXPECT_FALSE(slots.Covers(7, "a", begin - Time{1}, begin + minutes(1), Time{}));
  EXPECT_FALSE(slots.Covers(7, "a", begin, begin + minutes(1) + Time{1}, Time{}));
  EXPECT_TRUE(slots.Covers(7, "a", begin - seconds(1), begin + seconds(61), seconds(1)));
  EXPECT_FALSE(slots.Covers(7, "b", begin, begin + minutes(1), Time{}));
  EXPECT_FALSE(slots.Covers(8, "a", begin, begin + minutes(1), Time{}));
  EXPECT_FALSE(slots.Covers(7, "a", begin + seconds(5), begin, Time{}))
      << "it ends before it began";
  EXPECT_FALSE(slots.Covers(7, "a", begin, begin + hours(2), Time{})) << "over two slots";
  EXPECT_FALSE(slots.Covers(7, "a", kNow + hours(6), kNow + hours(6) + seconds(1), Time{}))
      << "it has expired";
}

TEST(Slots, KeepsTheSlotsOfAMoverFreeOnBothHosts) {
  Slots slots{OfflineOptions{}};
  Given(slots, "a", "h", 1, kNow);
  Given(slots, "b", "i", 2, kNow);
  slots.SetCutOff("a", true);
  slots.Move("a", "i");
  slots.Move("unknown", "i");
  EXPECT_TRUE(slots.IsReserved("h", kNow, kNow + minutes(1)));
  EXPECT_TRUE(slots.IsReserved("i", kNow, kNow + minutes(1)));
  // Who was there before with the same slot makes way.
  const auto other = slots.Give("b", "i", 3, kNow);
  ASSERT_TRUE(other);
  EXPECT_TRUE(other->changed);
  EXPECT_EQ(other->slot.token, 3U);
  EXPECT_EQ(other->slot.index, 1);
}

TEST(Slots, TakesThoseOfTheLastAggregatorForCutOff) {
  Slots before{OfflineOptions{}};
  Given(before, "a", "h", 1, kNow);
  Slots slots{OfflineOptions{}};
  slots.Restore(before.All());
  EXPECT_EQ(slots.All(), before.All());
  EXPECT_TRUE(slots.IsReserved("h", kNow, kNow + minutes(1)));
  slots.SetCutOff("a", false);
  EXPECT_FALSE(slots.IsReserved("h", kNow, kNow + minutes(1)));
  EXPECT_FALSE(slots.Give("a", "h", 2, kNow)->changed);
}

TEST(Slots, RespectsSlotsOfAnotherConfiguration) {
  OfflineOptions old;
  old.period = hours(3);
  old.length = minutes(10);
  Slots before(old);
  Given(before, "a", "h", 1, kNow);
  Slots slots{OfflineOptions{}};
  slots.Restore(before.All());
  // Both periods are multiples of an hour, of which a's slot takes 10 minutes and two guards.
  const auto b = Given(slots, "b", "h", 2, kNow);
  EXPECT_EQ(b.offset, seconds(90) * 7);
  const auto a = slots.Give("a", "h", 3, kNow);
  EXPECT_TRUE(a->changed);
  EXPECT_EQ(a->slot.token, 3U);
  EXPECT_EQ(a->slot.period, hours(2));
  // The probe may not have heard of the new one.
  slots.SetCutOff("a", true);
  EXPECT_TRUE(slots.IsReserved("h", hours(3) * 166'667, hours(3) * 166'667 + minutes(10)));
}

TEST(Slots, ReadsSlotsWithoutTimesByTheOptions) {
  Slots slots{OfflineOptions{}};
  slots.Restore({{.token = 1, .node_id = "a", .host = "h", .index = 2, .valid_until = kNow},
                 {.token = 2, .node_id = "b", .host = "h", .index = -5, .valid_until = kNow},
                 {.token = 3, .node_id = "c", .host = "h", .index = 99'999, .valid_until = kNow}});
  ASSERT_THAT(slots.All(), SizeIs(1));
  EXPECT_EQ(slots.All()[0].offset, minutes(3));
}

TEST(Slots, ForgetsAWeekAfterTheEnd) {
  Slots slots{OfflineOptions{}};
  Given(slots, "a", "h", 1, kNow);
  slots.SetCutOff("a", true);
  slots.Expire(kNow + hours(6 + 7 * 24));
  EXPECT_TRUE(slots.Covers(1, "a", kNow, kNow + minutes(1), Time{}));
  slots.Expire(kNow + hours(6 + 7 * 24) + Time{1});
  EXPECT_FALSE(slots.Covers(1, "a", kNow, kNow + minutes(1), Time{}));
  EXPECT_THAT(slots.All(), IsEmpty());
  EXPECT_EQ(slots.NextFree("h", kNow, hours(1)), kNow);
}

TEST(Slots, GivesNoTokenTwice) {
  Slots slots{OfflineOptions{}};
  Given(slots, "a", "h", 1, kNow);
  EXPECT_FALSE(slots.Give("b", "h", 1, kNow));
}

TEST(Slots, EnduresAllNumbers) {
  const std::vector<Time> extremes = {Time::min(), Time{-1}, Time{0}, Time{1}, kNow, Time::max()};
  for (const Time period : extremes) {
    for (const Time length : extremes) {
      const OfflineOptions options{
          .period = period, .length = length, .guard = length, .valid = period};
      Slots slots(options);
      slots.Restore({{.token = 1,
                      .node_id = "r",
                      .host = "h",
                      .valid_until = length,
                      .period = period,
                      .offset = length,
                      .length = period}});
      for (const Time at : extremes) {
        (void)slots.Give("a", "h", 2, at);
        (void)slots.Give("b", "h", 3, at);
        slots.SetCutOff("a", true);
        for (const Time until : extremes) {
          if (slots.NextFree("h", at, until) == at) {
            EXPECT_FALSE(until > Time{} && at < Time::max() / 2 && until < Time::max() / 2 &&
                         slots.IsReserved("h", at, at + until));
          }
          EXPECT_FALSE(slots.Covers(9, "a", at, until, length));
          (void)slots.Covers(2, "a", at, until, length);
        }
        slots.Expire(at);
      }
    }
  }
}

// What probes of one host hold never meets, whoever comes, goes, moves and loses messages.
TEST(Slots, NeverMeetOnAHost) {
  std::mt19937_64 random(5);  // NOLINT(cert-msc51-cpp): the same each time
  const auto draw = [&](int n) { return static_cast<int>(random() % static_cast<uint64_t>(n)); };
  for (int round = 0; round < 40; ++round) {
    OfflineOptions options;
    options.period = minutes(20 + draw(40));
    options.length = seconds(30 + draw(60));
    options.guard = seconds(draw(40));
    options.valid = hours(1 + draw(4));
    auto slots = std::make_unique<Slots>(options);
    std::vector<Slot> given;  // every validity that was ever told
    uint64_t token = 0;
    Time now = kNow + seconds(draw(100'000));
    for (int step = 0; step < 300; ++step) {
      now += seconds(draw(300));
      const std::string node = "n" + std::to_string(draw(20));
      const std::string host = "h" + std::to_string(draw(3));
      if (const auto got = slots->Give(node, host, ++token, now); got && got->changed) {
        given.push_back(got->slot);
      }
      if (draw(50) == 0) {  // a restart, with other options
        if (draw(2) == 0) options.period += minutes(draw(3));
        if (draw(2) == 0) options.length += seconds(draw(10));
        const auto all = slots->All();
        slots = std::make_unique<Slots>(options);
        slots->Restore(all);
      }
      if (draw(20) == 0) slots->Expire(now);
    }
    // Looked at second by second, without the arithmetic of the code: the begins of each while it
    // was valid, against all others of the host that were valid then.
    for (size_t i = 0; i < given.size(); ++i) {
      const Slot& one = given[i];
      const Time since = one.valid_until - options.valid;
      for (Time at = since - (since - one.offset) % one.period; at < one.valid_until;
           at += one.period) {
        if (at < since) continue;
        for (size_t j = 0; j < given.size(); ++j) {
          const Slot& other = given[j];
          if (other.host != one.host || other.node_id == one.node_id) continue;
          if (at < other.valid_until - options.valid) continue;
          for (Time look = at - options.guard; look < at + one.length + options.guard;
               look += seconds(1)) {
            ASSERT_FALSE(IsIn(other, look)) << one.node_id << " and " << other.node_id;
          }
        }
      }
    }
    ASSERT_GT(given.size(), 20U);
  }
}

}  // namespace
}  // namespace hypergauge::aggregator
