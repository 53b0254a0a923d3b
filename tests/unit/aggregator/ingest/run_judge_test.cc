// What the aggregator makes of a run, with a real store and event log.
#include "aggregator/ingest/run_judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/messages.h"
#include "tests/unit/aggregator/records/record_keeping.h"

namespace hypergauge::aggregator {
namespace {

using hypergauge::testing::MakeRun;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using Words = std::vector<std::string>;

constexpr Time kBegin = seconds(1'700'000'000);

class RunJudgeTest : public RecordKeepingTest {
 protected:
  // From kBegin for a minute, on the machine "h".
  v1::LeaseRecord Grant(uint64_t token, const std::string& node, const std::string& host = "h") {
    v1::LeaseRecord record;
    record.set_fencing_token(token);
    record.set_lease_id("lease-" + std::to_string(token));
    record.set_node_id("id-" + node);
    record.add_locks()->set_host(host);
    record.mutable_locks(0)->add_resources("cpu");
    record.set_lock_class(v1::Lease::CLASS_EXCLUSIVE);
    record.set_round(5);
    record.set_pass(2);
    record.set_start_unix_nanos(kBegin.count());
    record.set_end_unix_nanos((kBegin + seconds(60)).count());
    leases_.Granted(record);
    return record;
  }

  // Of a node whose clock was compared; times are those after kBegin.
  static v1::Run Run(const std::string& node, uint64_t token, Time start, Time end,
                     uint64_t sequence = 1) {
    auto run = MakeRun(node, sequence);
    run.set_started_unix_nanos((kBegin + start).count());
    run.set_wall_nanos((end - start).count());
    run.set_received_unix_nanos((kBegin + hours(1)).count());
    run.set_fencing_token(token);
    if (token != 0) run.set_lease_id("lease-" + std::to_string(token));
    auto& ratio = *run.mutable_clock()->add_ratios();
    ratio.set_clock("CLOCK_MONOTONIC_RAW");
    ratio.set_ratio(1);
    return run;
  }

  // As ingest does with one that is new.
  RunJudge::Judgement Deliver(v1::Run& run, v1::Role role = v1::ROLE_HOST) {
    auto judgement = judge_.Judge(run, role);
    EXPECT_TRUE(judgement.has_value());
    if (!judgement) return {};
    judge_.Stored(run, *judgement);
    return *judgement;
  }

  v1::Run Delivered(v1::Run run, v1::Role role = v1::ROLE_HOST) {
    Deliver(run, role);
    return run;
  }

  void ExpectContended(v1::Run run, const std::string& violation, const std::string& reason) {
    const auto judgement = Deliver(run);
    EXPECT_EQ(run.verdict(), v1::VERDICT_CONTENDED) << run.verdict_reason();
    EXPECT_EQ(run.verdict_reason(), reason);
    ASSERT_TRUE(judgement.violation.has_value());
    EXPECT_EQ(judgement.violation->reason, violation);
  }

  void ExpectClean(v1::Run run) {
    Deliver(run);
    EXPECT_EQ(run.verdict(), v1::VERDICT_CLEAN) << run.verdict_reason();
    EXPECT_EQ(run.verdict_reason(), "");
  }

  // "lease_violated expired", oldest first.
  Words Told() {
    Words told;
    for (const auto& event : Events()) {
      told.insert(told.begin(), EventKindName(event.kind()) + " " + event.subject());
    }
    return told;
  }

  LeaseBook leases_;
  static Stay On(const std::string& host, Time since = Time(1)) {
    return {.host = host, .host_id = {}, .began_unix_nanos = since.count(), .outermost = host};
  }

  Stay stay_ = On("h");
  std::map<std::string, Stay> stays_;  // by node_id: those that are elsewhere
  std::set<uint64_t> slots_;
  RunJudge judge_{{.leases = leases_,
                   .store = *store_,
                   .events = log_,
                   .metrics = metrics_,
                   .where =
                       [this](const std::string& node_id) {
                         const auto other = stays_.find(node_id);
                         return other == stays_.end() ? stay_ : other->second;
                       },
                   .covers = [this](uint64_t token, const std::string&, Time, Time,
                                    Time) { return slots_.contains(token); },
                   .label_of = [](const std::string& node_id) { return node_id.substr(3); }}};
};

TEST_F(RunJudgeTest, ARunInsideOfItsLeaseIsCleanAndStampedWithItsRound) {
  Grant(7, "a");
  auto run = Run("a", 7, seconds(1), seconds(2));
  run.set_round(99);
  run.set_round_pass(1);
  run.add_marks(v1::MARK_UNPLACED);
  run.add_marks(v1::MARK_CACHED);
  Deliver(run);
  EXPECT_EQ(run.verdict(), v1::VERDICT_CLEAN) << run.verdict_reason();
  EXPECT_EQ(run.round(), 5U);
  EXPECT_EQ(run.round_pass(), 2U);
  EXPECT_THAT(run.marks(), ElementsAre(v1::MARK_CACHED));
  EXPECT_THAT(Told(), IsEmpty());
  EXPECT_THAT(Scrape(), HasSubstr("hypergauge_schedule_collisions_total 0\n"));
  EXPECT_THAT(Scrape(), HasSubstr("hypergauge_schedule_violations_total{reason=\"no_lease\"} 0\n"));
}

TEST_F(RunJudgeTest, ALeaseThatIsOnlyInTheStoreCountsAsWell) {
  auto record = Grant(7, "a");
  leases_.Ended("lease-7", v1::LeaseRecord::OUTCOME_COMPLETED, v1::LeaseEnd::CAUSE_UNSPECIFIED,
                (kBegin + seconds(30)).count());
  store_->PutLeases({*leases_.Find(7)});
  Flush();
  leases_.Forget(INT64_MAX);
  const auto run = Delivered(Run("a", 7, seconds(1), seconds(2)));
  EXPECT_EQ(run.verdict(), v1::VERDICT_CLEAN) << run.verdict_reason();
  EXPECT_EQ(run.round(), 5U);
  ExpectContended(Run("a", 7, seconds(20), seconds(40), 2), "expired",
                  "lease-7 had been given back 10.0 s before the run ended (was clean)");
}

TEST_F(RunJudgeTest, EveryWayToHaveNoRightIsNamed) {
  Grant(7, "a");
  ExpectContended(Run("a", 0, seconds(1), seconds(2)), "no_lease",
                  "it ran without a lease (was clean)");
  ExpectContended(Run("a", 9, hours(-1), hours(-1) + seconds(1)), "unknown_lease",
                  "nobody knows lease lease-9 with token 9 (was clean)");
  auto foreign = Run("b", 7, seconds(50), seconds(51));
  foreign.set_verdict(v1::VERDICT_BUSY);
  foreign.set_verdict_reason("others use 3 CPUs");
  ExpectContended(foreign, "foreign_lease",
                  "lease-7 is a lease of a (was busy: others use 3 CPUs)");
  EXPECT_EQ(Delivered(Run("b", 7, seconds(55), seconds(56), 2)).round(), 0U);
}

TEST_F(RunJudgeTest, WhatRanBeforeOrAfterItsLeaseIsFoundByHowMuch) {
  Grant(7, "a");
  ExpectContended(Run("a", 7, seconds(-10), seconds(2)), "early",
                  "lease-7 began 10.0 s after the run (was clean)");
  ExpectContended(Run("a", 7, seconds(60), milliseconds(72'300), 2), "expired",
                  "lease-7 had expired 12.3 s before the run ended (was clean)");
  leases_.Ended("lease-7", v1::LeaseRecord::OUTCOME_REVOKED, v1::LeaseEnd::CAUSE_REVOKED,
                (kBegin + seconds(30)).count());
  ExpectContended(Run("a", 7, seconds(30), seconds(35), 3), "revoked",
                  "lease-7 had been revoked 5.00 s before the run ended (was clean)");
}

TEST_F(RunJudgeTest, WhatTheClocksLeaveOpenIsNoViolation) {
  Grant(7, "a");
  ExpectClean(Run("a", 7, milliseconds(-50), milliseconds(60'050)));
  auto doubtful = Run("a", 7, seconds(-4), seconds(10));
  doubtful.mutable_clock()->clear_ratios();
  ExpectClean(doubtful);
  auto stepped = Run("a", 7, hours(-3), hours(-3) + seconds(1));
  stepped.mutable_clock()->set_stepped(true);
  ExpectClean(stepped);
  auto ahead = Run("a", 7, hours(9), hours(9) + seconds(10));
  ahead.mutable_clock()->set_offset_nanos(std::chrono::nanoseconds(hours(9)).count());
  ExpectClean(ahead);
  EXPECT_EQ(Delivered(Run("a", 7, milliseconds(-51), seconds(1))).verdict(), v1::VERDICT_CONTENDED);
  EXPECT_EQ(Delivered(Run("a", 7, seconds(1), milliseconds(60'051))).verdict(),
            v1::VERDICT_CONTENDED);
}

TEST_F(RunJudgeTest, ALateDeliveryIsNoViolation) {
  Grant(7, "a");
  auto run = Run("a", 7, seconds(1), seconds(2));
  run.set_received_unix_nanos((kBegin + hours(100)).count());
  ExpectClean(run);
}

TEST_F(RunJudgeTest, ARunInItsOfflineSlotIsCleanAndOneOutsideIsNot) {
  slots_ = {8};
  auto run = Run("a", 8, seconds(1), seconds(2));
  run.set_lease_id("slot-8");
  ExpectClean(run);
  run.set_lease_id("slot-9");
  run.set_fencing_token(9);
  ExpectContended(run, "outside_slot", "the run is not inside of offline slot 9 (was clean)");
}

TEST_F(RunJudgeTest, AFailedRunStaysFailedAndItsOffenceCounts) {
  auto failed = Run("a", 0, seconds(1), seconds(2));
  failed.set_verdict(v1::VERDICT_FAILED);
  failed.set_verdict_reason("it crashed");
  Deliver(failed);
  EXPECT_EQ(failed.verdict(), v1::VERDICT_FAILED);
  EXPECT_EQ(failed.verdict_reason(), "it crashed");
  auto unsupported = Run("a", 0, seconds(1), seconds(2), 2);
  unsupported.set_verdict(v1::VERDICT_UNSUPPORTED);
  Deliver(unsupported);
  EXPECT_EQ(unsupported.verdict(), v1::VERDICT_UNSUPPORTED);
  EXPECT_THAT(Scrape(), HasSubstr("hypergauge_schedule_violations_total{reason=\"no_lease\"} 1\n"));
}

TEST_F(RunJudgeTest, AnOffenceIsOneEventHoweverManyRunsItBrings) {
  Grant(7, "a");
  for (uint64_t i = 1; i <= 3; ++i) Delivered(Run("a", 7, seconds(70 + i), seconds(71 + i), i));
  Delivered(Run("a", 7, seconds(-10), seconds(-9), 4));
  EXPECT_THAT(Told(), ElementsAre("lease_violated expired", "lease_violated early"));
  EXPECT_THAT(Events().back().text(),
              HasSubstr("a measured without the right to: lease-7 had expired 12.0 s before"));
  EXPECT_THAT(Scrape(), HasSubstr("hypergauge_schedule_violations_total{reason=\"expired\"} 3\n"));
}

TEST_F(RunJudgeTest, MeasurementsThatMeetAreContendedAndToldOnce) {
  Grant(7, "a");
  Grant(8, "b");
  ExpectClean(Run("a", 7, seconds(1), seconds(5)));
  const auto second = Delivered(Run("b", 8, seconds(3), seconds(10)));
  EXPECT_EQ(second.verdict(), v1::VERDICT_CONTENDED);
  EXPECT_EQ(second.verdict_reason(), "a measured on h at the same time, for 2.00 s (was clean)");
  // Neither side of it is believed from now on.
  EXPECT_EQ(Delivered(Run("b", 8, seconds(10), seconds(11), 2)).verdict(), v1::VERDICT_CONTENDED);
  EXPECT_THAT(Delivered(Run("a", 7, seconds(5), seconds(6), 2)).verdict_reason(),
              HasSubstr("b measured on h at the same time"));
  EXPECT_EQ(judge_.collisions(), 1U);
  EXPECT_THAT(Told(), ElementsAre("schedule_collision h"));
  EXPECT_EQ(Events().at(0).old_value(), "a");
  EXPECT_EQ(Events().at(0).new_value(), "b");
  EXPECT_THAT(Scrape(), HasSubstr("hypergauge_schedule_collisions_total 1\n"));
}

TEST_F(RunJudgeTest, WhoRunsOnAnotherHostOrLaterMeetsNobody) {
  Grant(7, "a");
  Grant(8, "b", "other");
  stays_["id-b"] = On("other");
  Grant(9, "c");
  ExpectClean(Run("a", 7, seconds(1), seconds(5)));
  ExpectClean(Run("b", 8, seconds(1), seconds(5)));
  ExpectClean(Run("c", 9, milliseconds(4'950), seconds(6)));
  EXPECT_EQ(judge_.collisions(), 0U);
}

TEST_F(RunJudgeTest, WhoHasNoLeaseOccupiesTheMachineThatItIsOn) {
  Grant(7, "a");
  Delivered(Run("g", 0, seconds(1), seconds(5)));
  Delivered(Run("g", 0, seconds(1), seconds(5), 2));
  EXPECT_EQ(Delivered(Run("a", 7, seconds(2), seconds(4))).verdict(), v1::VERDICT_CONTENDED);
  EXPECT_EQ(judge_.collisions(), 1U);
  // Hours later: the runs without a lease are no single measurement.
  auto record = Grant(8, "b");
  record.set_end_unix_nanos((kBegin + hours(1)).count());
  leases_.Granted(record);
  Delivered(Run("g", 0, seconds(3000), seconds(3001), 3));
  ExpectClean(Run("b", 8, seconds(1000), seconds(1001)));
}

TEST_F(RunJudgeTest, WhatCouldNotBeStoredIsJudgedTheSameAgainAndCountedOnce) {
  Grant(7, "a");
  Grant(8, "b");
  ExpectClean(Run("a", 7, seconds(1), seconds(5)));
  auto lost = Run("b", 8, seconds(3), seconds(10));
  ASSERT_TRUE(judge_.Judge(lost, v1::ROLE_HOST).has_value());
  EXPECT_EQ(judge_.collisions(), 0U);
  EXPECT_THAT(Told(), IsEmpty());
  const auto again = Delivered(Run("b", 8, seconds(3), seconds(10)));
  EXPECT_EQ(again.SerializeAsString(), lost.SerializeAsString());
  EXPECT_EQ(judge_.collisions(), 1U);
  // Once more, stored already: judged the same, and nobody is told.
  auto resent = Run("b", 8, seconds(3), seconds(10));
  ASSERT_TRUE(judge_.Judge(resent, v1::ROLE_HOST).has_value());
  EXPECT_EQ(resent.SerializeAsString(), lost.SerializeAsString());
  EXPECT_EQ(judge_.collisions(), 1U);
}

TEST_F(RunJudgeTest, AGuestWhoseHostIsUnknownIsMarked) {
  Grant(7, "a");
  stay_ = {.host = "", .host_id = {}, .began_unix_nanos = 0, .outermost = "a"};
  EXPECT_THAT(Delivered(Run("a", 7, seconds(1), seconds(2)), v1::ROLE_GUEST).marks(),
              ElementsAre(v1::MARK_UNPLACED));
  EXPECT_THAT(Delivered(Run("a", 7, seconds(3), seconds(4), 2), v1::ROLE_CONTAINER).marks(),
              ElementsAre(v1::MARK_UNPLACED));
  EXPECT_THAT(Delivered(Run("a", 7, seconds(5), seconds(6), 3), v1::ROLE_HOST).marks(), IsEmpty());
}

TEST_F(RunJudgeTest, AGuestThatMovedMeanwhileHasMigrated) {
  Grant(7, "a");
  const auto epoch = [](Time began, const std::string& host) {
    v1::PlacementEpoch made;
    made.set_began_unix_nanos((kBegin + began).count());
    made.set_host(host);
    return made;
  };
  store_->PutPlacementEpoch("id-a", epoch(hours(-1), "old"));
  store_->PutPlacementEpoch("id-a", epoch(seconds(10), "h"));
  Flush();
  stay_.began_unix_nanos = (kBegin + seconds(10)).count();
  const auto moved = Delivered(Run("a", 7, seconds(9), seconds(11)), v1::ROLE_GUEST);
  EXPECT_EQ(moved.verdict(), v1::VERDICT_MIGRATED);
  EXPECT_EQ(moved.verdict_reason(), "the node moved from old to h meanwhile (was clean)");
  EXPECT_THAT(moved.marks(), IsEmpty());
  ExpectClean(Run("a", 7, seconds(1), seconds(9), 2));
  ExpectClean(Run("a", 7, seconds(11), seconds(12), 3));
  // An epoch that is not in the store yet.
  stay_ = {.host = "next",
           .host_id = {},
           .began_unix_nanos = (kBegin + seconds(20)).count(),
           .outermost = "next"};
  EXPECT_EQ(Delivered(Run("a", 7, seconds(19), seconds(21), 5), v1::ROLE_GUEST).verdict_reason(),
            "the node moved from h to next meanwhile (was clean)");
  // No right to measure overrules it.
  EXPECT_EQ(Delivered(Run("a", 0, seconds(9), seconds(11), 4)).verdict(), v1::VERDICT_CONTENDED);
}

TEST_F(RunJudgeTest, WhoMovedMeetsThoseOnItsNewHostFromThenOn) {
  Grant(7, "a");
  Grant(8, "b", "new");
  Grant(9, "c", "new");
  stays_["id-b"] = stays_["id-c"] = On("new");
  ExpectClean(Run("b", 8, seconds(1), seconds(5)));
  ExpectClean(Run("c", 9, seconds(15), seconds(25)));
  stays_["id-a"] = On("new", kBegin + seconds(10));
  Delivered(Run("a", 7, seconds(1), seconds(5)), v1::ROLE_GUEST);
  EXPECT_EQ(judge_.collisions(), 0U);
  EXPECT_EQ(Delivered(Run("a", 7, seconds(11), seconds(20), 2), v1::ROLE_GUEST).verdict_reason(),
            "c measured on new at the same time, for 5.00 s (was clean)");
  EXPECT_EQ(judge_.collisions(), 1U);
  EXPECT_EQ(Delivered(Run("c", 9, seconds(26), seconds(27), 2)).verdict(), v1::VERDICT_CONTENDED);
}

TEST_F(RunJudgeTest, WithoutTheStoreNothingIsJudged) {
  Execute("INSERT INTO leases VALUES(7, 'id-a', 1, 0, x'ff')");
  auto run = Run("a", 7, seconds(1), seconds(2));
  const auto judgement = judge_.Judge(run, v1::ROLE_HOST);
  ASSERT_FALSE(judgement.has_value());
  EXPECT_THAT(judgement.error().message, HasSubstr("a lease that cannot be read"));
}

TEST_F(RunJudgeTest, HostileNumbersAndNamesAreJudgedInBounds) {
  Grant(7, "a");
  auto run = Run("a", UINT64_MAX, seconds(1), seconds(2));
  run.set_lease_id(std::string(4'000, 'x') + "\n\t");
  run.set_verdict_reason(std::string(4'000, 'y'));
  run.set_started_unix_nanos(4'000'000'000'000'000'000);
  run.mutable_clock()->set_offset_nanos(-4'000'000'000'000'000'000);
  Deliver(run);
  EXPECT_EQ(run.verdict(), v1::VERDICT_CONTENDED);
  EXPECT_LE(run.verdict_reason().size(), 1024U);
  EXPECT_THAT(run.verdict_reason(), Not(HasSubstr("\n")));
  auto early = Run("a", 7, seconds(1), seconds(2), 2);
  early.set_started_unix_nanos(1);
  early.mutable_clock()->set_offset_nanos(4'000'000'000'000'000'000);
  Deliver(early);
  EXPECT_EQ(early.verdict(), v1::VERDICT_CONTENDED);
}

}  // namespace
}  // namespace hypergauge::aggregator
