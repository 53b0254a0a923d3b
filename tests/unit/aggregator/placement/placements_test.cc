#include "aggregator/placement/placements.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hypergauge::aggregator {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

// A fleet whose nodes are called as their ids without the "id-".
class PlacementsTest : public ::testing::Test {
 protected:
  using Words = std::vector<std::string>;

  static NodeClaims Node(const std::string& name, const Words& own, const Words& guests = {}) {
    NodeClaims claims;
    claims.node_id = "id-" + name;
    claims.label = name;
    claims.name = name;
    claims.own_digests = own;
    claims.guest_digests = guests;
    claims.connected = true;
    return claims;
  }

  std::vector<PlacementChange> Put(const NodeClaims& claims) {
    return placements_.Put(claims, ++now_);
  }
  std::vector<PlacementChange> Host(const std::string& name, const Words& guests) {
    return Put(Node(name, {}, guests));
  }
  std::vector<PlacementChange> Guest(const std::string& name, const Words& own) {
    return Put(Node(name, own));
  }
  [[nodiscard]] std::string HostOf(const std::string& name) const {
    const auto* place = placements_.Find("id-" + name);
    return place == nullptr ? "(not known)" : place->host;
  }
  [[nodiscard]] std::string RivalOf(const std::string& name) const {
    return placements_.Find("id-" + name)->rival;
  }

  Placements placements_;
  int64_t now_ = 1000;
};

TEST_F(PlacementsTest, AGuestIsOnTheHostThatClaimsIt) {
  Host("a", {"uuid:1"});
  Host("b", {"uuid:2"});
  const auto changes = Guest("g", {"uuid:1", "mac:9"});
  ASSERT_THAT(changes, SizeIs(1));
  EXPECT_TRUE(changes[0].moved);
  EXPECT_TRUE(changes[0].is_first);
  EXPECT_EQ(changes[0].after.host, "a");
  EXPECT_EQ(changes[0].after.host_id, "id-a");
  EXPECT_EQ(changes[0].after.source, PlacementSource::kDiscovered);
  EXPECT_EQ(changes[0].after.began_unix_nanos, now_);
}

TEST_F(PlacementsTest, AClaimThatComesAfterItsGuestPlacesItToo) {
  Guest("g", {"mac:9"});
  EXPECT_EQ(HostOf("g"), "");
  const auto changes = Host("a", {"mac:9"});
  ASSERT_THAT(changes, SizeIs(1));
  EXPECT_EQ(changes[0].node_id, "id-g");
  EXPECT_FALSE(changes[0].is_first);
  EXPECT_EQ(HostOf("g"), "a");
}

TEST_F(PlacementsTest, AMoveEndsOneEpochInTheMomentInWhichTheOtherBegins) {
  Host("a", {"uuid:1"});
  Host("b", {});
  Guest("g", {"uuid:1"});
  placements_.Disconnect("id-g", ++now_);
  EXPECT_THAT(Host("a", {}), IsEmpty());  // stopped; nobody knows of another place
  EXPECT_EQ(HostOf("g"), "a");
  const auto changes = Host("b", {"uuid:1"});
  ASSERT_THAT(changes, SizeIs(1));
  EXPECT_TRUE(changes[0].moved);
  EXPECT_EQ(changes[0].before.host, "a");
  EXPECT_EQ(changes[0].after.host, "b");
  EXPECT_EQ(changes[0].after.began_unix_nanos, now_);
  EXPECT_THAT(Guest("g", {"uuid:1"}), IsEmpty());  // it comes up there: nothing new
}

TEST_F(PlacementsTest, AConnectedGuestThatNobodyClaimsIsNowhereAfterAGrace) {
  Host("a", {"uuid:1"});
  Guest("g", {"uuid:1"});
  EXPECT_THAT(Host("a", {}), IsEmpty());
  now_ += Placements::kGrace.count() - 1;
  EXPECT_THAT(placements_.Expire(now_), IsEmpty());
  EXPECT_EQ(HostOf("g"), "a");
  const auto changes = placements_.Expire(++now_);
  ASSERT_THAT(changes, SizeIs(1));
  EXPECT_TRUE(changes[0].moved);
  EXPECT_EQ(changes[0].after.began_unix_nanos, now_);
  EXPECT_EQ(HostOf("g"), "");
  EXPECT_THAT(placements_.Expire(++now_), IsEmpty());
}

TEST_F(PlacementsTest, AGuestWhoseOldConnectionOutlivesItMovesOnce) {
  Host("a", {"uuid:1"});
  Host("b", {});
  Guest("g", {"uuid:1"});
  // Its machine is gone without a word, so that it counts as connected when its host lets it go.
  EXPECT_THAT(Host("a", {}), IsEmpty());
  const auto changes = Host("b", {"uuid:1"});
  ASSERT_THAT(changes, SizeIs(1));
  EXPECT_EQ(changes[0].before.host, "a");
  EXPECT_EQ(changes[0].after.host, "b");
}

TEST_F(PlacementsTest, AClaimInBetweenBeginsTheGraceAnew) {
  Host("a", {"uuid:1"});
  Guest("g", {"uuid:1"});
  Host("a", {});
  now_ += Placements::kGrace.count() - 2;
  Host("a", {"uuid:1"});
  Host("a", {});
  now_ += Placements::kGrace.count() - 2;
  EXPECT_THAT(placements_.Expire(now_), IsEmpty());
  EXPECT_EQ(HostOf("g"), "a");
}

TEST_F(PlacementsTest, AGuestThatTwoHostsClaimStaysUntilOneLetsGo) {
  Host("a", {"uuid:1"});
  Guest("g", {"uuid:1"});
  const auto contested = Host("b", {"uuid:1"});
  ASSERT_THAT(contested, SizeIs(1));
  EXPECT_FALSE(contested[0].moved);
  EXPECT_TRUE(contested[0].contested);
  EXPECT_EQ(HostOf("g"), "a");
  EXPECT_EQ(RivalOf("g"), "b");
  EXPECT_THAT(Host("b", {"uuid:1", "mac:5"}), IsEmpty());  // told once
  const auto moved = Host("a", {});
  ASSERT_THAT(moved, SizeIs(1));
  EXPECT_TRUE(moved[0].moved);
  EXPECT_FALSE(moved[0].contested);
  EXPECT_EQ(HostOf("g"), "b");
  EXPECT_EQ(RivalOf("g"), "");
}

TEST_F(PlacementsTest, AContestThatTheNewcomerGivesUpChangesNothingElse) {
  Host("a", {"uuid:1"});
  Guest("g", {"uuid:1"});
  Host("b", {"uuid:1"});
  const auto settled = Host("b", {});
  ASSERT_THAT(settled, SizeIs(1));
  EXPECT_FALSE(settled[0].moved);
  EXPECT_FALSE(settled[0].contested);
  EXPECT_EQ(HostOf("g"), "a");
  EXPECT_EQ(RivalOf("g"), "");
}

TEST_F(PlacementsTest, AGuestThatTwoHostsClaimFromTheBeginningIsOnNone) {
  Host("a", {"uuid:1"});
  Host("b", {"uuid:1"});
  const auto changes = Guest("g", {"uuid:1"});
  ASSERT_THAT(changes, SizeIs(1));
  EXPECT_TRUE(changes[0].contested);
  EXPECT_EQ(HostOf("g"), "");
  Host("a", {});
  EXPECT_EQ(HostOf("g"), "b");
}

TEST_F(PlacementsTest, AUuidOutranksAnAddress) {
  Host("a", {"mac:9"});
  Guest("g", {"uuid:1", "mac:9"});
  EXPECT_EQ(HostOf("g"), "a");
  Host("b", {"uuid:1"});
  EXPECT_EQ(HostOf("g"), "b");
  EXPECT_EQ(RivalOf("g"), "");
  Host("c", {"mac:9"});
  EXPECT_EQ(HostOf("g"), "b");
}

TEST_F(PlacementsTest, AMachineThatWaitsForAMigrationDisputesNothingUntilTheGuestComes) {
  Host("a", {"uuid:1", "mac:9"});
  Guest("g", {"uuid:1", "mac:9"});
  EXPECT_THAT(Host("b", {"incoming:1", "incoming:9"}), IsEmpty());
  const auto changes = Host("a", {});
  ASSERT_THAT(changes, SizeIs(1));
  EXPECT_EQ(HostOf("g"), "b");
  // On to the next one: the process there still has -incoming on its command line.
  EXPECT_THAT(Host("c", {"incoming:1", "incoming:9"}), IsEmpty());
  Host("b", {});
  EXPECT_EQ(HostOf("g"), "c");
}

TEST_F(PlacementsTest, WhatABridgeLearnedCountsWhereNothingBetterIsKnown) {
  Host("a", {"hint:9"});
  Guest("g", {"mac:9"});
  EXPECT_EQ(HostOf("g"), "a");
  Host("b", {"mac:9"});
  EXPECT_EQ(HostOf("g"), "b");
  EXPECT_EQ(RivalOf("g"), "");
}

TEST_F(PlacementsTest, KindsOfALaterReleaseSayNothing) {
  Host("a", {"serial:1", "1", ""});
  Guest("g", {"uuid:1"});
  EXPECT_EQ(HostOf("g"), "");
}

TEST_F(PlacementsTest, ADeclaredHostOverridesAllEvidence) {
  Host("a", {"uuid:1"});
  Host("b", {});
  auto guest = Node("g", {"uuid:1"});
  guest.declared_host = "b";
  Put(guest);
  EXPECT_EQ(HostOf("g"), "b");
  EXPECT_EQ(placements_.Find("id-g")->source, PlacementSource::kDeclared);
  guest.declared_host = "elsewhere";
  Put(guest);
  EXPECT_EQ(HostOf("g"), "elsewhere");
  EXPECT_EQ(placements_.OutermostHost("id-g"), "elsewhere");
  guest.declared_host = "";
  Put(guest);
  EXPECT_EQ(HostOf("g"), "a");
}

TEST_F(PlacementsTest, ADeclaredHostThatComesLaterIsTheSameHost) {
  auto guest = Node("g", {});
  guest.declared_host = "metal1";
  Put(guest);
  const auto changes = Host("metal1", {});
  for (const auto& change : changes) EXPECT_FALSE(change.moved) << change.node_id;
  EXPECT_EQ(placements_.Find("id-g")->host_id, "id-metal1");
  EXPECT_EQ(placements_.OutermostHost("id-g"), placements_.OutermostHost("id-metal1"));
}

TEST_F(PlacementsTest, AReportedHostComesLastAndIsKnownByItsShortName) {
  auto guest = Node("g", {"uuid:1"});
  guest.reported_host = "HV01";
  Put(guest);
  EXPECT_EQ(HostOf("g"), "HV01");
  auto host = Node("hv01.example.com", {});
  Put(host);
  EXPECT_EQ(HostOf("g"), "hv01.example.com");
  Host("a", {"uuid:1"});
  EXPECT_EQ(HostOf("g"), "a");
}

TEST_F(PlacementsTest, ANodeIsNeverItsOwnHost) {
  Put(Node("a", {"uuid:1"}, {"uuid:1"}));
  EXPECT_EQ(HostOf("a"), "");
  auto declared = Node("b", {});
  declared.declared_host = "b";
  declared.reported_host = "b";
  Put(declared);
  EXPECT_EQ(HostOf("b"), "");
}

TEST_F(PlacementsTest, OfTwoMachinesOfOneNameTheOtherOneIsMeant) {
  auto guest = Node("web", {});
  auto host = Node("web", {});
  host.node_id = "id-other";
  host.label = "web-other";
  guest.declared_host = "web";
  Put(host);
  Put(guest);
  EXPECT_EQ(HostOf("web"), "web-other");
}

TEST_F(PlacementsTest, TwoNodesDoNotRunOnEachOther) {
  Put(Node("a", {"uuid:1"}, {"uuid:2"}));
  Put(Node("b", {"uuid:2"}, {"uuid:1"}));
  EXPECT_EQ(HostOf("b"), "a");
  EXPECT_EQ(HostOf("a"), "");
  // When the claim that came first is gone, the other one is believed.
  Put(Node("a", {"uuid:1"}, {}));
  placements_.Expire(now_ += Placements::kGrace.count());
  EXPECT_EQ(HostOf("a"), "b");
  EXPECT_EQ(HostOf("b"), "");
}

TEST_F(PlacementsTest, ThreeNodesDoNotRunOnEachOtherInACircle) {
  Put(Node("a", {"uuid:1"}, {"uuid:2"}));
  Put(Node("b", {"uuid:2"}, {"uuid:3"}));
  Put(Node("c", {"uuid:3"}, {"uuid:1"}));
  EXPECT_EQ(HostOf("b"), "a");
  EXPECT_EQ(HostOf("c"), "b");
  EXPECT_EQ(HostOf("a"), "");
}

TEST_F(PlacementsTest, NestedGuestsShareTheOutermostMachine) {
  Host("metal", {"uuid:1"});
  Put(Node("outer", {"uuid:1"}, {"uuid:2"}));
  Guest("inner", {"uuid:2"});
  EXPECT_EQ(HostOf("inner"), "outer");
  EXPECT_EQ(placements_.OutermostHost("id-inner"), "metal");
  EXPECT_EQ(placements_.OutermostHost("id-outer"), "metal");
  EXPECT_EQ(placements_.OutermostHost("id-metal"), "metal");
  EXPECT_THAT(placements_.Above("id-metal"), UnorderedElementsAre("id-outer", "id-inner"));
}

TEST_F(PlacementsTest, AnIdentityThatTwoGuestsHavePlacesNeither) {
  Host("a", {"uuid:1"});
  Guest("g", {"uuid:1"});
  const auto changes = Guest("impostor", {"uuid:1"});
  EXPECT_THAT(changes, SizeIs(2));
  for (const auto& change : changes) EXPECT_TRUE(change.contested) << change.node_id;
  EXPECT_EQ(HostOf("g"), "");
  EXPECT_EQ(HostOf("impostor"), "");
  EXPECT_EQ(RivalOf("g"), "impostor");
  EXPECT_TRUE(placements_.Find("id-g")->rival_is_twin);
  placements_.Remove("id-impostor", ++now_);
  EXPECT_EQ(HostOf("g"), "a");
  EXPECT_EQ(RivalOf("g"), "");
}

TEST_F(PlacementsTest, AnIdentityThatTwoGuestsHaveLeavesThemTheirOtherOnes) {
  Host("a", {"uuid:1", "mac:9"});
  Guest("g", {"uuid:1", "mac:9"});
  Guest("impostor", {"uuid:1"});
  EXPECT_EQ(HostOf("g"), "a");
  EXPECT_EQ(RivalOf("g"), "impostor");
  EXPECT_EQ(HostOf("impostor"), "");
}

TEST_F(PlacementsTest, IdentitiesThatNobodyClaimsMayBeShared) {
  EXPECT_THAT(Guest("a", {"uuid:1"}), IsEmpty());
  EXPECT_THAT(Guest("b", {"uuid:1"}), IsEmpty());
}

TEST_F(PlacementsTest, AMachineThatWasSetUpAnewIsPlacedThoughItsOldNodeIsStillListed) {
  Host("a", {"uuid:1"});
  Guest("old", {"uuid:1"});
  placements_.Disconnect("id-old", ++now_);
  Guest("new", {"uuid:1"});
  EXPECT_EQ(HostOf("new"), "a");
  EXPECT_EQ(HostOf("old"), "a");  // where it was seen last
  EXPECT_EQ(RivalOf("new"), "");
}

TEST_F(PlacementsTest, AHostThatIsAwayKeepsItsGuests) {
  Host("a", {"uuid:1"});
  Guest("g", {"uuid:1"});
  EXPECT_THAT(placements_.Disconnect("id-a", ++now_), IsEmpty());
  EXPECT_EQ(HostOf("g"), "a");
}

TEST_F(PlacementsTest, AConnectedGuestIsOnTheOnlyOneOfItsHostsThatIsThere) {
  Host("a", {"uuid:1"});
  Guest("g", {"uuid:1"});
  placements_.Disconnect("id-a", ++now_);
  const auto changes = Host("b", {"uuid:1"});  // it was started there after its host had died
  ASSERT_THAT(changes, SizeIs(1));
  EXPECT_TRUE(changes[0].moved);
  EXPECT_FALSE(changes[0].contested);
  EXPECT_EQ(HostOf("g"), "b");
  EXPECT_EQ(RivalOf("g"), "");
  Host("a", {"uuid:1"});  // it was cut off only, and both say so now
  EXPECT_EQ(HostOf("g"), "b");
  EXPECT_EQ(RivalOf("g"), "a");
}

TEST_F(PlacementsTest, AContestEndsWhenAllButOneOfTheHostsAreGone) {
  Host("a", {"uuid:1"});
  Guest("g", {"uuid:1"});
  Host("b", {"uuid:1"});
  Host("c", {"uuid:1"});
  placements_.Disconnect("id-a", ++now_);
  EXPECT_EQ(HostOf("g"), "a");  // two are left, and nobody can tell which one has it
  EXPECT_NE(RivalOf("g"), "");
  placements_.Disconnect("id-b", ++now_);
  EXPECT_EQ(HostOf("g"), "c");
  EXPECT_EQ(RivalOf("g"), "");
}

TEST_F(PlacementsTest, AGuestThatIsAwayStaysWithItsHostThatIsAwayThoughAnotherClaimsIt) {
  Host("a", {"uuid:1"});
  Guest("g", {"uuid:1"});
  placements_.Disconnect("id-g", ++now_);
  placements_.Disconnect("id-a", ++now_);
  Host("b", {"uuid:1"});
  EXPECT_EQ(HostOf("g"), "a");
  EXPECT_EQ(RivalOf("g"), "b");
  Guest("g", {"uuid:1"});
  EXPECT_EQ(HostOf("g"), "b");
}

TEST_F(PlacementsTest, AHostThatIsGoneForGoodLeavesItsGuestToWhoClaimsIt) {
  Host("a", {"uuid:1", "uuid:2"});
  Guest("g", {"uuid:1"});
  Guest("h", {"uuid:2"});
  Host("b", {"uuid:1"});
  const auto changes = placements_.Remove("id-a", ++now_);
  EXPECT_THAT(changes, SizeIs(2));
  EXPECT_EQ(HostOf("g"), "b");
  EXPECT_EQ(HostOf("h"), "");
  EXPECT_EQ(HostOf("a"), "(not known)");
}

TEST_F(PlacementsTest, AHostWithANewLabelIsTheSameHost) {
  Host("a", {"uuid:1"});
  Guest("g", {"uuid:1"});
  auto host = Node("a", {}, {"uuid:1"});
  host.label = host.name = "renamed";
  const auto changes = Put(host);
  ASSERT_THAT(changes, SizeIs(1));
  EXPECT_FALSE(changes[0].moved);
  EXPECT_EQ(HostOf("g"), "renamed");
}

TEST_F(PlacementsTest, EpochsRiseThoughTheClockGoesBack) {
  Host("a", {"uuid:1"});
  Guest("g", {"uuid:1"});
  const auto began = placements_.Find("id-g")->began_unix_nanos;
  Host("b", {});
  now_ = 5;
  Host("a", {});
  Host("b", {"uuid:1"});
  EXPECT_EQ(HostOf("g"), "b");
  EXPECT_EQ(placements_.Find("id-g")->began_unix_nanos, began + 1);
}

TEST_F(PlacementsTest, ARestartFindsEverythingWhereItWas) {
  std::vector<NodeClaims> nodes = {Node("a", {}, {"uuid:1"}), Node("b", {}, {"uuid:1"}),
                                   Node("g", {"uuid:1"}), Node("h", {"uuid:2"}), Node("new", {})};
  for (auto& node : nodes) node.connected = false;
  const Placed on_b{"b", "", PlacementSource::kDiscovered, 77, "", false};
  const auto changes =
      placements_.Restore(nodes, {{"id-g", on_b}, {"id-h", on_b}, {"id-unlisted", on_b}}, ++now_);
  ASSERT_THAT(changes, SizeIs(1));
  EXPECT_FALSE(changes[0].moved);
  EXPECT_FALSE(changes[0].contested);  // the last aggregator told it
  EXPECT_EQ(HostOf("g"), "b");
  EXPECT_EQ(RivalOf("g"), "a");
  EXPECT_EQ(HostOf("h"), "b");
  EXPECT_EQ(placements_.Find("id-g")->began_unix_nanos, 77);
  EXPECT_EQ(HostOf("unlisted"), "(not known)");
  EXPECT_THAT(Guest("g", {"uuid:1"}), IsEmpty());
}

TEST_F(PlacementsTest, ARestartKnowsAHostThatIsCalledOtherwiseNow) {
  auto host = Node("a", {}, {"uuid:1"});
  host.label = host.name = "renamed";
  const Placed on_a{"a", "id-a", PlacementSource::kDiscovered, 77, "", false};
  for (const auto& change :
       placements_.Restore({host, Node("g", {"uuid:1"})}, {{"id-g", on_a}}, ++now_)) {
    EXPECT_FALSE(change.moved) << change.node_id;
  }
  EXPECT_EQ(HostOf("g"), "renamed");
  EXPECT_EQ(placements_.Find("id-g")->began_unix_nanos, 77);
}

TEST_F(PlacementsTest, ARestartNoticesWhatIsNotSoAnyMore) {
  auto guest = Node("g", {"uuid:1"});
  guest.connected = false;
  const Placed gone{"gone", "", PlacementSource::kDiscovered, 77, "", false};
  const auto changes = placements_.Restore({guest}, {{"id-g", gone}}, ++now_);
  ASSERT_THAT(changes, SizeIs(1));
  EXPECT_TRUE(changes[0].moved);
  EXPECT_EQ(changes[0].before.host, "gone");
  EXPECT_EQ(HostOf("g"), "");
}

}  // namespace
}  // namespace hypergauge::aggregator
