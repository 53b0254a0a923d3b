#include "tests/sim/store_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hypergauge::sim {
namespace {

using aggregator::Grant;
using std::chrono::hours;
using std::chrono::milliseconds;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr Time kStart = hours(500'000);
constexpr Time kCommit = milliseconds(3);

Grant GrantOf(uint64_t token) {
  Grant grant;
  grant.lease_id = "lease" + std::to_string(token);
  grant.fencing_token = token;
  grant.node_id = "n";
  grant.plan = "light";
  grant.round = token;
  grant.pass = 1;
  grant.start = kStart + Time(static_cast<int64_t>(token));
  return grant;
}

TEST(StoreModelTest, WhatIsNotDurableIsLost) {
  StoreModel store(kCommit);
  const Time durable = store.Granted(GrantOf(1), kStart);
  EXPECT_EQ(durable, kStart + kCommit);
  const auto state = store.Crash(durable - Time(1));
  EXPECT_THAT(state.leases, IsEmpty());
  EXPECT_EQ(state.last_token, 0U);
  EXPECT_THAT(store.Crash(durable + hours(1)).leases, IsEmpty()) << "it does not come back";
}

TEST(StoreModelTest, WhatIsDurableIsFoundAgain) {
  StoreModel store(kCommit);
  (void)store.Granted(GrantOf(1), kStart);
  const Time durable = store.Granted(GrantOf(2), kStart);
  (void)store.Ended("lease1", durable);
  const auto before_the_end = store.Crash(durable);
  ASSERT_THAT(before_the_end.leases, SizeIs(2));
  EXPECT_EQ(before_the_end.leases[0].lease_id, "lease1");
  EXPECT_EQ(before_the_end.last_token, 2U);
  EXPECT_EQ(before_the_end.last_round, 2U);
  EXPECT_EQ(before_the_end.last_rounds.at({"n", "light"}), kStart + Time(2));
  (void)store.Ended("lease1", durable);
  EXPECT_THAT(store.Crash(durable + kCommit).leases, SizeIs(1));
}

TEST(StoreModelTest, PausesAndSlotsAreKeptAsTheyWereLast) {
  StoreModel store(kCommit);
  aggregator::Slot slot;
  slot.token = 9;
  slot.node_id = "n";
  slot.valid_until = kStart + hours(1);
  (void)store.GaveSlot(slot, kStart);
  slot.valid_until = kStart + hours(2);
  (void)store.GaveSlot(slot, kStart);
  (void)store.Paused({{"h", kStart, Time::max(), "why"}}, kStart);
  const auto state = store.Crash(kStart + kCommit);
  ASSERT_THAT(state.slots, SizeIs(1));
  EXPECT_EQ(state.slots[0].valid_until, kStart + hours(2));
  EXPECT_EQ(state.last_token, 9U);
  ASSERT_THAT(state.pauses, SizeIs(1));
  EXPECT_EQ(state.pauses[0].host, "h");
  EXPECT_THAT(store.Crash(kStart + hours(48)).slots, IsEmpty()) << "long expired";
}

}  // namespace
}  // namespace hypergauge::sim
