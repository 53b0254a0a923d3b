#include "probes/agent/measurer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include "tests/support/temp_dir.h"
#include "tests/unit/probes/script.h"

namespace hypergauge::probes {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::ReadFile;
using ::testing::SizeIs;
using testing::TempDir;
using testing::WriteScript;

// Prints a clean run of whatever it is asked for, and keeps what it was asked.
constexpr const char* kBench =
    R"(for name do [ "$last" = run ] && break; last=$name; done
echo "$@" >> "$0.log"
echo '{"run":{"benchmark":"'$name'","verdict":"VERDICT_CLEAN","threads":1,)"
    R"("measures":[{"family":"f_seconds","samples":[1]}]}}'
)";

v1::BenchmarkDescriptor Descriptor(const std::string& name) {
  v1::BenchmarkDescriptor descriptor;
  descriptor.set_name(name);
  descriptor.set_category("kernel");
  descriptor.add_suites("light");
  (*descriptor.mutable_least_bytes_written())["light"] = 1000;
  return descriptor;
}

class MeasurerTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { spdlog::set_level(spdlog::level::off); }

  MeasurerTest() {
    options_.bench = WriteScript(folder_, kBench);
    options_.config.work_dir = folder_.path() / "work";
    options_.config.watch.enabled = false;  // tests run on busy machines
    held_.lease.set_lease_id("a");
    held_.lease.set_suite("light");
    held_.end = Clock::System().MonotonicRaw() + minutes(10);
  }

  LeaseResult Measure(const DayCeilings& day = {}) {
    Measurer measurer(
        options_, {Descriptor("one"), Descriptor("two")}, DayLedger::Open({}, day, 1).value(),
        [] { return std::string("digest"); }, [] { return uint64_t{4}; });
    CycleObserver observer;
    observer.on_run = [this](v1::Run run) { runs_.push_back(std::move(run)); };
    return measurer(held_, observer, {});
  }

  void Ask(const std::string& benchmark) { held_.lease.add_benchmarks(benchmark); }

  TempDir folder_;
  AgentOptions options_;
  HeldLease held_;
  std::vector<v1::Run> runs_;
};

TEST_F(MeasurerTest, MeasuresWhatTheLeaseAsksFor) {
  Ask("two");
  Ask("one");
  held_.lease.set_fencing_token(9);
  ASSERT_TRUE(Measure());
  ASSERT_THAT(runs_, SizeIs(2));
  EXPECT_EQ(runs_[0].benchmark(), "two");
  EXPECT_EQ(runs_[1].benchmark(), "one");
  EXPECT_EQ(runs_[0].lease_id(), "a");
  EXPECT_EQ(runs_[0].fencing_token(), 9U);
  EXPECT_EQ(runs_[0].environment_digest(), "digest");
}

TEST_F(MeasurerTest, RefusesQuietHours) {
  options_.config.quiet_hours = {{0, 24 * 60 - 1}, {24 * 60 - 1, 0}};
  const auto refused = Measure();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().outcome, v1::LeaseEnd::OUTCOME_REFUSED);
  EXPECT_EQ(refused.error().cause, v1::LeaseEnd::CAUSE_QUIET_HOURS);
}

TEST_F(MeasurerTest, RefusesWhileOthersAreBusyUnlessTheWatchIsOff) {
  Ask("one");
  options_.config.watch.others_cpus = -1e6;  // everybody is busy
  ASSERT_TRUE(Measure());
  options_.config.watch.enabled = true;
  const auto refused = Measure();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().outcome, v1::LeaseEnd::OUTCOME_REFUSED);
  EXPECT_EQ(refused.error().cause, v1::LeaseEnd::CAUSE_BUSY);
  EXPECT_THAT(refused.error().reason, HasSubstr("others use"));
  EXPECT_THAT(runs_, SizeIs(1));
}

TEST_F(MeasurerTest, RefusesWhatItDoesNotKnow) {
  Ask("three");
  const auto refused = Measure();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().outcome, v1::LeaseEnd::OUTCOME_REFUSED);
  EXPECT_EQ(refused.error().cause, v1::LeaseEnd::CAUSE_UNKNOWN_BENCHMARK);
  EXPECT_THAT(refused.error().reason, HasSubstr("three"));
}

TEST_F(MeasurerTest, RefusesWhenTheDayLeavesNothingToRun) {
  Ask("one");
  const auto refused = Measure({.bytes_written = 999});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().outcome, v1::LeaseEnd::OUTCOME_REFUSED);
  EXPECT_EQ(refused.error().cause, v1::LeaseEnd::CAUSE_BUDGET);
  EXPECT_THAT(refused.error().reason, HasSubstr("bytes written"));
}

v1::Run BusyRun(int figures) {
  v1::Run run;
  run.set_verdict(v1::VERDICT_BUSY);
  run.set_verdict_reason("others use 3.00 CPUs");
  for (int i = 0; i < figures; ++i) run.add_measures();
  return run;
}

TEST(LeaseResultOf, AbortsWhenEveryRunWasBrokenOff) {
  CycleTally tally;
  tally.Add(BusyRun(0));
  tally.Add(BusyRun(0));
  const auto aborted = LeaseResultOf({}, tally);
  ASSERT_FALSE(aborted);
  EXPECT_EQ(aborted.error().outcome, v1::LeaseEnd::OUTCOME_ABORTED);
  EXPECT_EQ(aborted.error().cause, v1::LeaseEnd::CAUSE_BUSY);
  EXPECT_EQ(aborted.error().reason, "all 2 runs were broken off, the last: others use 3.00 CPUs");
  tally.Add(BusyRun(1));
  EXPECT_TRUE(LeaseResultOf({}, tally)) << "one has figures";
}

TEST(LeaseResultOf, TellsALeaseThatWasTooShortForTheRest) {
  CycleTally tally;
  tally.Add(BusyRun(1));
  const auto aborted = LeaseResultOf(Fail(ErrorCode::kDeadlineExceeded, "too short"), tally);
  ASSERT_FALSE(aborted);
  EXPECT_EQ(aborted.error().outcome, v1::LeaseEnd::OUTCOME_ABORTED);
  EXPECT_EQ(aborted.error().cause, v1::LeaseEnd::CAUSE_TOO_SHORT);
}

TEST_F(MeasurerTest, RefusesATimeThatIsTooShort) {
  Ask("one");
  held_.end = Clock::System().MonotonicRaw() + seconds(1);
  const auto refused = Measure();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().outcome, v1::LeaseEnd::OUTCOME_REFUSED);
  EXPECT_EQ(refused.error().cause, v1::LeaseEnd::CAUSE_TOO_SHORT);
}

TEST_F(MeasurerTest, AbortsForFaultsOfItsOwn) {
  Ask("one");
  options_.config.work_dir = folder_.Write("file", "") / "work";
  const auto aborted = Measure();
  ASSERT_FALSE(aborted);
  EXPECT_EQ(aborted.error().outcome, v1::LeaseEnd::OUTCOME_ABORTED);
  EXPECT_EQ(aborted.error().cause, v1::LeaseEnd::CAUSE_ERROR);
}

TEST_F(MeasurerTest, LeavesThePeerAloneWhileItIsCutOff) {
  Ask("one");
  options_.peer = "192.0.2.1:7";
  ASSERT_TRUE(Measure());
  const auto log = options_.bench.string() + ".log";
  EXPECT_THAT(ReadFile(log), HasSubstr("192.0.2.1:7"));
  std::filesystem::remove(log);
  held_.offline = true;
  ASSERT_TRUE(Measure());
  EXPECT_THAT(ReadFile(log), Not(HasSubstr("192.0.2.1:7")));
}

}  // namespace
}  // namespace hypergauge::probes
