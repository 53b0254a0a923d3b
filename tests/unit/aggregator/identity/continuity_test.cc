#include "aggregator/identity/continuity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "tests/support/messages.h"

namespace hypergauge::aggregator {
namespace {

using ::testing::HasSubstr;
using testing::MakeHello;
using ::testing::Not;
using Verdict = Continuity::Verdict;

// A probe and what it keeps.
struct Probe {
  v1::Hello hello = MakeHello("a");

  void Keep(const v1::ContinuityToken& token) { *hello.mutable_continuity() = token; }
  void Number(uint64_t last) { hello.set_last_sequence(last); }
};

class ContinuityTest : public ::testing::Test {
 protected:
  Verdict Judge(const Probe& probe, uint64_t stored = 0) const {
    return continuity_.Judge(probe.hello, stored).verdict;
  }

  std::string Reason(const Probe& probe, uint64_t stored = 0) const {
    return continuity_.Judge(probe.hello, stored).reason;
  }

  // Let in, with a Welcome that does not arrive.
  v1::ContinuityToken Issue(const Probe& probe) {
    secret_[0] = static_cast<char>(secret_[0] + 1);
    (void)continuity_.Accept(probe.hello, secret_);
    return continuity_.StateOf("id-a").issued;
  }

  // Let in, the token kept and confirmed.
  void Connect(Probe& probe) {
    const auto token = Issue(probe);
    probe.Keep(token);
    EXPECT_TRUE(continuity_.Confirm("id-a", token.counter()));
  }

  // The aggregator's program starts again with what is stored.
  void Restart(const ContinuityState& stored) {
    continuity_ = Continuity();
    continuity_.Restore({{"id-a", stored}});
  }

  Continuity continuity_;
  std::string secret_ = std::string(16, '\1');
};

TEST_F(ContinuityTest, AnUnknownNodeIsTakenWithWhateverItHas) {
  Probe probe;
  EXPECT_EQ(Judge(probe), Verdict::kWelcome);
  v1::ContinuityToken foreign;
  foreign.set_counter(70);
  foreign.set_secret("given elsewhere ");
  probe.Keep(foreign);
  EXPECT_EQ(Judge(probe), Verdict::kWelcome);
  EXPECT_EQ(Issue(probe).counter(), 71U);
}

TEST_F(ContinuityTest, EveryTokenIsAnotherOne) {
  Probe probe;
  const auto first = Issue(probe);
  EXPECT_EQ(first.counter(), 1U);
  EXPECT_EQ(first.secret().size(), 16U);
  const auto again = Issue(probe);
  EXPECT_EQ(again.counter(), 2U);
  EXPECT_NE(again.secret(), first.secret());
}

TEST_F(ContinuityTest, AProbeThatComesBackIsItself) {
  Probe probe;
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(Judge(probe), Verdict::kWelcome) << i;
    Connect(probe);
  }
}

TEST_F(ContinuityTest, ACrashBeforeTheTokenIsKeptSplitsNobody) {
  Probe probe;
  Connect(probe);
  for (int i = 0; i < 5; ++i) {
    EXPECT_EQ(Judge(probe), Verdict::kWelcome) << i;
    (void)Issue(probe);  // never arrives
  }
  Connect(probe);
  EXPECT_EQ(Judge(probe), Verdict::kWelcome);
}

TEST_F(ContinuityTest, ACrashBeforeTheConfirmationSplitsNobody) {
  Probe probe;
  Connect(probe);
  for (int i = 0; i < 5; ++i) {
    probe.Keep(Issue(probe));  // kept, never confirmed
    EXPECT_EQ(Judge(probe), Verdict::kWelcome) << i;
  }
}

TEST_F(ContinuityTest, AVeryFirstTokenThatGetsLostSplitsNobody) {
  Probe probe;
  (void)Issue(probe);
  EXPECT_EQ(Judge(probe), Verdict::kWelcome);
}

TEST_F(ContinuityTest, TheOlderOfTwoCopiesIsTheCopy) {
  Probe original;
  Connect(original);
  const Probe copy = original;
  Connect(original);
  EXPECT_EQ(Judge(copy), Verdict::kEnrollAnew);
  EXPECT_THAT(Reason(copy), HasSubstr("token 1"));
  EXPECT_EQ(Judge(original), Verdict::kWelcome);
}

TEST_F(ContinuityTest, WhicheverCopyComesFirstGoesOnAndTheOtherSplits) {
  Probe original;
  Connect(original);
  Probe copy = original;
  Connect(copy);
  EXPECT_EQ(Judge(copy), Verdict::kWelcome);
  EXPECT_EQ(Judge(original), Verdict::kEnrollAnew);
}

TEST_F(ContinuityTest, UntilTheNewTokenIsConfirmedTheOldOneIsGood) {
  Probe original;
  Connect(original);
  const Probe copy = original;
  const auto token = Issue(original);
  EXPECT_EQ(Judge(copy), Verdict::kWelcome);
  EXPECT_TRUE(continuity_.Confirm("id-a", token.counter()));
  EXPECT_EQ(Judge(copy), Verdict::kEnrollAnew);
}

TEST_F(ContinuityTest, ATokenBetweenTheConfirmedAndTheLastOneIsAnotherMachines) {
  Probe probe;
  Connect(probe);
  Probe left_behind = probe;
  left_behind.Keep(Issue(probe));
  (void)Issue(probe);
  EXPECT_EQ(Judge(left_behind), Verdict::kEnrollAnew);
  EXPECT_EQ(Judge(probe), Verdict::kWelcome);
}

TEST_F(ContinuityTest, TheRightNumberWithAnotherSecretIsAnImpostor) {
  Probe probe;
  Connect(probe);
  Probe impostor = probe;
  impostor.hello.mutable_continuity()->set_secret(std::string(16, 'x'));
  EXPECT_EQ(Judge(impostor), Verdict::kEnrollAnew);
  EXPECT_THAT(Reason(impostor), Not(HasSubstr("x")));
}

TEST_F(ContinuityTest, WhoPresentsNothingIsAnImpostorOnlyWhereATokenIsKnownToBeKept) {
  Probe probe;
  Issue(probe);
  EXPECT_EQ(Judge(Probe()), Verdict::kWelcome);
  Connect(probe);
  EXPECT_EQ(Judge(Probe()), Verdict::kEnrollAnew);
}

TEST_F(ContinuityTest, OnlyTheLastTokenCanBeConfirmed) {
  Probe probe;
  EXPECT_FALSE(continuity_.Confirm("id-a", 1));
  EXPECT_FALSE(continuity_.Confirm("id-a", 0));
  const auto first = Issue(probe);
  const auto second = Issue(probe);
  EXPECT_FALSE(continuity_.Confirm("id-a", first.counter()));
  EXPECT_FALSE(continuity_.Confirm("id-a", second.counter() + 1));
  EXPECT_TRUE(continuity_.Confirm("id-a", second.counter()));
}

TEST_F(ContinuityTest, AStoreThatWasSetBackSplitsNobodyAndIsNoticed) {
  Probe probe;
  Connect(probe);
  const auto backup = continuity_.StateOf("id-a");
  for (int i = 0; i < 4; ++i) Connect(probe);
  Restart(backup);
  EXPECT_EQ(Judge(probe), Verdict::kWelcomeWithWarning);
  EXPECT_THAT(Reason(probe), HasSubstr("set back"));
  Connect(probe);
  EXPECT_EQ(Judge(probe), Verdict::kWelcome);
  EXPECT_EQ(probe.hello.continuity().counter(), 6U);
}

TEST_F(ContinuityTest, ARestartWithWhatIsStoredChangesNothing) {
  Probe probe;
  Connect(probe);
  Probe copy = probe;
  Connect(probe);
  Restart(continuity_.StateOf("id-a"));
  EXPECT_EQ(Judge(probe), Verdict::kWelcome);
  EXPECT_EQ(Judge(copy), Verdict::kEnrollAnew);
}

TEST_F(ContinuityTest, ATokenBeyondAllReasonIsNobodys) {
  Probe probe;
  Connect(probe);
  Probe impostor = probe;
  impostor.hello.mutable_continuity()->set_counter(std::numeric_limits<uint64_t>::max());
  EXPECT_EQ(Judge(impostor), Verdict::kEnrollAnew);
  // Even where nothing is known of the node, counting goes on from a number that has a next one.
  continuity_.Restore({});
  EXPECT_EQ(Issue(impostor).counter(), 1U);
}

TEST_F(ContinuityTest, AMachineThatKnowsLessRunsThanAreStoredWasSetBack) {
  Probe probe;
  Connect(probe);
  probe.Number(7);
  EXPECT_EQ(Judge(probe, 7), Verdict::kWelcome);
  EXPECT_EQ(Judge(probe, 6), Verdict::kWelcome);
  EXPECT_EQ(Judge(probe, 8), Verdict::kEnrollAnew);
  EXPECT_THAT(Reason(probe, 8), HasSubstr("runs up to 8"));
  probe.Number(0);
  EXPECT_EQ(Judge(probe, 1), Verdict::kEnrollAnew);
}

TEST_F(ContinuityTest, AProbeThatTellsNoNumberIsNotJudgedByIt) {
  EXPECT_EQ(Judge(Probe(), 100), Verdict::kWelcome);
}

TEST_F(ContinuityTest, AnotherUuidOfTheHypervisorsIsAnotherMachine) {
  Probe probe;
  probe.hello.mutable_identity()->set_hypervisor_uuid_digest("one");
  Connect(probe);
  Probe elsewhere = probe;
  elsewhere.hello.mutable_identity()->set_hypervisor_uuid_digest("two");
  EXPECT_EQ(Judge(elsewhere), Verdict::kEnrollAnew);
  EXPECT_THAT(Reason(elsewhere), Not(HasSubstr("two")));
  elsewhere.hello.mutable_identity()->clear_hypervisor_uuid_digest();  // no root now
  EXPECT_EQ(Judge(elsewhere), Verdict::kWelcome);
}

TEST_F(ContinuityTest, AnotherGenerationIsAnotherMachine) {
  Probe probe;
  Connect(probe);
  probe.hello.mutable_identity()->set_machine_generation("one");  // readable from now on
  EXPECT_EQ(Judge(probe), Verdict::kWelcome);
  Connect(probe);
  Probe restored = probe;
  restored.hello.mutable_identity()->set_machine_generation("two");
  EXPECT_EQ(Judge(restored), Verdict::kEnrollAnew);
  EXPECT_EQ(Judge(probe), Verdict::kWelcome);
}

TEST_F(ContinuityTest, AnotherNameIsTheSameNode) {
  Probe probe;
  Connect(probe);
  probe.hello.mutable_identity()->set_name("renamed");
  EXPECT_EQ(Judge(probe), Verdict::kWelcome);
}

TEST_F(ContinuityTest, AReinstalledMachineTakesItsPlaceWithTheTokenThatItWasGiven) {
  Probe old;
  old.hello.mutable_identity()->set_hypervisor_uuid_digest("of the old machine");
  Connect(old);
  const auto given = continuity_.Give("id-a", "id-new", std::string(16, 'g'));
  EXPECT_FALSE(continuity_.Confirm("id-a", given.counter()));
  Probe reinstalled;
  reinstalled.hello.mutable_identity()->set_hypervisor_uuid_digest("of the new machine");
  EXPECT_EQ(Judge(reinstalled), Verdict::kEnrollAnew);
  reinstalled.Keep(given);
  EXPECT_EQ(Judge(reinstalled, 100), Verdict::kWelcome);
  EXPECT_EQ(continuity_.Accept(reinstalled.hello, std::string(16, 'h')), "id-new");
  EXPECT_EQ(Judge(reinstalled), Verdict::kWelcome);  // its next token may be lost
  EXPECT_EQ(Judge(old), Verdict::kEnrollAnew);
  EXPECT_EQ(continuity_.Accept(reinstalled.hello, std::string(16, 'i')), "");
}

TEST_F(ContinuityTest, AnOldMachineThatReturnsBeforeItsPlaceIsTakenKeepsIt) {
  Probe old;
  Connect(old);
  Probe taker;
  taker.Keep(continuity_.Give("id-a", "id-new", std::string(16, 'g')));
  EXPECT_EQ(Judge(old), Verdict::kWelcome);
  Connect(old);
  EXPECT_EQ(Judge(taker), Verdict::kEnrollAnew);
}

// Whatever crashes and however messages get lost: a single machine is never taken for a copy, and
// of two copies that both go on at most one stays.
TEST_F(ContinuityTest, NoOrderOfLossesSplitsASingleMachine) {
  std::mt19937 random(7);
  for (int round = 0; round < 200; ++round) {
    continuity_ = Continuity();
    Probe probe;
    for (int step = 0; step < 20; ++step) {
      ASSERT_EQ(Judge(probe), Verdict::kWelcome) << round << " " << step;
      const auto token = Issue(probe);
      if (random() % 2 == 0) continue;  // Welcome is lost
      probe.Keep(token);
      if (random() % 2 == 0) continue;  // the confirmation is lost
      EXPECT_TRUE(continuity_.Confirm("id-a", token.counter()));
    }
    Probe copy = probe;
    Connect(copy);
    Connect(copy);
    EXPECT_EQ(Judge(probe), Verdict::kEnrollAnew) << round;
  }
}

}  // namespace
}  // namespace hypergauge::aggregator
