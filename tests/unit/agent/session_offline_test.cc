// What a session does with its offline slot.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <mutex>

#include "tests/unit/agent/session_fixture.h"

namespace hypergauge::testing {
namespace {

using probes::OfflineSlotFile;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::nanoseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr nanoseconds kThere = hours(480'000);  // the aggregator's calendar: a full hour

std::vector<uint64_t> StoredSlotsOf(const Heard& heard) {
  std::vector<uint64_t> tokens;
  for (const auto& message : heard) {
    if (message.has_offline_slot_stored()) tokens.push_back(message.offline_slot_stored().token());
  }
  return tokens;
}

// The first ten minutes of every hour.
v1::AggregatorMessage SlotMessage(uint64_t token) {
  v1::AggregatorMessage message;
  auto& slot = *message.mutable_offline_slot();
  slot.set_token(token);
  slot.set_suite("light");
  slot.set_period_nanos(nanoseconds(hours(1)).count());
  slot.set_length_nanos(nanoseconds(minutes(10)).count());
  slot.set_valid_until_unix_nanos(nanoseconds(kThere + hours(6)).count());
  slot.set_after_nanos(nanoseconds(minutes(2)).count());
  return message;
}

class SessionOfflineTest : public SessionTest {
 protected:
  SessionOfflineTest() {
    clock_ = &here_;
    slot_ = &file_;
    options_.slot_look_interval = milliseconds(5);
  }

  ~SessionOfflineTest() override { Stop(); }

  // An aggregator at the port that gives these slots to everybody.
  std::unique_ptr<FriendlyAggregator> Aggregator(std::vector<v1::AggregatorMessage> slots) {
    return std::make_unique<FriendlyAggregator>(
        [this, slots = std::move(slots)](const v1::ProbeMessage& message) {
          for (const auto& slot : slots) {
            if (message.has_clock_request()) present_.load()->Send(slot);
          }
          return std::nullopt;
        },
        port_.address(), there_);
  }

  // Connects, gives the slot, and goes away.
  void GiveSlotAndCutOff() {
    auto first = Aggregator({SlotMessage(7)});
    present_ = &first->server();
    Start(port_.address(),
          [this](const HeldLease& held, const CycleObserver& observer,
                 const std::stop_token& stop) { return Measure(held, observer, stop); });
    ASSERT_TRUE(
        first->server().Await([](const Heard& heard) { return !StoredSlotsOf(heard).empty(); }));
    first.reset();
    ASSERT_TRUE(AwaitStreams(2));
  }

  LeaseResult Measure(const HeldLease& held, const CycleObserver& observer,
                      const std::stop_token& stop) {
    {
      const std::lock_guard lock(mutex_);
      held_.push_back(held);
    }
    observer.on_run(RunOf("null"));
    return lasts_ ? UntilStopped(stop) : LeaseResult();
  }

  void Advance(nanoseconds time) {
    here_.Advance(time);
    there_.Advance(time);
  }

  [[nodiscard]] std::vector<HeldLease> Held() const {
    const std::lock_guard lock(mutex_);
    return held_;
  }

  [[nodiscard]] bool AwaitHeld(size_t count) const {
    return Eventually(seconds(60), [&] { return Held().size() >= count; });
  }

  const ReservedPort port_;
  HeldClock here_{hours(5), hours(-3)};
  HeldClock there_{hours(900), kThere - hours(900)};
  OfflineSlotFile file_ =
      OfflineSlotFile::Open(folder_.path() / "offline_slot.json", SessionIdentity().node_id())
          .value();
  std::atomic<TestAggregator*> present_ = nullptr;
  std::atomic<bool> lasts_ = false;
  mutable std::mutex mutex_;  // guards held_
  std::vector<HeldLease> held_;
};

TEST_F(SessionOfflineTest, KeepsTheSlotBeforeItSaysSo) {
  const auto aggregator = Aggregator({SlotMessage(7)});
  present_ = &aggregator->server();
  Start(port_.address());
  ASSERT_TRUE(
      aggregator->server().Await([](const Heard& heard) { return !StoredSlotsOf(heard).empty(); }));
  Stop();
  EXPECT_THAT(StoredSlotsOf(aggregator->server().Heard()), ElementsAre(7));
  EXPECT_EQ(aggregator->server().Heard().front().hello().offline_slot(), 0U);
  EXPECT_EQ(OfflineSlotFile::Open(folder_.path() / "offline_slot.json", SessionIdentity().node_id())
                ->slot()
                ->token(),
            7U);
}

TEST_F(SessionOfflineTest, TellsWhichSlotItKeeps) {
  ASSERT_TRUE(file_.Keep(SlotMessage(5).offline_slot()));
  const auto aggregator = Aggregator({});
  Start(port_.address());
  ASSERT_TRUE(
      aggregator->server().Await([](const Heard& heard) { return CountHellos(heard) > 0; }));
  EXPECT_EQ(aggregator->server().Heard().front().hello().offline_slot(), 5U);
}

TEST_F(SessionOfflineTest, RefusesABrokenSlotAndForgetsOneThatIsTakenBack) {
  auto broken = SlotMessage(7);
  broken.mutable_offline_slot()->set_length_nanos(-1);
  ASSERT_TRUE(file_.Keep(SlotMessage(5).offline_slot()));
  const auto aggregator = Aggregator({broken, SlotMessage(0)});
  present_ = &aggregator->server();
  Start(port_.address());
  ASSERT_TRUE(
      aggregator->server().Await([](const Heard& heard) { return !StoredSlotsOf(heard).empty(); }));
  Stop();
  EXPECT_THAT(StoredSlotsOf(aggregator->server().Heard()), ElementsAre(0));
  EXPECT_FALSE(file_.slot());
}

TEST_F(SessionOfflineTest, MeasuresInItsSlotOnceItIsCutOffForLong) {
  GiveSlotAndCutOff();
  Advance(minutes(1));  // in the slot, but cut off for too short a time
  ASSERT_TRUE(AwaitStreams(4));
  Advance(minutes(19));  // outside of it
  ASSERT_TRUE(AwaitStreams(4));
  EXPECT_THAT(Held(), IsEmpty());
  Advance(minutes(42));
  ASSERT_TRUE(AwaitHeld(1));
  const auto held = Held()[0];
  EXPECT_EQ(held.lease.lease_id(), "slot-7");
  EXPECT_EQ(held.lease.fencing_token(), 7U);
  EXPECT_TRUE(held.offline);
  EXPECT_LE(held.end, here_.MonotonicRaw() + minutes(8));
  EXPECT_GT(held.end, here_.MonotonicRaw() + minutes(7));
  // Once each time.
  ASSERT_TRUE(AwaitStreams(4));
  EXPECT_EQ(Held().size(), 1U);
  Advance(hours(1));
  ASSERT_TRUE(AwaitHeld(2));
  Advance(hours(5));  // it is valid no more
  ASSERT_TRUE(AwaitStreams(4));
  EXPECT_EQ(Held().size(), 2U);
}

TEST_F(SessionOfflineTest, GoesOnWhenTheAggregatorIsBackAndSaysSo) {
  lasts_ = true;
  GiveSlotAndCutOff();
  Advance(minutes(61));
  ASSERT_TRUE(AwaitHeld(1));
  const auto second = Aggregator({});
  ASSERT_TRUE(second->server().Await([](const Heard& heard) { return CountHellos(heard) > 0; }));
  const auto hello = second->server().Heard().front().hello();
  EXPECT_EQ(hello.active_lease().lease_id(), "slot-7");
  EXPECT_EQ(hello.active_lease().fencing_token(), 7U);
  EXPECT_GT(hello.active_lease().remaining_nanos(), 0);
  EXPECT_EQ(hello.offline_slot(), 7U);
  // Never two things at once.
  second->server().Send(LeaseMessage("b", seconds(60)));
  ASSERT_TRUE(
      second->server().Await([](const Heard& heard) { return !LeaseEndsOf(heard).empty(); }));
  EXPECT_EQ(LeaseEndsOf(second->server().Heard())[0].outcome(), v1::LeaseEnd::OUTCOME_REFUSED);
  v1::AggregatorMessage revocation;
  revocation.mutable_lease_revocation()->set_lease_id("slot-7");
  second->server().Send(revocation);
  ASSERT_TRUE(
      second->server().Await([](const Heard& heard) { return LeaseEndsOf(heard).size() == 2; }));
  const auto end = LeaseEndsOf(second->server().Heard())[1];
  EXPECT_EQ(end.lease_id(), "slot-7");
  EXPECT_EQ(end.outcome(), v1::LeaseEnd::OUTCOME_ABORTED);
  EXPECT_EQ(end.cause(), v1::LeaseEnd::CAUSE_REVOKED);
}

TEST_F(SessionOfflineTest, DoesNotTellTheEndOfWhatNobodyKnew) {
  GiveSlotAndCutOff();
  Advance(minutes(61));
  ASSERT_TRUE(AwaitHeld(1));
  const auto second = Aggregator({});
  EXPECT_TRUE(SpoolEmpties());
  Stop();
  const auto heard = second->server().Heard();
  EXPECT_THAT(SequencesOf(heard), ElementsAre(1));
  EXPECT_THAT(LeaseEndsOf(heard), IsEmpty());
}

TEST_F(SessionOfflineTest, DoesNotTrustItsOwnCalendar) {
  auto slot = SlotMessage(7).offline_slot();
  ASSERT_TRUE(file_.Keep(slot));
  // By its own calendar it would be time at once.
  const HeldClock calendar(hours(5), kThere - hours(5));
  clock_ = &calendar;
  Start(port_.address(),
        [this](const HeldLease& held, const CycleObserver& observer, const std::stop_token& stop) {
          return Measure(held, observer, stop);
        });
  EXPECT_TRUE(AwaitStreams(5));
  Stop();  // before the clock goes
  EXPECT_THAT(Held(), IsEmpty());
}

// An aggregator that hears Hello may take the node for idle, whatever it answers.
TEST_F(SessionOfflineTest, IsNotCutOffFromWhoRefusesIt) {
  GiveSlotAndCutOff();
  Advance(minutes(40));  // outside of the slot, so that nothing is due while the other one starts
  TestAggregator refuses(
      [](const v1::ProbeMessage&) {
        return grpc::Status(grpc::StatusCode::UNAVAILABLE, "cannot store");
      },
      port_.address());
  const auto heard = [&](int count) {
    return refuses.Await([&](const Heard& all) { return CountHellos(all) >= count; });
  };
  ASSERT_TRUE(heard(2));
  for (int i = 0; i < 30; ++i) {
    Advance(minutes(1));
    ASSERT_TRUE(heard(CountHellos(refuses.Heard()) + 2));
  }
  EXPECT_THAT(Held(), IsEmpty());
}

}  // namespace
}  // namespace hypergauge::testing
