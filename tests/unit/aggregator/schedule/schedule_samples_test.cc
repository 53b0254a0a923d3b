#include "aggregator/schedule/schedule_samples.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::aggregator {
namespace {

using hypergauge::testing::RunProcess;
using hypergauge::testing::TempDir;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr int64_t kNow = 1'700'000'000;

std::vector<HostView> TwoHosts() {
  HostView busy;
  busy.host = "host \"1\"";
  busy.intervals = {{.plan = "light",
                     .suite = "light",
                     .wanted = seconds(1800),
                     .effective = seconds(2000),
                     .round = seconds(80),
                     .text = "",
                     .next = seconds(kNow) + std::chrono::milliseconds(500)}};
  busy.utilisation = 0.25;
  busy.locked = true;
  HostView paused;
  paused.host = "host2";
  paused.intervals = {{.plan = "nightly", .suite = "standard", .text = "", .next = Time::max()}};
  paused.held_by = "paused";
  return {busy, paused};
}

std::string Exposed(const std::vector<HostView>& hosts, const ScheduleCounts& counts) {
  exporter::Snapshot snapshot;
  for (const auto& family : ScheduleFamilies()) snapshot.families[family.name] = family;
  snapshot.sources.push_back(
      std::make_shared<exporter::SourceSamples>(ScheduleSamples(hosts, counts)));
  return WriteExposition(snapshot, exporter::Format::kText004, kNow);
}

TEST(ScheduleSamples, AHostHasItsOccupancyAndItsPlans) {
  const auto text = Exposed(TwoHosts(), {});
  for (const char* line : {
           "schedule_utilisation_ratio{host=\"host \\\"1\\\"\"} 0.25",
           "schedule_locked{host=\"host \\\"1\\\"\"} 1",
           "schedule_locked{host=\"host2\"} 0",
           "schedule_interval_seconds{host=\"host \\\"1\\\"\",plan=\"light\"} 2000",
           "schedule_wanted_interval_seconds{host=\"host \\\"1\\\"\",plan=\"light\"} 1800",
           "schedule_round_seconds{host=\"host \\\"1\\\"\",plan=\"light\"} 80",
           "schedule_next_round_timestamp_seconds{host=\"host \\\"1\\\"\",plan=\"light\"} "
           "1700000000.5",
           "schedule_held{host=\"host2\",reason=\"paused\"} 1",
           "schedule_held{host=\"host2\",reason=\"ceiling\"} 0",
           "schedule_held{host=\"host \\\"1\\\"\",reason=\"paused\"} 0",
       }) {
    EXPECT_THAT(text, HasSubstr("\nhypergauge_" + std::string(line) + "\n"));
  }
  EXPECT_THAT(text, Not(HasSubstr("next_round_timestamp_seconds{host=\"host2\"")));
}

TEST(ScheduleSamples, EveryReasonIsThereFromTheStart) {
  const auto text = Exposed({}, {});
  for (const auto reason : DeferralReasons()) {
    const std::string labels = "{reason=\"" + std::string(reason) + "\"} 0\n";
    EXPECT_THAT(text, HasSubstr("\nhypergauge_schedule_deferred_total" + labels));
    EXPECT_THAT(text, HasSubstr("\nhypergauge_schedule_missed_total" + labels));
  }
  EXPECT_THAT(text, HasSubstr("\nhypergauge_schedule_preempted_total{reason=\"run_now\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("\nhypergauge_schedule_expired_total{reason=\"connected\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("\nhypergauge_schedule_granted_total 0\n"));
}

TEST(ScheduleSamples, CountsAreTold) {
  ScheduleCounts counts;
  counts.planned = 9;
  counts.granted = 8;
  counts.completed = 7;
  counts.deferred = {{"busy", 6}, {"of a later version", 1}};
  counts.missed = {{"busy", 5}};
  counts.preempted = {{"moved", 4}};
  counts.expired = {{"disconnected", 3}};
  const auto text = Exposed({}, counts);
  for (const char* line :
       {"planned_total 9", "granted_total 8", "completed_total 7",
        "deferred_total{reason=\"busy\"} 6", "deferred_total{reason=\"of a later version\"} 1",
        "missed_total{reason=\"busy\"} 5", "preempted_total{reason=\"moved\"} 4",
        "expired_total{reason=\"disconnected\"} 3"}) {
    EXPECT_THAT(text, HasSubstr("\nhypergauge_schedule_" + std::string(line) + "\n"));
  }
}

// promtool comes with Debian's package prometheus; without it the shell says so and this fails.
TEST(ScheduleSamples, PromtoolFindsNothingToSay) {
  const TempDir folder;
  const auto file = folder.Write("metrics", Exposed(TwoHosts(), {}));
  const auto checked = RunProcess({"sh", "-c", "exec promtool check metrics < \"$0\"", file});
  EXPECT_EQ(checked.output, "");
  EXPECT_EQ(checked.exit_code, 0);
}

}  // namespace
}  // namespace hypergauge::aggregator
