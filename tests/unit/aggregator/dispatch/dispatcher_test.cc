#include "aggregator/dispatch/dispatcher.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <future>

#include "tests/support/messages.h"
#include "tests/support/process.h"
#include "tests/unit/aggregator/records/record_keeping.h"

namespace hypergauge::aggregator {
namespace {

using hypergauge::testing::MakeHello;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// What was sent to nodes, for a test that waits for it.
class Sent {
 public:
  bool operator()(const std::string& node_id, const v1::AggregatorMessage& message) {
    const std::lock_guard lock(mutex_);
    if (refusing_) return false;
    messages_.emplace_back(node_id, message);
    arrived_.notify_all();
    return true;
  }
  // The next one of the kind; whatever comes before it is dropped.
  std::pair<std::string, v1::AggregatorMessage> Next(v1::AggregatorMessage::KindCase kind) {
    std::unique_lock lock(mutex_);
    for (;;) {
      const bool came = arrived_.wait_for(lock, minutes(1), [&] { return !messages_.empty(); });
      if (!came) return {"(nothing came)", {}};
      auto next = std::move(messages_.front());
      messages_.pop_front();
      if (next.second.kind_case() == kind) return next;
    }
  }
  v1::Lease Lease() { return Next(v1::AggregatorMessage::kLease).second.lease(); }
  bool Has(v1::AggregatorMessage::KindCase kind) {
    const std::lock_guard lock(mutex_);
    return std::any_of(messages_.begin(), messages_.end(),
                       [&](const auto& each) { return each.second.kind_case() == kind; });
  }
  void Refuse() {
    const std::lock_guard lock(mutex_);
    refusing_ = true;
  }

 private:
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<std::pair<std::string, v1::AggregatorMessage>> messages_;
  bool refusing_ = false;
};

class DispatcherTest : public RecordKeepingTest {
 protected:
  // What an aggregator has in memory.
  struct Running {
    Running(DispatcherTest& test, const ScheduleOptions& options)
        : dispatcher(
              options,
              {.store = *test.store_,
               .book = book,
               .events = test.log_,
               .clock = test.clock_,
               .send = [&sent = test.sent_](const auto& id,
                                            const auto& message) { return sent(id, message); },
               .label_of = [](const auto& node_id) { return node_id.substr(3); },
               .on_interval = [&told = test.intervals_](
                                  const auto& id, const auto& suite,
                                  Time time) { told[id + " " + suite].push_back(time); },
               .collisions = [] { return uint64_t{0}; }}) {
      const auto started = dispatcher.Start();
      EXPECT_TRUE(started.has_value()) << started.error().message;
    }
    LeaseBook book;
    Dispatcher dispatcher;
  };

  void SetUp() override {
    options_.plans[0].benchmarks = {"cpu_blowfish"};
    Restart();
  }
  void TearDown() override {
    running_->dispatcher.Stop();
    store_.reset();
  }

  void Restart() {
    if (running_) running_->dispatcher.Stop();
    Flush();
    running_.reset();
    running_ = std::make_unique<Running>(*this, options_);
  }
  Dispatcher& dispatcher() { return running_->dispatcher; }

  static v1::Hello Hello(const std::string& name) {
    auto hello = MakeHello(name);
    hello.mutable_benchmarks(0)->set_available(true);
    return hello;
  }
  static v1::LeaseEnd EndOf(const v1::Lease& lease,
                            v1::LeaseEnd::Outcome outcome = v1::LeaseEnd::OUTCOME_COMPLETED) {
    v1::LeaseEnd end;
    end.set_lease_id(lease.lease_id());
    end.set_outcome(outcome);
    return end;
  }
  v1::LeaseRecord RecordOf(const v1::Lease& lease) {
    Flush();
    const auto found = store_->FindLease(lease.fencing_token());
    EXPECT_TRUE(found.has_value() && found->has_value()) << lease.lease_id();
    return **found;
  }

  // Until the first lease of the host is over, without having been one.
  void WaitUntilLost(const std::string& host) {
    EXPECT_TRUE(testing::Eventually(minutes(1), [&] {
      const auto leases = running_->book.Of(host, 0);
      return !leases.empty() && leases[0].outcome() == v1::LeaseRecord::OUTCOME_LOST;
    }));
  }

  // Whatever is put from now on is not on disk before Release.
  void HoldCommits() {
    std::promise<void> held;
    release_ = std::promise<void>();
    store_->EndEpochs("", 0, [&held, open = release_.get_future().share()](const auto&) {
      held.set_value();
      open.wait();
    });
    held.get_future().get();
  }
  void Release() { release_.set_value(); }
  void WaitUntilGranted(const std::string& host) {
    EXPECT_TRUE(
        testing::Eventually(minutes(1), [&] { return !running_->book.Of(host, 0).empty(); }));
  }

  ScheduleOptions options_;
  std::promise<void> release_;
  Sent sent_;
  std::map<std::string, std::vector<Time>> intervals_;  // all that were told
  std::unique_ptr<Running> running_;
};

TEST_F(DispatcherTest, ALeaseIsDurableBeforeItsProbeHasIt) {
  dispatcher().Connect(Hello("a"), "a");
  const auto lease = sent_.Lease();
  EXPECT_THAT(lease.benchmarks(), ::testing::ElementsAre("cpu_blowfish"));
  EXPECT_EQ(lease.suite(), "light");
  EXPECT_EQ(lease.duration_nanos(), lease.end_unix_nanos() - clock_.now.count());
  auto record = RecordOf(lease);
  EXPECT_EQ(record.node_id(), "id-a");
  EXPECT_EQ(record.ended_unix_nanos(), 0);
  clock_.now += seconds(9);
  EXPECT_TRUE(dispatcher().End("id-a", EndOf(lease)));
  EXPECT_FALSE(dispatcher().End("id-a", EndOf(lease)));
  record = RecordOf(lease);
  EXPECT_EQ(record.outcome(), v1::LeaseRecord::OUTCOME_COMPLETED);
  EXPECT_EQ(record.ended_unix_nanos(), clock_.now.count());
}

TEST_F(DispatcherTest, ALeaseThatCannotBeStoredIsNeverSent) {
  Break("leases");
  dispatcher().Connect(Hello("a"), "a");
  WaitUntilLost("a");
  Mend();
  clock_.now += minutes(5);        // beyond the retry
  dispatcher().Move("id-a", "a");  // which wakes the dispatcher
  const auto lease = sent_.Lease();
  EXPECT_GT(lease.start_unix_nanos(), (clock_.now.time() - minutes(1)).count());
  EXPECT_EQ(running_->book.Of("a", 0).size(), 2U);
}

TEST_F(DispatcherTest, ANodeThatCannotBeReachedGivesItsHostFreeAtOnce) {
  sent_.Refuse();
  dispatcher().Connect(Hello("a"), "a");
  WaitUntilLost("a");
}

TEST_F(DispatcherTest, ALeaseThatWasTakenBackBeforeItWasDurableIsNeverSent) {
  HoldCommits();
  dispatcher().Connect(Hello("a"), "a");
  WaitUntilGranted("a");
  auto pausing = std::async([&] { return dispatcher().Pause("a", hours(2), ""); });
  (void)sent_.Next(v1::AggregatorMessage::kLeaseRevocation);
  Release();
  EXPECT_EQ(pausing.get().value_or(0), 1);
  Flush();
  EXPECT_FALSE(sent_.Has(v1::AggregatorMessage::kLease));
  const auto leases = running_->book.Of("a", 0);
  ASSERT_EQ(leases.size(), 1U);
  EXPECT_EQ(leases[0].outcome(), v1::LeaseRecord::OUTCOME_REVOKED);
  (void)dispatcher().Resume("a");
  EXPECT_GT(sent_.Lease().fencing_token(), leases[0].fencing_token());
}

TEST_F(DispatcherTest, ALeaseOfBeforeIsNotSentOnAStreamThatIsAboutToConnect) {
  HoldCommits();
  dispatcher().Connect(Hello("a"), "a");
  WaitUntilGranted("a");
  dispatcher().Disconnect("id-a");  // from here on messages reach the new stream
  Release();
  WaitUntilLost("a");
  EXPECT_FALSE(sent_.Has(v1::AggregatorMessage::kLease));
}

TEST_F(DispatcherTest, AfterARestartTheHostStaysLockedUntilTheProbeSaysSo) {
  dispatcher().Connect(Hello("a"), "a");
  const auto lease = sent_.Lease();
  Restart();
  dispatcher().Connect(Hello("b"), "a");  // another node of the host
  EXPECT_EQ(dispatcher().Report({"a"}, 0).hosts(0).leases_size(), 1);
  auto hello = Hello("a");
  hello.mutable_active_lease()->set_lease_id(lease.lease_id());
  hello.mutable_active_lease()->set_fencing_token(lease.fencing_token());
  hello.mutable_active_lease()->set_remaining_nanos(lease.duration_nanos());
  dispatcher().Connect(hello, "a");
  EXPECT_TRUE(dispatcher().End("id-a", EndOf(lease)));
  EXPECT_GT(sent_.Lease().fencing_token(), lease.fencing_token());
}

TEST_F(DispatcherTest, APauseTakesLeasesBackAndHoldsOverARestart) {
  dispatcher().Connect(Hello("a"), "a");
  const auto lease = sent_.Lease();
  const auto revoked = dispatcher().Pause("a", hours(2), "a new kernel");
  ASSERT_TRUE(revoked.has_value());
  EXPECT_EQ(*revoked, 1);
  const auto revocation = sent_.Next(v1::AggregatorMessage::kLeaseRevocation);
  EXPECT_EQ(revocation.second.lease_revocation().lease_id(), lease.lease_id());
  auto end = EndOf(lease, v1::LeaseEnd::OUTCOME_ABORTED);
  end.set_cause(v1::LeaseEnd::CAUSE_REVOKED);
  EXPECT_TRUE(dispatcher().End("id-a", end));
  EXPECT_EQ(RecordOf(lease).outcome(), v1::LeaseRecord::OUTCOME_REVOKED);
  Restart();
  const auto report = dispatcher().Report({}, 0);
  ASSERT_EQ(report.pauses_size(), 1);
  EXPECT_EQ(report.pauses(0).host(), "a");
  EXPECT_EQ(report.pauses(0).reason(), "a new kernel");
  EXPECT_EQ(report.pauses(0).until_unix_nanos(), (clock_.now.time() + hours(2)).count());
  dispatcher().Connect(Hello("a"), "a");
  EXPECT_EQ(dispatcher().Report({"a"}, 0).hosts(0).held_by(), "paused");
  EXPECT_EQ(dispatcher().Resume("a").value_or(-1), 1);
  EXPECT_GT(sent_.Lease().fencing_token(), lease.fencing_token());
  const auto events = Events();
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(events[0].kind(), v1::Event::KIND_SCHEDULE_RESUMED);
  EXPECT_EQ(events[1].kind(), v1::Event::KIND_SCHEDULE_PAUSED);
  EXPECT_THAT(events[1].text(), HasSubstr("a new kernel"));
}

TEST_F(DispatcherTest, ASlotIsStoredBeforeItIsSentAndSentUntilTheProbeHasIt) {
  dispatcher().Connect(Hello("a"), "a");
  const auto first = sent_.Next(v1::AggregatorMessage::kOfflineSlot).second.offline_slot();
  EXPECT_GT(first.token(), 0U);
  EXPECT_EQ(first.period_nanos(), options_.offline.period.count());
  EXPECT_THAT(first.benchmarks(), ::testing::ElementsAre("cpu_blowfish"));
  const auto stored = store_->Slots();
  ASSERT_TRUE(stored.has_value());
  ASSERT_EQ(stored->size(), 1U);
  EXPECT_EQ(stored->front().token(), first.token());
  dispatcher().Settle();
  const auto again = sent_.Next(v1::AggregatorMessage::kOfflineSlot).second.offline_slot();
  EXPECT_EQ(again.token(), first.token());
  dispatcher().SlotStored("id-a", first.token());
  dispatcher().Settle();  // sends nothing: the next one is what the pause takes back
  (void)dispatcher().Pause("", Time{}, "");
  EXPECT_EQ(sent_.Next(v1::AggregatorMessage::kOfflineSlot).second.offline_slot().token(), 0U);
  (void)dispatcher().Resume("");
  EXPECT_EQ(sent_.Next(v1::AggregatorMessage::kOfflineSlot).second.offline_slot().token(),
            first.token());
  const Time offset(first.offset_nanos());
  const Time start =
      (clock_.now.time() / options_.offline.period) * options_.offline.period + offset;
  EXPECT_TRUE(dispatcher().SlotCovers(first.token(), "id-a", start, start + seconds(5), {}));
  EXPECT_FALSE(dispatcher().SlotCovers(first.token(), "id-b", start, start + seconds(5), {}));
}

TEST_F(DispatcherTest, WhatIsAskedForComesFirstAndIsNamed) {
  dispatcher().Connect(Hello("a"), "a");
  const auto lease = sent_.Lease();
  const auto order = dispatcher().RunNow("id-a", "light", {"cpu_blowfish"});
  ASSERT_TRUE(order.has_value()) << order.error().message;
  EXPECT_TRUE(dispatcher().End("id-a", EndOf(lease)));
  EXPECT_EQ(sent_.Lease().lease_id(), order->lease_id);
  EXPECT_EQ(dispatcher().RunNow("id-b", "light", {}).error().code, ErrorCode::kNotFound);
}

TEST_F(DispatcherTest, HowOftenRunsComeIsTold) {
  dispatcher().Connect(Hello("a"), "a");
  auto lease = sent_.Lease();
  EXPECT_THAT(intervals_["id-a light"], AllOf(Not(IsEmpty()), Each(Time(minutes(30)))));
  EXPECT_TRUE(dispatcher().End("id-a", EndOf(lease)));
  // The next aggregator, whose first round is far away.
  Restart();
  intervals_.clear();
  dispatcher().Connect(Hello("a"), "a");
  ASSERT_TRUE(dispatcher().RunNow("id-a", "light", {}).has_value());
  (void)sent_.Lease();
  EXPECT_THAT(intervals_["id-a light"], AllOf(Not(IsEmpty()), Each(Time(minutes(30)))));
}

TEST_F(DispatcherTest, AProbeThatComesBackUnderALeaseThatIsOverIsStopped) {
  dispatcher().Connect(Hello("a"), "a");
  const auto lease = sent_.Lease();
  clock_.now += minutes(2);
  dispatcher().Move("id-a", "a");  // which wakes the dispatcher
  EXPECT_TRUE(testing::Eventually(minutes(1), [&] {
    return running_->book.Find(lease.fencing_token())->outcome() ==
           v1::LeaseRecord::OUTCOME_EXPIRED;
  }));
  dispatcher().Disconnect("id-a");
  auto hello = Hello("a");
  hello.mutable_active_lease()->set_lease_id(lease.lease_id());
  hello.mutable_active_lease()->set_fencing_token(lease.fencing_token());
  hello.mutable_active_lease()->set_remaining_nanos(lease.duration_nanos());
  dispatcher().Connect(hello, "a");
  EXPECT_EQ(
      sent_.Next(v1::AggregatorMessage::kLeaseRevocation).second.lease_revocation().lease_id(),
      lease.lease_id());
  // Its host is free.
  const auto order = dispatcher().RunNow("id-a", "light", {});
  ASSERT_TRUE(order.has_value());
  EXPECT_EQ(sent_.Lease().lease_id(), order->lease_id);
}

TEST_F(DispatcherTest, WhatRunsTookCountsOnTheDayTheyEndedAndOverARestart) {
  dispatcher().Connect(Hello("a"), "a");
  auto run = hypergauge::testing::MakeRun("a", 1);
  run.mutable_cost()->set_cpu_seconds(1.5);
  run.mutable_cost()->set_bytes_written(10);
  const Time now = clock_.now.time();
  dispatcher().Charge("id-a", run, now - hours(24));
  const auto today = [&] { return dispatcher().Report({"a"}, 0).hosts(0); };
  EXPECT_EQ(today().cpu_seconds_today(), 0);
  dispatcher().Charge("id-a", run, now);
  dispatcher().Charge("id-a", run, now);
  EXPECT_EQ(today().cpu_seconds_today(), 3);
  Restart();
  dispatcher().Connect(Hello("a"), "a");
  EXPECT_EQ(today().cpu_seconds_today(), 3);
  EXPECT_EQ(today().bytes_written_today(), 20U);
  // What the store still writes while all ends.
  dispatcher().Stop();
  dispatcher().Charge("id-a", run, now);
  Restart();
  dispatcher().Connect(Hello("a"), "a");
  EXPECT_EQ(today().cpu_seconds_today(), 4.5);
  clock_.now += hours(24);
  EXPECT_EQ(today().cpu_seconds_today(), 0);
}

TEST_F(DispatcherTest, ASlotThatIsNotDurableIsNotSent) {
  HoldCommits();
  dispatcher().Connect(Hello("a"), "a");
  dispatcher().Settle();
  EXPECT_FALSE(sent_.Has(v1::AggregatorMessage::kOfflineSlot));
  Release();
  (void)sent_.Next(v1::AggregatorMessage::kOfflineSlot);
  Break("slots");
  dispatcher().Connect(Hello("b"), "b");
  Flush();
  dispatcher().SlotStored("id-a", store_->Slots()->at(0).token());
  dispatcher().Settle();
  Flush();
  Mend();
  EXPECT_EQ(store_->Slots()->size(), 1U);
  dispatcher().Settle();
  Flush();
  ASSERT_EQ(store_->Slots()->size(), 2U);
  for (;;) {
    const auto sent = sent_.Next(v1::AggregatorMessage::kOfflineSlot);
    if (sent.first == "id-a") continue;  // that was on its way
    EXPECT_EQ(sent.second.offline_slot().token(), store_->Slots()->at(1).token());
    break;
  }
}

TEST_F(DispatcherTest, WhatComesWithASlotIsToldAnewToWhoHasIt) {
  dispatcher().Connect(Hello("a"), "a");
  const auto slot = sent_.Next(v1::AggregatorMessage::kOfflineSlot).second.offline_slot();
  options_.offline.after += minutes(5);
  Restart();
  auto hello = Hello("a");
  hello.set_offline_slot(slot.token());
  dispatcher().Connect(hello, "a");
  const auto again = sent_.Next(v1::AggregatorMessage::kOfflineSlot).second.offline_slot();
  EXPECT_EQ(again.token(), slot.token());
  EXPECT_EQ(again.after_nanos(), options_.offline.after.count());
}

TEST_F(DispatcherTest, ASlotThatMeetsAnotherOnTheNewHostIsTakenBack) {
  options_.offline.period = minutes(2);  // of one slot
  Restart();
  for (const char* name : {"a", "b"}) {
    dispatcher().Connect(Hello(name), name);
    const auto slot = sent_.Next(v1::AggregatorMessage::kOfflineSlot).second.offline_slot();
    dispatcher().SlotStored("id-" + std::string(name), slot.token());
  }
  dispatcher().Move("id-b", "a");
  const auto taken = sent_.Next(v1::AggregatorMessage::kOfflineSlot);
  EXPECT_EQ(taken.first, "id-b");
  EXPECT_EQ(taken.second.offline_slot().token(), 0U);
}

}  // namespace
}  // namespace hypergauge::aggregator
