#include "aggregator/ingest/fleet.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/messages.h"

namespace hypergauge::aggregator {
namespace {

using hypergauge::testing::MakeHello;
using hypergauge::testing::MakeRun;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr int64_t kRunAt = 1'700'000'000;
constexpr int64_t kNow = (kRunAt + 60) * 1'000'000'000;
constexpr std::chrono::minutes kInterval{30};

std::string Scrape(Fleet& fleet, int64_t now = kNow) {
  exporter::Snapshot snapshot;
  fleet.CollectInto(snapshot);
  return exporter::WriteExposition(snapshot, exporter::Format::kText004, now / 1'000'000'000);
}

TEST(FleetTest, ACleanRunBecomesASeriesWithItsLabels) {
  Fleet fleet(kInterval);
  fleet.Connected(MakeHello("a"), kNow);
  fleet.Record(MakeRun("a", 1, 0.5));
  const auto text = Scrape(fleet);
  EXPECT_THAT(text, HasSubstr("hypergauge_cpu_blowfish_seconds{node=\"a\",platform=\"metal\","
                              "role=\"host\",suite=\"light\",threads=\"1\"} 0.5\n"));
  EXPECT_THAT(text, HasSubstr("# HELP hypergauge_cpu_blowfish_seconds Time of a batch\n"));
  EXPECT_THAT(text, HasSubstr("hypergauge_runs_total{benchmark=\"cpu_blowfish\",node=\"a\","
                              "verdict=\"clean\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("hypergauge_node_up{node=\"a\"} 1\n"));
}

TEST(FleetTest, NoiseFloorsBecomeSeriesOfTheirNode) {
  Fleet fleet(kInterval);
  auto hello = MakeHello("a");
  auto& noise = *hello.mutable_environment()->add_noise();
  noise.set_benchmark("disk_x");
  noise.set_family("disk_x_seconds");
  noise.set_suite("light");
  (*noise.mutable_labels())["stat"] = "p50";
  noise.set_floor_ratio(0.02);
  noise.set_detectable_ratio(0.05);
  fleet.Connected(hello, kNow);
  const std::string labels =
      "{benchmark=\"disk_x\",family=\"disk_x_seconds\",node=\"a\",stat=\"p50\",suite=\"light\"} ";
  const auto text = Scrape(fleet);
  EXPECT_THAT(text, HasSubstr("hypergauge_noise_floor_ratio" + labels + "0.02\n"));
  EXPECT_THAT(text, HasSubstr("hypergauge_smallest_detectable_change_ratio" + labels + "0.05\n"));
  // What is measured again replaces it, and what is gone ends.
  fleet.Connected(MakeHello("a"), kNow);
  EXPECT_THAT(Scrape(fleet), Not(HasSubstr("hypergauge_noise_floor_ratio{")));
}

TEST(FleetTest, ATaintedRunIsCountedAndTheLastCleanFigureStays) {
  Fleet fleet(kInterval);
  fleet.Connected(MakeHello("a"), kNow);
  fleet.Record(MakeRun("a", 1, 0.5));
  auto busy = MakeRun("a", 2, 9.0, kRunAt + 30);
  busy.set_verdict(v1::VERDICT_BUSY);
  fleet.Record(busy);
  const auto text = Scrape(fleet);
  EXPECT_THAT(text, HasSubstr("threads=\"1\"} 0.5\n"));
  EXPECT_THAT(text, HasSubstr("verdict=\"busy\"} 1\n"));
}

TEST(FleetTest, AFigureOfACacheIsNoSeriesUnlessItsFamilySaysSo) {
  Fleet fleet(kInterval);
  auto hello = MakeHello("a");
  auto& quantity = *hello.mutable_benchmarks(0)->add_quantities();
  quantity.set_family("cpu_blowfish_cached_seconds");
  quantity.set_unit("seconds");
  quantity.set_unranked(true);
  fleet.Connected(hello, kNow);
  auto cached = MakeRun("a", 1, 0.5);
  cached.add_marks(v1::MARK_CACHED);
  *cached.add_measures() = cached.measures(0);
  cached.mutable_measures(1)->set_family("cpu_blowfish_cached_seconds");
  fleet.Record(cached);
  const auto text = Scrape(fleet);
  EXPECT_THAT(text, Not(HasSubstr("hypergauge_cpu_blowfish_seconds{")));
  EXPECT_THAT(text, Not(HasSubstr("hypergauge_benchmark_samples{")));
  EXPECT_THAT(text, HasSubstr("hypergauge_cpu_blowfish_cached_seconds{"));
  EXPECT_THAT(text, HasSubstr("verdict=\"clean\"} 1\n"));
}

TEST(FleetTest, ALateRunDoesNotReplaceANewerFigure) {
  Fleet fleet(kInterval);
  fleet.Connected(MakeHello("a"), kNow);
  fleet.Record(MakeRun("a", 2, 0.7, kRunAt + 30));
  fleet.Record(MakeRun("a", 1, 0.5, kRunAt));
  EXPECT_THAT(Scrape(fleet), HasSubstr("threads=\"1\"} 0.7\n"));
}

TEST(FleetTest, ARunOfAClockThatIsYearsAheadGivesWayToTheNextOne) {
  Fleet fleet(kInterval);
  fleet.Connected(MakeHello("a"), kNow);
  auto ahead = MakeRun("a", 1, 9.0, kRunAt + 1'000'000'000);
  ahead.set_received_unix_nanos(kRunAt * 1'000'000'000);
  fleet.Record(ahead);
  fleet.Record(MakeRun("a", 2, 0.5, kRunAt + 30));
  EXPECT_THAT(Scrape(fleet), HasSubstr("threads=\"1\"} 0.5\n"));
}

TEST(FleetTest, ANodeIsLastSeenWhenItWasLastHeardOf) {
  Fleet fleet(kInterval);
  fleet.Connected(MakeHello("a"), kNow);
  fleet.Heard("id-a", kNow + 7'000'000'000);
  EXPECT_THAT(Scrape(fleet, kNow + 60'000'000'000),
              HasSubstr("hypergauge_node_last_seen_timestamp_seconds{node=\"a\"} 1700000067\n"));
}

// Seconds after kNow at which the benchmark's series is still shown, at most.
bool IsShownAfter(Fleet& fleet, std::chrono::seconds age) {
  const auto text = Scrape(fleet, kRunAt * 1'000'000'000 + std::chrono::nanoseconds(age).count());
  return text.find("hypergauge_cpu_blowfish_seconds{") != std::string::npos;
}

TEST(FleetTest, SeriesEndTwoAndAHalfOfTheirOwnIntervalsAfterTheirRun) {
  using std::chrono::hours;
  using std::chrono::minutes;
  struct Case {
    bool core;
    uint32_t wanted_seconds;
    const char* suite;
    minutes end;
  };
  for (const auto& each :
       {Case{true, 0, "light", minutes(75)}, Case{false, 0, "light", hours(5)},
        Case{true, 600, "light", minutes(25)}, Case{true, 0, "standard", hours(60)}}) {
    Fleet fleet(kInterval);
    auto hello = MakeHello("a");
    hello.mutable_benchmarks(0)->set_core(each.core);
    hello.set_wanted_interval_seconds(each.wanted_seconds);
    fleet.Connected(hello, kNow);
    auto run = MakeRun("a", 1, 0.5, kRunAt);
    run.set_suite(each.suite);
    fleet.Record(run);
    EXPECT_TRUE(IsShownAfter(fleet, each.end - minutes(1))) << each.end.count();
    EXPECT_FALSE(IsShownAfter(fleet, each.end + minutes(1))) << each.end.count();
  }
}

TEST(FleetTest, TheScheduleKnowsBetterHowOftenRunsCome) {
  using std::chrono::hours;
  using std::chrono::minutes;
  for (const std::string suite : {"light", "standard"}) {
    Fleet fleet(kInterval);
    auto hello = MakeHello("a");
    hello.mutable_benchmarks(0)->set_core(true);
    fleet.Connected(hello, kNow);
    fleet.SetInterval("id-a", suite, hours(4));
    fleet.Connected(hello, kNow);
    auto run = MakeRun("a", 1, 0.5, kRunAt);
    run.set_suite(suite);
    fleet.Record(run);
    EXPECT_TRUE(IsShownAfter(fleet, hours(10) - minutes(1))) << suite;
    EXPECT_FALSE(IsShownAfter(fleet, hours(10) + minutes(1))) << suite;
  }
}

TEST(FleetTest, ALostNodeIsKnownToBeDown) {
  Fleet fleet(kInterval);
  fleet.Connected(MakeHello("a"), kNow);
  fleet.Record(MakeRun("a", 1, 0.5));
  fleet.Disconnected("id-a", kNow);
  const auto text = Scrape(fleet, kNow);
  EXPECT_THAT(text, HasSubstr("hypergauge_node_up{node=\"a\"} 0\n"));
  EXPECT_THAT(text,
              HasSubstr("hypergauge_node_last_seen_timestamp_seconds{node=\"a\"} 1700000060"));
}

TEST(FleetTest, TheShareOfCleanRunsLeavesOutWhatCannotRun) {
  Fleet fleet(kInterval);
  fleet.Connected(MakeHello("a"), kNow);
  fleet.Record(MakeRun("a", 1, 0.5));
  auto run = MakeRun("a", 2, 0.5, kRunAt + 30);
  run.set_verdict(v1::VERDICT_BUSY);
  run.clear_measures();  // broken off
  fleet.Record(run);
  run.mutable_id()->set_sequence(3);
  run.set_verdict(v1::VERDICT_UNSUPPORTED);
  fleet.Record(run);
  EXPECT_THAT(Scrape(fleet), HasSubstr("hypergauge_node_clean_runs_ratio{node=\"a\"} 0.5\n"));
}

TEST(FleetTest, WhatTellsAMachineFromItsCopiesIsNotListed) {
  Fleet fleet(kInterval);
  auto hello = MakeHello("a");
  hello.mutable_identity()->set_hypervisor_uuid_digest(std::string(64, 'd'));
  hello.mutable_identity()->set_machine_generation(std::string(64, 'e'));
  fleet.Connected(hello, kNow);
  const auto identity = fleet.Nodes()[0].identity();
  EXPECT_EQ(identity.node_id(), "id-a");
  EXPECT_EQ(identity.hypervisor_uuid_digest(), "");
  EXPECT_EQ(identity.machine_generation(), "");
}

TEST(FleetTest, AGuestStaysOneWhenItsHostIsUnknownForAWhile) {
  Fleet fleet(kInterval);
  const auto hello = MakeHello("a");
  fleet.Connected(hello, kNow);
  EXPECT_EQ(fleet.Nodes()[0].role(), v1::ROLE_HOST);
  fleet.SetPlacement("id-a", "b", v1::Placement::SOURCE_DISCOVERED, false);
  fleet.SetPlacement("id-a", "", v1::Placement::SOURCE_UNSPECIFIED, false);
  EXPECT_EQ(fleet.Nodes()[0].role(), v1::ROLE_GUEST);
  fleet.Disconnected("id-a", kNow);
  fleet.Connected(hello, kNow);
  EXPECT_EQ(fleet.Nodes()[0].role(), v1::ROLE_GUEST);
}

TEST(FleetTest, TwoMachinesOfOneNameKeepApart) {
  Fleet fleet(kInterval);
  fleet.Connected(MakeHello("a"), kNow);
  auto clone = MakeHello("a");
  clone.mutable_identity()->set_node_id("0123456789abcdef");
  fleet.Connected(clone, kNow);
  const auto nodes = fleet.Nodes();
  ASSERT_EQ(nodes.size(), 2U);
  EXPECT_EQ(nodes[0].label(), "a");
  EXPECT_EQ(nodes[1].label(), "a-01234567");
  fleet.Connected(clone, kNow);  // coming back changes nothing
  EXPECT_EQ(fleet.Nodes()[1].label(), "a-01234567");
  // Whatever a node calls itself, it gets no label that another has.
  for (const char* id : {"short", "0123456789abcdef0", "x"}) {
    clone.mutable_identity()->set_node_id(id);
    fleet.Connected(clone, kNow);
    EXPECT_EQ(fleet.NodeIdOf(fleet.LabelOf(id)), id);
  }
  EXPECT_EQ(fleet.LabelOf("id-a"), "a");
}

TEST(FleetTest, AProbeCannotRedefineOrWriteIntoHypergaugesOwnFamilies) {
  Fleet fleet(kInterval);
  auto hello = MakeHello("a");
  hello.mutable_benchmarks(0)->mutable_quantities(0)->set_family("node_up");
  hello.mutable_benchmarks(0)->mutable_quantities(0)->set_unit("up");
  hello.mutable_benchmarks(0)->mutable_quantities(0)->set_help("evil");
  fleet.Connected(hello, kNow);
  auto run = MakeRun("a", 1, 0.25);
  run.mutable_measures(0)->set_family("node_up");
  fleet.Record(run);
  const auto text = Scrape(fleet);
  EXPECT_THAT(text, Not(HasSubstr("evil")));
  EXPECT_THAT(text, Not(HasSubstr("0.25")));
}

TEST(FleetTest, ASeriesThatARunHoldsTwiceIsShownOnce) {
  Fleet fleet(kInterval);
  fleet.Connected(MakeHello("a"), kNow);
  auto run = MakeRun("a", 1, 0.5);
  *run.add_measures() = run.measures(0);
  fleet.Record(run);
  const auto text = Scrape(fleet);
  const auto first = text.find("hypergauge_cpu_blowfish_seconds{");
  ASSERT_NE(first, std::string::npos);
  EXPECT_EQ(text.find("hypergauge_cpu_blowfish_seconds{", first + 1), std::string::npos);
}

TEST(FleetTest, WhatTheStoreKeptIsShownAsIfNothingHadHappened) {
  StoredState state;
  state.nodes.push_back({MakeHello("a"), kNow - 5});
  state.latest.push_back(MakeRun("a", 7, 0.5));
  state.tallies.push_back({"id-a", "cpu_blowfish", v1::VERDICT_CLEAN, 7});
  Fleet fleet(kInterval);
  fleet.Restore(state);
  const auto text = Scrape(fleet);
  EXPECT_THAT(text, HasSubstr("threads=\"1\"} 0.5\n"));
  EXPECT_THAT(text, HasSubstr("verdict=\"clean\"} 7\n"));
  EXPECT_THAT(text, HasSubstr("hypergauge_node_up{node=\"a\"} 0\n"));
  EXPECT_EQ(fleet.LatestRuns({}).size(), 1U);
  EXPECT_EQ(fleet.LatestRuns({"b"}).size(), 0U);
}

void AddRatio(google::protobuf::RepeatedPtrField<v1::ClockEvidence::Ratio>* ratios, double value,
              double error) {
  auto& ratio = *ratios->Add();
  ratio.set_clock("CLOCK_MONOTONIC_RAW");
  ratio.set_ratio(value);
  ratio.set_error(error);
}

TEST(FleetTest, TheLastComparedRunShowsTheNodesClocks) {
  Fleet fleet(kInterval);
  fleet.Connected(MakeHello("a"), kNow);
  auto compared = MakeRun("a", 1, 0.5, kRunAt);
  compared.set_verdict(v1::VERDICT_CLOCK);
  AddRatio(compared.mutable_clock()->mutable_ratios(), 0.95, 0.25);
  compared.mutable_clock()->set_offset_nanos(-1'500'000'000);
  fleet.Record(compared);
  auto unverified = MakeRun("a", 2, 0.5, kRunAt + 30);
  unverified.set_benchmark("another");
  fleet.Record(unverified);
  const auto text = Scrape(fleet);
  EXPECT_THAT(text,
              HasSubstr("hypergauge_clock_ratio{clock=\"CLOCK_MONOTONIC_RAW\",node=\"a\"} 0.95\n"));
  EXPECT_THAT(text, HasSubstr("hypergauge_clock_error_ratio{clock=\"CLOCK_MONOTONIC_RAW\","
                              "node=\"a\"} 0.25\n"));
  EXPECT_THAT(text, HasSubstr("hypergauge_clock_offset_seconds{node=\"a\"} -1.5\n"));
  EXPECT_THAT(Scrape(fleet, kNow + std::chrono::nanoseconds(std::chrono::hours(24)).count()),
              Not(HasSubstr("hypergauge_clock_ratio{")));
}

TEST(FleetTest, OfTwoComparisonsThePreciserOneIsShown) {
  Fleet fleet(kInterval);
  fleet.Connected(MakeHello("a"), kNow);
  auto run = MakeRun("a", 1);
  AddRatio(run.mutable_clock()->mutable_ratios(), 0.5, 0.25);
  AddRatio(run.mutable_clock()->mutable_window_ratios(), 0.75, 0.125);
  fleet.Record(run);
  const auto text = Scrape(fleet);
  EXPECT_THAT(text, HasSubstr("hypergauge_clock_ratio{clock=\"CLOCK_MONOTONIC_RAW\",node=\"a\"}"
                              " 0.75\n"));
  EXPECT_THAT(text, HasSubstr("node=\"a\"} 0.125\n"));
}

TEST(FleetTest, ANodeWithoutComparedRunsHasNoClockSeries) {
  Fleet fleet(kInterval);
  fleet.Connected(MakeHello("a"), kNow);
  fleet.Record(MakeRun("a", 1));
  EXPECT_THAT(Scrape(fleet), Not(HasSubstr("hypergauge_clock_ratio{")));
}

TEST(FleetTest, ProgressAndCompletedLeasesAreSeen) {
  Fleet fleet(kInterval);
  fleet.Connected(MakeHello("a"), kNow);
  v1::Progress progress;
  progress.set_benchmark("cpu_blowfish");
  fleet.SetProgress("id-a", progress);
  EXPECT_EQ(fleet.Nodes()[0].progress().benchmark(), "cpu_blowfish");
  fleet.LeaseEnded("id-a", true);
  EXPECT_FALSE(fleet.Nodes()[0].has_progress());
  EXPECT_EQ(fleet.Nodes()[0].completed_leases(), 1U);
}

TEST(FleetTest, OfSeveralVersionsOfABenchmarkTheNewestIsListed) {
  Fleet fleet(kInterval);
  fleet.Connected(MakeHello("a"), kNow);
  auto newer = MakeHello("b");
  newer.mutable_benchmarks(0)->set_version(2);
  fleet.Connected(newer, kNow);
  ASSERT_EQ(fleet.Benchmarks().size(), 1U);
  EXPECT_EQ(fleet.Benchmarks()[0].version(), 2U);
}

TEST(FleetTest, ABenchmarkThatNobodyHasAnyMoreIsNotListed) {
  Fleet fleet(kInterval);
  fleet.Connected(MakeHello("a"), kNow);
  auto other = MakeHello("b");
  other.mutable_benchmarks(0)->set_name("disk_x");
  other.mutable_benchmarks(0)->set_version(3);
  fleet.Connected(other, kNow);
  ASSERT_EQ(fleet.Benchmarks().size(), 2U);
  EXPECT_EQ(fleet.Benchmarks()[1].name(), "disk_x");
  other.mutable_benchmarks(0)->set_version(2);  // an older probe
  fleet.Connected(other, kNow);
  EXPECT_EQ(fleet.Benchmarks()[1].version(), 2U);
  fleet.Remove("id-b");
  ASSERT_EQ(fleet.Benchmarks().size(), 1U);
  EXPECT_EQ(fleet.Benchmarks()[0].name(), "cpu_blowfish");
}

TEST(FleetTest, NodesAreShownWithWhatTheyCannotRun) {
  Fleet fleet(kInterval);
  auto hello = MakeHello("a");
  auto& missing = *hello.add_benchmarks();
  missing = hello.benchmarks(0);
  missing.set_name("disk_x");
  missing.set_available(false);
  missing.set_reason("there is no disk");
  fleet.Connected(hello, kNow);
  fleet.Connected(MakeHello("b"), kNow);
  const auto shown = fleet.ShownNodes({"a"}, /*brief=*/false);
  ASSERT_EQ(shown.size(), 1U);
  EXPECT_EQ(shown[0].label(), "a");
  EXPECT_TRUE(shown[0].benchmarks().empty());
  EXPECT_EQ(shown[0].unavailable_count(), 1U);
  ASSERT_EQ(shown[0].unavailable_size(), 1);
  EXPECT_EQ(shown[0].unavailable(0).benchmark(), "disk_x");
  EXPECT_EQ(shown[0].unavailable(0).reason(), "there is no disk");
  EXPECT_EQ(fleet.ShownNodes({}, false).size(), 2U);
  EXPECT_EQ(fleet.ShownNodes({"c"}, false).size(), 0U);
}

TEST(FleetTest, BrieflyShownNodesLackWhatTakesRoomAndNothingElse) {
  Fleet fleet(kInterval);
  auto hello = MakeHello("a");
  hello.mutable_benchmarks(0)->set_available(false);
  auto& environment = *hello.mutable_environment();
  environment.set_cpu_model("Intel");
  environment.set_online_cpus(4);
  environment.set_digest("d");
  environment.add_noise();
  (*environment.mutable_facts())["governor"] = "performance";
  auto& platform = *hello.mutable_platform();
  platform.set_version("8.2");
  platform.add_evidence("dmi");
  auto& layer = *platform.add_layers();
  layer.set_kind("vm");
  layer.add_evidence("cpuid");
  hello.set_wanted_interval_seconds(60);
  fleet.Connected(hello, kNow);
  fleet.SetPlacement("id-a", "h", v1::Placement::SOURCE_DISCOVERED, false);
  v1::Progress progress;
  progress.set_benchmark("cpu_blowfish");
  fleet.SetProgress("id-a", progress);
  v1::SpoolState spool;
  spool.set_waiting_runs(3);
  fleet.SetSpool("id-a", spool);

  auto expected = fleet.ShownNodes({}, /*brief=*/false)[0];
  expected.clear_unavailable();
  expected.mutable_environment()->clear_facts();
  expected.mutable_environment()->clear_noise();
  expected.mutable_environment()->clear_digest();
  expected.mutable_platform()->clear_evidence();
  expected.mutable_platform()->mutable_layers(0)->clear_evidence();
  const auto brief = fleet.ShownNodes({}, /*brief=*/true)[0];
  EXPECT_EQ(brief.DebugString(), expected.DebugString());
  EXPECT_EQ(brief.unavailable_count(), 1U);
}

TEST(FleetTest, NodesAndConnectionsAreCounted) {
  Fleet fleet(kInterval);
  EXPECT_EQ(fleet.Count(), std::make_pair(0U, 0U));
  fleet.Connected(MakeHello("a"), kNow);
  fleet.Connected(MakeHello("b"), kNow);
  fleet.Disconnected("id-b", kNow);
  EXPECT_EQ(fleet.Count(), std::make_pair(2U, 1U));
}

}  // namespace
}  // namespace hypergauge::aggregator
