// What the schedule goes on with after a restart.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "aggregator/store/store.h"
#include "tests/unit/aggregator/records/record_keeping.h"

namespace hypergauge::aggregator {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

using Record = v1::LeaseRecord;
using Rounds = std::map<std::pair<std::string, std::string>, int64_t>;

Record MakeLease(uint64_t token, int64_t started = 1'000, int64_t ended = 0) {
  Record lease;
  lease.set_fencing_token(token);
  lease.set_lease_id("lease-" + std::to_string(token));
  lease.set_node_id("id-a");
  lease.set_plan("light");
  lease.set_start_unix_nanos(started);
  lease.set_end_unix_nanos(started + 60);
  lease.set_ended_unix_nanos(ended);
  return lease;
}

Record MakeTurn(uint64_t token, Record::Purpose purpose, uint32_t pass, int64_t started) {
  auto lease = MakeLease(token, started);
  lease.set_purpose(purpose);
  lease.set_round(token * 10);
  lease.set_pass(pass);
  return lease;
}

v1::Pause MakePause(const std::string& host, const std::string& reason) {
  v1::Pause pause;
  pause.set_host(host);
  pause.set_reason(reason);
  return pause;
}

v1::SlotRecord MakeSlot(uint64_t token, int64_t valid_until, uint32_t index = 1) {
  v1::SlotRecord slot;
  slot.set_token(token);
  slot.set_node_id("id-a");
  slot.set_host("h");
  slot.set_index(index);
  slot.set_valid_until_unix_nanos(valid_until);
  return slot;
}

class StoreLeasesTest : public RecordKeepingTest {
 protected:
  // As an aggregator that was killed and started again.
  void Reopen() {
    store_.reset();
    auto store = Store::Open(folder_.path());
    ASSERT_TRUE(store.has_value()) << store.error().message;
    store_ = std::move(*store);
  }

  Result<void> Put(std::vector<Record> leases) {
    std::promise<Result<void>> done;
    store_->PutLeases(std::move(leases), [&](const auto& stored) { done.set_value(stored); });
    return done.get_future().get();
  }

  std::vector<uint64_t> TokensSince(int64_t since) {
    Flush();
    std::vector<uint64_t> tokens;
    const auto leases = store_->Leases(since);
    EXPECT_TRUE(leases.has_value());
    for (const auto& lease : *leases) tokens.push_back(lease.fencing_token());
    return tokens;
  }
};

TEST_F(StoreLeasesTest, ALeaseIsThereAfterReopeningWithAllThatItSays) {
  auto lease = MakeTurn(7, Record::PURPOSE_ROUND, 1, 1'000);
  auto& lock = *lease.add_locks();
  lock.set_host("h");
  lock.add_resources("cpu");
  ASSERT_TRUE(Put({lease, MakeLease(8)}).has_value());
  Reopen();
  const auto found = store_->FindLease(7);
  ASSERT_TRUE(found.has_value()) << found.error().message;
  ASSERT_TRUE(found->has_value());
  EXPECT_EQ((*found)->SerializeAsString(), lease.SerializeAsString());
  EXPECT_FALSE(store_->FindLease(9)->has_value());
  EXPECT_FALSE(store_->FindLease(UINT64_MAX)->has_value());
  EXPECT_EQ(*store_->LastToken(), 8U);
  EXPECT_EQ(*store_->LastRound(), 70U);
}

TEST_F(StoreLeasesTest, AnEmptyStoreKnowsNothing) {
  EXPECT_THAT(*store_->Leases(0), IsEmpty());
  EXPECT_EQ(*store_->LastToken(), 0U);
  EXPECT_EQ(*store_->LastRound(), 0U);
  EXPECT_THAT(*store_->LastRounds(), IsEmpty());
  EXPECT_THAT(*store_->Pauses(), IsEmpty());
  EXPECT_THAT(*store_->Slots(), IsEmpty());
  EXPECT_THAT(*store_->Days(), IsEmpty());
}

TEST_F(StoreLeasesTest, OfEachHostTheLastDayIsKept) {
  const HostDayRow other{"other", 20'000, 1, 2, 3};
  store_->PutDays({{"h", 20'000, 5, 6, 7}, other});
  store_->PutDays({{"h", 20'001, INT64_MAX, 8, 9}});
  Flush();
  Reopen();
  EXPECT_THAT(*store_->Days(), ElementsAre(HostDayRow{"h", 20'001, INT64_MAX, 8, 9}, other));
}

TEST_F(StoreLeasesTest, WhatLastsOrEndedSinceIsListedByToken) {
  ASSERT_TRUE(Put({MakeLease(3), MakeLease(1, 1'000, 1'050), MakeLease(2, 1'000, 1'020)}));
  EXPECT_THAT(TokensSince(0), ElementsAre(1, 2, 3));
  EXPECT_THAT(TokensSince(-5), ElementsAre(1, 2, 3));
  EXPECT_THAT(TokensSince(1'020), ElementsAre(1, 3));
  EXPECT_THAT(TokensSince(INT64_MAX), ElementsAre(3));
}

TEST_F(StoreLeasesTest, AnEndReplacesTheLease) {
  ASSERT_TRUE(Put({MakeLease(1)}));
  auto ended = MakeLease(1, 1'000, 1'010);
  ended.set_outcome(Record::OUTCOME_COMPLETED);
  ASSERT_TRUE(Put({ended}));
  EXPECT_THAT(TokensSince(1'010), IsEmpty());
  EXPECT_EQ((*store_->FindLease(1))->outcome(), Record::OUTCOME_COMPLETED);
}

TEST_F(StoreLeasesTest, OnlyTheFirstTurnOfARoundIsANodesLastRound) {
  ASSERT_TRUE(
      Put({MakeTurn(1, Record::PURPOSE_ROUND, 1, 100), MakeTurn(2, Record::PURPOSE_ROUND, 2, 200),
           MakeTurn(3, Record::PURPOSE_NETWORK, 0, 300),
           MakeTurn(4, Record::PURPOSE_RUN_NOW, 0, 400)}));
  EXPECT_EQ(*store_->LastRounds(), (Rounds{{{"id-a", "light"}, 100}, {{"id-a", ""}, 300}}))
      << "a network turn is one of no plan";
  ASSERT_TRUE(Put({MakeTurn(5, Record::PURPOSE_MAKE_UP, 0, 500)}));
  // The first one, put again because it ended: no step back.
  ASSERT_TRUE(Put({MakeTurn(1, Record::PURPOSE_ROUND, 1, 100)}));
  EXPECT_EQ(*store_->LastRounds(), (Rounds{{{"id-a", "light"}, 500}, {{"id-a", ""}, 300}}));
}

TEST_F(StoreLeasesTest, WhatIsForgottenLeavesItsNumbersBehind) {
  ASSERT_TRUE(Put({MakeLease(1, 1'000, 1'010), MakeTurn(9, Record::PURPOSE_ROUND, 1, 1'000)}));
  auto ended = MakeTurn(9, Record::PURPOSE_ROUND, 1, 1'000);
  ended.set_ended_unix_nanos(1'010);
  ASSERT_TRUE(Put({ended, MakeLease(2)}));
  store_->ForgetLeases(1'010);
  EXPECT_THAT(TokensSince(0), ElementsAre(1, 2, 9));
  store_->ForgetLeases(1'011);
  EXPECT_THAT(TokensSince(0), ElementsAre(2));
  Reopen();
  EXPECT_EQ(*store_->LastToken(), 9U);
  EXPECT_EQ(*store_->LastRound(), 90U);
  EXPECT_EQ(*store_->LastRounds(), (Rounds{{{"id-a", "light"}, 1'000}}));
}

TEST_F(StoreLeasesTest, LeasesThatCannotBeStoredAreToldAndNoneOfThemIsKept) {
  Break("rounds");
  const auto refused = Put({MakeLease(1), MakeTurn(2, Record::PURPOSE_ROUND, 1, 100)});
  ASSERT_FALSE(refused.has_value());
  EXPECT_THAT(refused.error().message, HasSubstr("no room"));
  EXPECT_THAT(TokensSince(0), IsEmpty());
  EXPECT_EQ(*store_->LastToken(), 0U);
  Mend();
  ASSERT_TRUE(Put({MakeLease(1), MakeTurn(2, Record::PURPOSE_ROUND, 1, 100)}).has_value());
  EXPECT_THAT(TokensSince(0), ElementsAre(1, 2));
}

TEST_F(StoreLeasesTest, ALeaseThatCannotBeReadIsNamed) {
  ASSERT_TRUE(Put({MakeLease(1)}));
  Execute("UPDATE leases SET payload = x'ff'");
  const auto found = store_->FindLease(1);
  ASSERT_FALSE(found.has_value());
  EXPECT_EQ(found.error().code, ErrorCode::kCorrupt);
  EXPECT_THAT(found.error().message, HasSubstr("a lease that cannot be read"));
  EXPECT_FALSE(store_->Leases(0).has_value());
}

TEST_F(StoreLeasesTest, PausesAreReplacedAsAWhole) {
  store_->PutPauses({MakePause("", "storm"), MakePause("h", "disk swap")});
  Flush();
  Reopen();
  auto pauses = store_->Pauses();
  ASSERT_TRUE(pauses.has_value());
  ASSERT_EQ(pauses->size(), 2U);
  EXPECT_EQ(pauses->at(1).reason(), "disk swap");
  store_->PutPauses({MakePause("h", "still")});
  Flush();
  pauses = store_->Pauses();
  ASSERT_EQ(pauses->size(), 1U);
  EXPECT_EQ(pauses->at(0).reason(), "still");
  store_->PutPauses({});
  Flush();
  EXPECT_THAT(*store_->Pauses(), IsEmpty());
}

TEST_F(StoreLeasesTest, PausesThatCannotBeStoredLeaveTheOldOnes) {
  store_->PutPauses({MakePause("h", "old")});
  Break("pauses");
  std::promise<bool> stored;
  store_->PutPauses({MakePause("h", "new")}, [&](const auto& done) { stored.set_value(!!done); });
  EXPECT_FALSE(stored.get_future().get());
  Mend();
  ASSERT_EQ(store_->Pauses()->size(), 1U);
  EXPECT_EQ(store_->Pauses()->at(0).reason(), "old");
}

TEST_F(StoreLeasesTest, ASlotIsRenewedByItsTokenAndForgottenAfterItsEnd) {
  store_->PutSlot(MakeSlot(5, 100));
  store_->PutSlot(MakeSlot(6, 300, 2));
  store_->PutSlot(MakeSlot(5, 200));
  Flush();
  Reopen();
  auto slots = store_->Slots();
  ASSERT_TRUE(slots.has_value());
  ASSERT_EQ(slots->size(), 2U);
  EXPECT_EQ(slots->at(0).valid_until_unix_nanos(), 200);
  EXPECT_EQ(slots->at(1).index(), 2U);
  store_->ForgetSlots(300);
  Flush();
  ASSERT_EQ(store_->Slots()->size(), 1U);
  store_->ForgetSlots(INT64_MAX);
  Flush();
  EXPECT_THAT(*store_->Slots(), IsEmpty());
  EXPECT_EQ(*store_->LastToken(), 6U) << "a token that was given is never given again";
}

}  // namespace
}  // namespace hypergauge::aggregator
