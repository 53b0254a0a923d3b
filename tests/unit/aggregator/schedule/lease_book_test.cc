#include "aggregator/schedule/lease_book.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

namespace hypergauge::aggregator {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Grant MakeGrant(uint64_t token, const std::string& host = "h") {
  Grant grant;
  grant.lease_id = "lease-" + std::to_string(token);
  grant.fencing_token = token;
  grant.node_id = "id-a";
  grant.locks = {{host, kAllResources}};
  grant.start = Time(1'000);
  grant.end = Time(2'000);
  return grant;
}

std::vector<uint64_t> Tokens(const std::vector<v1::LeaseRecord>& records) {
  std::vector<uint64_t> tokens;
  for (const auto& record : records) tokens.push_back(record.fencing_token());
  return tokens;
}

std::optional<v1::LeaseRecord> Complete(LeaseBook& book, uint64_t token, int64_t at) {
  return book.Ended("lease-" + std::to_string(token), v1::LeaseRecord::OUTCOME_COMPLETED,
                    v1::LeaseEnd::CAUSE_UNSPECIFIED, at);
}

TEST(LeaseBookTest, ARecordBecomesItsGrantAgain) {
  Grant grant = MakeGrant(7);
  grant.locks = {{"h", kNic | kUplink}, {"peer p:1", kUplink}};
  grant.lock_class = LockClass::kBackground;
  grant.purpose = Purpose::kNetwork;
  grant.plan = "mesh";
  grant.suite = "standard";
  grant.round = 5;
  grant.pass = 2;
  grant.peer_node_id = "id-b";
  const Grant again = GrantOf(RecordOf(grant));
  EXPECT_EQ(again.lease_id, grant.lease_id);
  EXPECT_EQ(again.fencing_token, 7U);
  EXPECT_EQ(again.node_id, grant.node_id);
  EXPECT_EQ(again.locks, grant.locks);
  EXPECT_EQ(again.lock_class, grant.lock_class);
  EXPECT_EQ(again.purpose, grant.purpose);
  EXPECT_EQ(again.plan, grant.plan);
  EXPECT_EQ(again.suite, grant.suite);
  EXPECT_EQ(again.round, 5U);
  EXPECT_EQ(again.pass, 2);
  EXPECT_EQ(again.peer_node_id, grant.peer_node_id);
  EXPECT_EQ(again.start, grant.start);
  EXPECT_EQ(again.end, grant.end);
}

TEST(LeaseBookTest, ARecordOfANewerReleaseLocksRatherTooMuch) {
  v1::LeaseRecord record;
  auto& lock = *record.add_locks();
  lock.set_host("h");
  lock.add_resources("accelerator");
  const Grant grant = GrantOf(record);
  EXPECT_THAT(grant.locks, ElementsAre(HostLock{"h", kAllResources}));
  EXPECT_EQ(grant.lock_class, LockClass::kExclusive);
  EXPECT_EQ(grant.purpose, Purpose::kRound);
}

TEST(LeaseBookTest, TheProbeIsToldWhatIsLeft) {
  Grant grant = MakeGrant(7);
  grant.locks = {{"h", kCpu | kDisk}, {"other", kNic}};
  grant.benchmarks = {"b", "a"};
  grant.peer = "p:1";
  auto lease = LeaseOf(grant, Time(1'400));
  EXPECT_EQ(lease.lease_id(), "lease-7");
  EXPECT_EQ(lease.fencing_token(), 7U);
  EXPECT_EQ(lease.duration_nanos(), 600);
  EXPECT_EQ(lease.start_unix_nanos(), 1'000);
  EXPECT_EQ(lease.end_unix_nanos(), 2'000);
  EXPECT_THAT(lease.benchmarks(), ElementsAre("b", "a"));
  EXPECT_THAT(lease.resources(), ElementsAre("cpu", "disk"));
  EXPECT_EQ(lease.lock_class(), v1::Lease::CLASS_EXCLUSIVE);
  EXPECT_EQ(lease.peer(), "p:1");
  EXPECT_EQ(LeaseOf(grant, Time(2'500)).duration_nanos(), 0);
}

TEST(LeaseBookTest, ALeaseIsFoundUntilItIsForgotten) {
  LeaseBook book;
  book.Granted(RecordOf(MakeGrant(1)));
  book.Granted(RecordOf(MakeGrant(2)));
  const auto ended = Complete(book, 1, 1'500);
  ASSERT_TRUE(ended.has_value());
  EXPECT_EQ(ended->ended_unix_nanos(), 1'500);
  EXPECT_EQ(ended->outcome(), v1::LeaseRecord::OUTCOME_COMPLETED);
  EXPECT_EQ(book.Find(1)->ended_unix_nanos(), 1'500);
  book.Forget(1'500);
  EXPECT_TRUE(book.Find(1).has_value());
  book.Forget(1'501);
  EXPECT_FALSE(book.Find(1).has_value());
  book.Forget(INT64_MAX);
  EXPECT_TRUE(book.Find(2).has_value()) << "it lasts";
  EXPECT_FALSE(book.Find(3).has_value());
}

TEST(LeaseBookTest, ALeaseEndsOnce) {
  LeaseBook book;
  book.Granted(RecordOf(MakeGrant(1)));
  ASSERT_TRUE(Complete(book, 1, 1'500).has_value());
  EXPECT_FALSE(
      book.Ended("lease-1", v1::LeaseRecord::OUTCOME_LOST, v1::LeaseEnd::CAUSE_UNSPECIFIED, 1'900)
          .has_value());
  EXPECT_EQ(book.Find(1)->outcome(), v1::LeaseRecord::OUTCOME_COMPLETED);
  EXPECT_FALSE(Complete(book, 9, 1'500).has_value());
}

TEST(LeaseBookTest, AClockThatWasSetBackMakesNoLeaseLast) {
  LeaseBook book;
  book.Granted(RecordOf(MakeGrant(1)));
  EXPECT_EQ(Complete(book, 1, 0)->ended_unix_nanos(), 1'000);
  book.Forget(1'001);
  EXPECT_FALSE(book.Find(1).has_value());
}

TEST(LeaseBookTest, AHostHasTheLeasesThatLockIt) {
  LeaseBook book;
  Grant network = MakeGrant(3);
  network.locks.push_back({"h2", kNic});
  network.locks.push_back({"h2", kUplink});
  book.Restore({RecordOf(MakeGrant(4)), RecordOf(network), RecordOf(MakeGrant(1, "h2"))});
  EXPECT_THAT(Tokens(book.Of("h", 0)), ElementsAre(3, 4));
  EXPECT_THAT(Tokens(book.Of("h2", 0)), ElementsAre(1, 3));
  EXPECT_THAT(book.Of("nowhere", 0), IsEmpty());
  (void)Complete(book, 3, 1'500);
  EXPECT_THAT(Tokens(book.Of("h2", 1'499)), ElementsAre(1, 3));
  EXPECT_THAT(Tokens(book.Of("h2", 1'500)), ElementsAre(1));
  book.Forget(1'501);
  EXPECT_THAT(Tokens(book.Of("h", 0)), ElementsAre(4));
  EXPECT_THAT(Tokens(book.Of("h2", 0)), ElementsAre(1));
}

TEST(LeaseBookTest, ARecordThatComesAgainReplacesTheOlder) {
  LeaseBook book;
  book.Granted(RecordOf(MakeGrant(1)));
  book.Granted(RecordOf(MakeGrant(1, "h2")));
  EXPECT_THAT(book.Of("h", 0), IsEmpty());
  EXPECT_THAT(Tokens(book.Of("h2", 0)), ElementsAre(1));
  EXPECT_TRUE(Complete(book, 1, 1'500).has_value());
}

TEST(LeaseBookTest, ManyThreadsUseIt) {
  LeaseBook book;
  std::vector<std::thread> threads;
  for (uint64_t part = 0; part < 4; ++part) {
    threads.emplace_back([&book, part] {
      for (uint64_t i = 1; i <= 200; ++i) {
        const uint64_t token = part * 1'000 + i;
        book.Granted(RecordOf(MakeGrant(token)));
        (void)Complete(book, token, 1'500);
        (void)book.Of("h", 0);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(book.Of("h", 0).size(), 800U);
}

}  // namespace
}  // namespace hypergauge::aggregator
