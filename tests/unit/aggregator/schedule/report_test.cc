#include "aggregator/schedule/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hypergauge::aggregator {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::Pair;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

constexpr Time kNow = seconds(1'700'000'000);

std::string LabelOf(const std::string& node_id) {
  return node_id == "gone" ? "" : "label of " + node_id;
}

v1::LeaseRecord Lease(uint64_t token, const std::string& node_id) {
  v1::LeaseRecord lease;
  lease.set_fencing_token(token);
  lease.set_node_id(node_id);
  return lease;
}

HostView Busy(const std::string& host) {
  HostView view;
  view.host = host;
  view.node_ids = {"h", "g"};
  view.intervals = {{.plan = "light",
                     .suite = "light",
                     .wanted = minutes(30),
                     .effective = seconds(2000),
                     .cycle = seconds(20),
                     .round = seconds(80),
                     .turns = 4,
                     .text = "2 x 20 s",
                     .next = kNow + minutes(3)},
                    {.plan = "nightly", .suite = "standard", .text = "", .next = Time::max()}};
  view.planned = {{"g", "light", kNow + seconds(40), kNow + seconds(60), Purpose::kMakeUp},
                  {"h", "light", kNow, kNow + seconds(20), Purpose::kRound}};
  view.held_by = "ceiling";
  view.held_reason = "bytes_sent";
  view.utilisation = 0.25;
  view.today = {.cpu_seconds = 1.5, .bytes_written = 2, .bytes_sent = 3};
  return view;
}

ScheduleSeen SeenOf(std::vector<HostView> hosts) {
  ScheduleSeen seen;
  seen.hosts = std::move(hosts);
  seen.leases_of = [](const std::string&) { return std::vector<v1::LeaseRecord>(); };
  seen.now = kNow;
  return seen;
}

TEST(Report, AHostIsShownWithItsArithmeticAndItsTurns) {
  const auto report = ReportOf(SeenOf({Busy("b")}), LabelOf);
  ASSERT_THAT(report.hosts(), SizeIs(1));
  const auto& host = report.hosts(0);
  EXPECT_EQ(host.host(), "b");
  EXPECT_THAT(host.nodes(), ElementsAre("label of h", "label of g"));
  ASSERT_THAT(host.intervals(), SizeIs(2));
  const auto& light = host.intervals(0);
  EXPECT_EQ(light.plan(), "light");
  EXPECT_EQ(light.suite(), "light");
  EXPECT_EQ(light.wanted_seconds(), 1800);
  EXPECT_EQ(light.effective_seconds(), 2000);
  EXPECT_EQ(light.cycle_seconds(), 20);
  EXPECT_EQ(light.round_seconds(), 80);
  EXPECT_EQ(light.turns(), 4U);
  EXPECT_EQ(light.text(), "2 x 20 s");
  EXPECT_EQ(light.next_unix_nanos(), 1'700'000'180'000'000'000);
  EXPECT_EQ(host.intervals(1).next_unix_nanos(), 0) << "never";
  EXPECT_EQ(host.utilisation_ratio(), 0.25);
  EXPECT_EQ(host.held_by(), "ceiling");
  EXPECT_EQ(host.held_reason(), "bytes_sent");
  EXPECT_EQ(host.cpu_seconds_today(), 1.5);
  EXPECT_EQ(host.bytes_written_today(), 2U);
  EXPECT_EQ(host.bytes_sent_today(), 3U);
  ASSERT_THAT(host.planned(), SizeIs(2));
  EXPECT_EQ(host.planned(0).node(), "label of h") << "the soonest first";
  EXPECT_EQ(host.planned(0).end_unix_nanos(), 1'700'000'020'000'000'000);
  EXPECT_EQ(host.planned(1).purpose(), v1::LeaseRecord::PURPOSE_MAKE_UP);
  EXPECT_EQ(report.now_unix_nanos(), kNow.count());
}

TEST(Report, LeasesNameTheirNodesAndTheNodesThatAreGone) {
  auto seen = SeenOf({Busy("b")});
  seen.leases_of = [](const std::string& host) {
    EXPECT_EQ(host, "b");
    auto network = Lease(2, "g");
    network.set_peer_node_id("x");
    return std::vector{Lease(1, "gone"), network};
  };
  const auto report = ReportOf(seen, LabelOf);
  const auto& leases = report.hosts(0).leases();
  ASSERT_THAT(leases, SizeIs(2));
  EXPECT_EQ(leases[0].node(), "gone");
  EXPECT_EQ(leases[0].peer(), "");
  EXPECT_EQ(leases[1].node(), "label of g");
  EXPECT_EQ(leases[1].peer(), "label of x");
}

TEST(Report, HostsComeByName) {
  const auto report = ReportOf(SeenOf({Busy("c"), Busy("a"), Busy("b")}), LabelOf);
  ASSERT_THAT(report.hosts(), SizeIs(3));
  EXPECT_EQ(report.hosts(0).host(), "a");
  EXPECT_EQ(report.hosts(2).host(), "c");
}

TEST(Report, OfTooManyLeasesTheOldestAreLeftOut) {
  auto seen = SeenOf({Busy("b")});
  seen.leases_of = [](const std::string&) {
    std::vector<v1::LeaseRecord> leases;
    for (uint64_t token = 1; token <= kMostLeases + 7; ++token) leases.push_back(Lease(token, "h"));
    return leases;
  };
  const auto report = ReportOf(seen, LabelOf);
  ASSERT_THAT(report.hosts(0).leases(), SizeIs(kMostLeases));
  EXPECT_EQ(report.hosts(0).leases(0).fencing_token(), 8U);
}

TEST(Report, PausesAndCountsAreTold) {
  auto seen = SeenOf({});
  seen.pauses = {{.host = "", .began = kNow, .until = Time::max(), .reason = "upgrade"},
                 {.host = "b", .began = kNow, .until = kNow + minutes(1), .reason = ""}};
  seen.counts.granted = 7;
  seen.counts.deferred = {{"busy", 2}};
  seen.counts.missed = {{"host_locked", 3}};
  seen.counts.preempted = {{"moved", 4}};
  seen.counts.expired = {{"connected", 5}, {"disconnected", 6}};
  seen.collisions = 1;
  const auto report = ReportOf(seen, LabelOf);
  ASSERT_THAT(report.pauses(), SizeIs(2));
  EXPECT_EQ(report.pauses(0).until_unix_nanos(), 0) << "without end";
  EXPECT_EQ(report.pauses(0).reason(), "upgrade");
  EXPECT_EQ(report.pauses(1).host(), "b");
  EXPECT_EQ(report.pauses(1).until_unix_nanos(), (kNow + minutes(1)).count());
  EXPECT_EQ(report.granted(), 7U);
  EXPECT_THAT(report.deferred(), ElementsAre(Pair("busy", 2)));
  EXPECT_THAT(report.missed(), ElementsAre(Pair("host_locked", 3)));
  EXPECT_THAT(report.preempted(), ElementsAre(Pair("moved", 4)));
  EXPECT_THAT(report.expired(),
              UnorderedElementsAre(Pair("connected", 5), Pair("disconnected", 6)));
  EXPECT_EQ(report.collisions(), 1U);
}

}  // namespace
}  // namespace hypergauge::aggregator
