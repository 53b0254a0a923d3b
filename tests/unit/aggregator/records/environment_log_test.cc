#include "aggregator/records/environment_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/aggregator/records/record_keeping.h"

namespace hypergauge::aggregator {
namespace {

using ::testing::HasSubstr;

v1::Environment Machine(const std::string& kernel) {
  v1::Environment environment;
  environment.set_kernel_release(kernel);
  environment.set_online_cpus(4);
  (*environment.mutable_facts())["cpu_governor"] = "performance";
  return environment;
}

v1::Platform Kvm() {
  v1::Platform platform;
  platform.set_name("kvm");
  platform.set_hypervisor("kvm");
  platform.add_evidence("CPUID says KVMKVMKVM");
  return platform;
}

class EnvironmentLogTest : public RecordKeepingTest {
 protected:
  int64_t Now() const { return clock_.now.count(); }
  void Observe(const v1::Environment& environment, const v1::Platform& platform = Kvm()) {
    clock_.now += std::chrono::seconds(1);
    environments_.Observe("id-a", environment, platform, Now());
  }
  v1::ListEpochsResponse Epochs() {
    Flush();
    return *store_->Epochs("id-a");
  }

  EventLog::LabelOf label_of_ = [](const std::string& node_id) { return "label of " + node_id; };
  EnvironmentLog environments_{*store_, log_, label_of_};
};

TEST_F(EnvironmentLogTest, TheFirstEnvironmentBeginsAnEpochAndIsNoEvent) {
  Observe(Machine("6.1"));
  Observe(Machine("6.1"));
  EXPECT_TRUE(Events().empty());
  const auto epochs = Epochs();
  ASSERT_EQ(epochs.environments_size(), 1);
  EXPECT_EQ(epochs.environments(0).ended_unix_nanos(), 0);
  EXPECT_EQ(epochs.environments(0).platform().name(), "kvm");
}

TEST_F(EnvironmentLogTest, WhatTheStoreCouldNotTakeIsWrittenLater) {
  Observe(Machine("6.1"));
  Break("environment_epochs");
  Observe(Machine("6.6"));
  EXPECT_EQ(Epochs().environments_size(), 1);
  Mend();
  environments_.Settle(Now());
  const auto epochs = Epochs();
  ASSERT_EQ(epochs.environments_size(), 2);
  EXPECT_EQ(epochs.environments(1).environment().kernel_release(), "6.6");
  EXPECT_EQ(epochs.environments(0).ended_unix_nanos(), Now());
}

TEST_F(EnvironmentLogTest, EveryFactThatChangedIsAnEventWithOldAndNewValue) {
  Observe(Machine("6.1"));
  auto changed = Machine("6.6");
  changed.clear_online_cpus();
  changed.mutable_facts()->erase("cpu_governor");
  (*changed.mutable_facts())["smt"] = "on";
  auto moved = Kvm();
  moved.set_name("proxmox-ve");
  Observe(changed, moved);
  std::vector<std::string> told;
  for (const auto& event : Events()) {
    EXPECT_EQ(event.kind(), v1::Event::KIND_ENVIRONMENT_CHANGED);
    told.push_back(event.subject() + ":" + event.old_value() + ":" + event.new_value());
  }
  EXPECT_THAT(told, ::testing::UnorderedElementsAre("kernel_release:6.1:6.6", "online_cpus:4:",
                                                    "cpu_governor:performance:", "smt::on",
                                                    "platform:kvm:proxmox-ve"));
  const auto epochs = Epochs();
  ASSERT_EQ(epochs.environments_size(), 2);
  EXPECT_EQ(epochs.environments(0).ended_unix_nanos(), Now());
  EXPECT_EQ(epochs.environments(1).began_unix_nanos(), Now());
}

TEST_F(EnvironmentLogTest, NoiseFloorsEvidenceAndDigestsChangeNothing) {
  Observe(Machine("6.1"));
  auto same = Machine("6.1");
  same.add_noise()->set_floor_ratio(0.1);
  same.set_digest(std::string(64, 'a'));  // of a probe that computes it in another way
  auto platform = Kvm();
  platform.add_evidence("DMI says so too");
  Observe(same, platform);
  EXPECT_TRUE(Events().empty());
  EXPECT_EQ(Epochs().environments_size(), 1);
}

TEST_F(EnvironmentLogTest, AChangeBehindAnEqualDigestIsFound) {
  auto before = Machine("6.1");
  before.set_digest(std::string(64, 'a'));
  auto after = Machine("6.6");
  after.set_digest(std::string(64, 'a'));
  Observe(before);
  Observe(after);
  EXPECT_EQ(Events().size(), 1U);
}

TEST_F(EnvironmentLogTest, ARestartIsNoChange) {
  Observe(Machine("6.1"));
  Flush();
  const auto began = Epochs().environments(0).began_unix_nanos();
  EnvironmentLog next(*store_, log_, label_of_);
  next.Restore(*store_->LoadState());
  clock_.now += std::chrono::hours(1);
  next.Observe("id-a", Machine("6.1"), Kvm(), Now());
  EXPECT_TRUE(Events().empty());
  ASSERT_EQ(Epochs().environments_size(), 1);
  exporter::Snapshot snapshot;
  next.CollectInto(snapshot);
  const auto text = exporter::WriteExposition(snapshot, exporter::Format::kText004, 0);
  EXPECT_THAT(text, HasSubstr("hypergauge_environment_epoch_timestamp_seconds{node=\"label of "
                              "id-a\"} " +
                              std::to_string(began / 1'000'000'000)));
  next.Observe("id-a", Machine("6.6"), Kvm(), Now());
  EXPECT_EQ(Events().size(), 1U);
}

TEST_F(EnvironmentLogTest, ANodeThatFlapsIsRecordedAsOneChangeAfterTheHour) {
  for (int i = 0; i < 500; ++i) Observe(Machine(std::to_string(i)));
  constexpr int kEpochs = EnvironmentLog::kMostPerHour + 1;  // with the first
  EXPECT_EQ(Epochs().environments_size(), kEpochs);
  auto events = Events();
  EXPECT_EQ(events.size(), static_cast<size_t>(kEpochs));
  EXPECT_THAT(events.front().text(), HasSubstr("changed 12 times within an hour"));
  environments_.Settle(Now());
  EXPECT_EQ(Epochs().environments_size(), kEpochs);
  clock_.now += std::chrono::hours(1);
  environments_.Settle(Now());
  environments_.Settle(Now());
  const auto epochs = Epochs();
  ASSERT_EQ(epochs.environments_size(), kEpochs + 1);
  EXPECT_EQ(epochs.environments(kEpochs).environment().kernel_release(), "499");
  EXPECT_EQ(epochs.environments(kEpochs).began_unix_nanos(), Now());
  EXPECT_EQ(Events().front().new_value(), "499");
  EXPECT_EQ(Events().front().old_value(), "12");
}

TEST_F(EnvironmentLogTest, WhatFlappedBackIsNoChangeAfterTheHour) {
  for (int i = 0; i <= EnvironmentLog::kMostPerHour; ++i) Observe(Machine(std::to_string(i)));
  Observe(Machine("other"));
  Observe(Machine(std::to_string(EnvironmentLog::kMostPerHour)));
  clock_.now += std::chrono::hours(2);
  environments_.Settle(Now());
  EXPECT_EQ(Epochs().environments_size(), EnvironmentLog::kMostPerHour + 1);
}

TEST_F(EnvironmentLogTest, OfVeryManyFactsTheRestIsCounted) {
  Observe(Machine("6.1"));
  auto many = Machine("6.1");
  for (size_t i = 0; i < EnvironmentLog::kMostFacts + 10; ++i) {
    (*many.mutable_facts())["fact_" + std::to_string(i)] = "new";
  }
  Observe(many);
  const auto events = Events();
  ASSERT_EQ(events.size(), EnvironmentLog::kMostFacts + 1);
  EXPECT_THAT(events.front().text(), HasSubstr("10 further facts changed"));
}

TEST_F(EnvironmentLogTest, AForgottenNodeBeginsAnew) {
  Observe(Machine("6.1"));
  environments_.Forget("id-a");
  Observe(Machine("6.6"));
  EXPECT_TRUE(Events().empty());
  EXPECT_EQ(Epochs().environments_size(), 2);
}

TEST(EnvironmentFactsTest, AFactCannotHideAField) {
  auto environment = Machine("6.1");
  (*environment.mutable_facts())["kernel_release"] = "lie";
  (*environment.mutable_facts())["os_release"] = "lie";
  const auto facts = FactsOf(environment, {});
  EXPECT_EQ(facts.at("kernel_release"), "6.1");
  EXPECT_FALSE(facts.contains("os_release"));
}

TEST(EnvironmentFactsTest, ABalloonChangesNothing) {
  auto environment = Machine("6.1");
  environment.set_memory_bytes(1024);
  EXPECT_EQ(FactsOf(environment, Kvm()).at("memory_bytes"), "1024");
  (*environment.mutable_facts())["memory_present"] = "512 pages";
  EXPECT_FALSE(FactsOf(environment, Kvm()).contains("memory_bytes"));
}

TEST(EnvironmentFactsTest, LayersAreToldFromTheInsideOut) {
  v1::Platform platform;
  auto& inner = *platform.add_layers();
  inner.set_kind("container");
  inner.set_hypervisor("lxc");
  inner.set_confidence("certain");
  auto& outer = *platform.add_layers();
  outer.set_kind("vm");
  outer.set_hypervisor("kvm");
  outer.set_product("proxmox-ve");
  EXPECT_EQ(FactsOf({}, platform).at("platform_layers"),
            "container lxc (certain) in vm kvm proxmox-ve");
}

}  // namespace
}  // namespace hypergauge::aggregator
