#include "aggregator/identity/admission.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/support/messages.h"
#include "tests/unit/aggregator/records/record_keeping.h"

namespace hypergauge::aggregator {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::MakeHello;
using testing::MakeRun;
using ::testing::SizeIs;
using Verdict = Continuity::Verdict;

// With a real store; a node is in the fleet once it was let in.
class AdmissionTest : public RecordKeepingTest {
 protected:
  RandomBits Seeded() {
    return [this] { return random_(); };
  }

  Verdict Judge(const v1::Hello& hello) { return admission_.Judge(hello).value().verdict; }

  v1::ContinuityToken Enter(const v1::Hello& hello) {
    const auto token = admission_.Accept(hello, admission_.Judge(hello).value()).token;
    store_->PutNode(hello, 1, {});
    fleet_.Connected(hello, 1);
    Flush();
    return token;
  }

  // Let in, and the token kept.
  v1::Hello EnterAndKeep(v1::Hello hello) {
    *hello.mutable_continuity() = Enter(hello);
    admission_.Confirm(hello.identity().node_id(), hello.continuity().counter());
    return hello;
  }

  void PutRun(const v1::Run& run) {
    store_->PutRun(run, {});
    Flush();
  }

  std::mt19937_64 random_{7};
  Fleet fleet_{std::chrono::hours(1)};
  Admission admission_{*store_, fleet_, log_, Seeded()};
};

TEST_F(AdmissionTest, ANodeIsKnownAgainByTheNextAggregator) {
  const auto first = EnterAndKeep(MakeHello("a"));
  const auto second = EnterAndKeep(first);
  Flush();
  Admission next(*store_, fleet_, log_, Seeded());
  next.Restore(store_->LoadContinuity().value());
  EXPECT_EQ(next.Judge(second)->verdict, Verdict::kWelcome);
  EXPECT_EQ(next.Judge(first)->verdict, Verdict::kEnrollAnew);
  EXPECT_EQ(next.Judge(MakeHello("a"))->verdict, Verdict::kEnrollAnew);
}

TEST_F(AdmissionTest, SecretsDiffer) {
  const auto a = Enter(MakeHello("a"));
  const auto b = Enter(MakeHello("b"));
  EXPECT_THAT(a.secret(), SizeIs(16));
  EXPECT_NE(a.secret(), b.secret());
}

TEST_F(AdmissionTest, RunsThatAreStoredAndUnknownToTheProbeTellThatItWasSetBack) {
  auto hello = EnterAndKeep(MakeHello("a"));
  PutRun(MakeRun("a", 5));
  hello.set_last_sequence(5);
  EXPECT_EQ(Judge(hello), Verdict::kWelcome);
  hello.set_last_sequence(4);
  EXPECT_EQ(Judge(hello), Verdict::kEnrollAnew);
  hello.mutable_identity()->set_epoch(2);  // a new spool counts anew
  EXPECT_EQ(Judge(hello), Verdict::kWelcome);
}

TEST_F(AdmissionTest, ASplitIsReportedOnceUntilTheCopyIsANodeOfItsOwn) {
  const auto hello = EnterAndKeep(MakeHello("a"));
  for (int i = 0; i < 5; ++i) admission_.Refuse(hello, "it is older");
  auto splits = Events({.kinds = {v1::Event::KIND_NODE_SPLIT}});
  ASSERT_THAT(splits, SizeIs(1));
  EXPECT_EQ(splits[0].node_id(), "id-a");
  EXPECT_THAT(splits[0].text(), HasSubstr("it is older"));
  auto copy = MakeHello("copy");
  copy.set_split_from("id-a");
  copy = EnterAndKeep(copy);
  (void)EnterAndKeep(copy);
  EXPECT_THAT(Events({.kinds = {v1::Event::KIND_NODE_SPLIT}}), SizeIs(1));
  admission_.Refuse(hello, "another one");
  EXPECT_THAT(Events({.kinds = {v1::Event::KIND_NODE_SPLIT}}), SizeIs(2));
}

TEST_F(AdmissionTest, ACopyThatNoticedByItselfIsReportedAsWhatItSaysOfItself) {
  (void)EnterAndKeep(MakeHello("a"));
  auto copy = MakeHello("copy");
  copy.set_split_from("id-a");
  EXPECT_TRUE(admission_.Accept(copy, admission_.Judge(copy).value()).says_split);
  fleet_.Connected(copy, 1);
  admission_.RecordSplit(copy);
  EXPECT_FALSE(admission_.Accept(copy, {}).says_split);  // it is new once only
  const auto splits = Events({.kinds = {v1::Event::KIND_NODE_SPLIT}});
  ASSERT_THAT(splits, SizeIs(1));
  EXPECT_EQ(splits[0].node_id(), "id-copy");
  EXPECT_EQ(splits[0].node(), "copy");
  EXPECT_EQ(splits[0].old_value(), "a");
}

TEST_F(AdmissionTest, NobodySilencesAnotherNodeBySayingThatHeIsItsCopy) {
  (void)EnterAndKeep(MakeHello("a"));
  for (int i = 0; i < 2 * EventLog::kMostPerHour; ++i) {
    auto copy = MakeHello("copy" + std::to_string(i));
    copy.set_split_from("id-a");
    fleet_.Connected(copy, 1);
    if (admission_.Accept(copy, {}).says_split) admission_.RecordSplit(copy);
  }
  EXPECT_THAT(Events({.node_ids = {"id-a"}}), IsEmpty());
  v1::Event event;
  event.set_kind(v1::Event::KIND_NODE_RENAMED);
  event.set_node_id("id-a");
  log_.Record(event);
  EXPECT_THAT(Events({.node_ids = {"id-a"}}), SizeIs(1));
}

TEST_F(AdmissionTest, NoEventTellsASecretOrADigest) {
  auto hello = MakeHello("a");
  hello.mutable_identity()->set_hypervisor_uuid_digest(std::string(64, 'd'));
  hello = EnterAndKeep(hello);
  auto other = hello;
  other.mutable_identity()->set_hypervisor_uuid_digest(std::string(64, 'e'));
  admission_.Refuse(other, admission_.Judge(other)->reason);
  for (const auto& event : Events()) {
    EXPECT_EQ(event.SerializeAsString().find(std::string(64, 'd')), std::string::npos);
    EXPECT_EQ(event.SerializeAsString().find(std::string(64, 'e')), std::string::npos);
    EXPECT_EQ(event.SerializeAsString().find(hello.continuity().secret()), std::string::npos);
  }
}

TEST_F(AdmissionTest, APlaceIsGivenWithTheNextEpoch) {
  (void)EnterAndKeep(MakeHello("old"));
  auto run = MakeRun("old", 1);
  PutRun(run);
  fleet_.Disconnected("id-old", 2);
  auto newcomer = EnterAndKeep(MakeHello("new"));
  const auto handover = admission_.Replace("old", "new");
  ASSERT_TRUE(handover) << handover.error().message;
  EXPECT_EQ(handover->to, "id-new");
  EXPECT_EQ(handover->message.node_id(), "id-old");
  EXPECT_EQ(handover->message.epoch(), 2U);
  auto taker = MakeHello("old");
  taker.mutable_identity()->set_epoch(2);
  *taker.mutable_continuity() = handover->message.continuity();
  EXPECT_EQ(Judge(taker), Verdict::kWelcome);
  EXPECT_EQ(admission_.Accept(taker, {}).was, "id-new");
}

TEST_F(AdmissionTest, APlaceIsGivenOnlyFromWhoIsGoneToWhoIsThere) {
  (void)EnterAndKeep(MakeHello("a"));
  (void)EnterAndKeep(MakeHello("b"));
  EXPECT_EQ(admission_.Replace("a", "b").error().code, ErrorCode::kUnavailable);
  fleet_.Disconnected("id-a", 2);
  fleet_.Disconnected("id-b", 2);
  EXPECT_EQ(admission_.Replace("a", "b").error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(admission_.Replace("a", "a").error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(admission_.Replace("a", "c").error().code, ErrorCode::kNotFound);
  EXPECT_EQ(admission_.Replace("", "a").error().code, ErrorCode::kNotFound);
}

TEST_F(AdmissionTest, ThePlaceOfANodeThatVanishedIsGivenByItsLabelOrItsId) {
  (void)EnterAndKeep(MakeHello("new"));
  for (const char* id : {"id-1", "id-2"}) {
    auto hello = MakeHello("old");
    hello.mutable_identity()->set_node_id(id);
    (void)EnterAndKeep(hello);
    store_->PutLabel(id, "old");
    fleet_.Remove(id);
    store_->PutStanding(id, Standing::kVanished, 1);
    Flush();
    EXPECT_EQ(admission_.Replace(id, "new")->message.node_id(), id);
  }
  const auto ambiguous = admission_.Replace("old", "new");
  EXPECT_EQ(ambiguous.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(ambiguous.error().message, HasSubstr("id-1, id-2"));
  store_->PutStanding("id-2", Standing::kRemoved, 1);
  Flush();
  EXPECT_EQ(admission_.Replace("old", "new")->message.node_id(), "id-1");
  EXPECT_EQ(admission_.Replace("id-2", "new").error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace hypergauge::aggregator
