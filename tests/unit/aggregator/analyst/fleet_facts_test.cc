#include "aggregator/analyst/fleet_facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/messages.h"

namespace hypergauge::aggregator {
namespace {

using analysis::RegressionScope;
using hypergauge::testing::MakeHello;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class FleetFactsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto host = MakeHello("h");
    host.mutable_platform()->set_name("proxmox-ve");
    host.mutable_platform()->set_version("8.2");
    fleet_.Connected(host, 1);
    auto guest = MakeHello("g");
    guest.set_role(v1::ROLE_GUEST);
    guest.mutable_platform()->set_name("proxmox-ve");
    fleet_.Connected(guest, 1);
    fleet_.SetPlacement("id-g", "h", v1::Placement::SOURCE_DISCOVERED, false);
    static_cast<void>(facts_.Update(fleet_, 1));
  }

  static v1::Event Changed(const std::string& node_id, const std::string& subject) {
    v1::Event event;
    event.set_kind(v1::Event::KIND_ENVIRONMENT_CHANGED);
    event.set_node_id(node_id);
    event.set_unix_nanos(42);
    event.set_subject(subject);
    event.set_old_value("8.1");
    event.set_new_value("8.2");
    return event;
  }

  Fleet fleet_{std::chrono::minutes(30)};
  FleetFacts facts_;
};

TEST_F(FleetFactsTest, AnEventThatIsStoredTellsSinceWhenANodeIsOfItsGroup) {
  const auto kernel = facts_.GroupChangesOf(Changed("id-g", "kernel_release"));
  ASSERT_THAT(kernel, SizeIs(1));
  EXPECT_EQ(kernel[0].node, "id-g");
  EXPECT_EQ(kernel[0].scope, RegressionScope::kKernel);
  EXPECT_EQ(kernel[0].unix_nanos, 42);
  EXPECT_EQ(facts_.GroupChangesOf(Changed("id-g", "os_release")).at(0).scope,
            RegressionScope::kGuestImage);
  auto moved = Changed("id-g", "");
  moved.set_kind(v1::Event::KIND_PLACEMENT_CHANGED);
  EXPECT_EQ(facts_.GroupChangesOf(moved).at(0).scope, RegressionScope::kHost);
}

TEST_F(FleetFactsTest, AHostsReleaseIsThatOfItsGuests) {
  const auto changes = facts_.GroupChangesOf(Changed("id-h", "platform_version"));
  ASSERT_THAT(changes, SizeIs(2));
  EXPECT_EQ(changes[0].node, "id-h");
  EXPECT_EQ(changes[1].node, "id-g");
  EXPECT_EQ(changes[1].scope, RegressionScope::kPlatform);
}

TEST_F(FleetFactsTest, OtherEventsChangeNoGroup) {
  EXPECT_THAT(facts_.GroupChangesOf(Changed("id-g", "clocksource")), IsEmpty());
  EXPECT_THAT(facts_.GroupChangesOf(Changed("stranger", "kernel_release")), IsEmpty());
  auto first_known = Changed("id-g", "kernel_release");
  first_known.clear_old_value();
  EXPECT_THAT(facts_.GroupChangesOf(first_known), IsEmpty());
  auto removed = Changed("id-g", "kernel_release");
  removed.set_kind(v1::Event::KIND_NODE_REMOVED);
  EXPECT_THAT(facts_.GroupChangesOf(removed), IsEmpty());
}

}  // namespace
}  // namespace hypergauge::aggregator
