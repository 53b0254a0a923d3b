#include "probes/cycle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probes/sha256.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/probes/script.h"

namespace hypergauge::probes {
namespace {

using std::chrono::milliseconds;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::TempDir;
using testing::WriteScript;

// Prints a clean run of whatever it is asked for.
constexpr const char* kEchoBench =
    R"(for name do [ "$last" = run ] && break; last=$name; done
echo '{"progress":{"samples":3,"budget_used":0.5}}'
echo '{"run":{"benchmark":"'$name'","verdict":"VERDICT_CLEAN","threads":1,)"
    R"("measures":[{"family":"f_seconds","samples":[1]}]}}'
)";

class CycleTest : public ::testing::Test {
 protected:
  [[nodiscard]] CycleRequest Request(const std::filesystem::path& bench) const {
    CycleRequest request;
    request.bench = bench;
    request.work_dir = folder_.path() / "work/deep";
    request.benchmarks = {"first", "second"};
    request.probe_version = "1.2.3";
    return request;
  }

  Result<void> Cycle(const CycleRequest& request, const std::stop_token& stop = {}) {
    CycleObserver observer;
    observer.on_run = [&](v1::Run run) { runs_.push_back(std::move(run)); };
    observer.on_progress = [&](const CycleProgress& now) { progress_.push_back(now); };
    return RunCycle(request, observer, meter_, stop);
  }

  TempDir folder_;
  InterferenceMeter meter_{"/proc"};
  std::vector<v1::Run> runs_;
  std::vector<CycleProgress> progress_;
};

TEST_F(CycleTest, RunsTheRealBenchAndCompletesTheRun) {
  auto request = Request(HYPERGAUGE_BIN_DIR "/hypergauge-bench");
  request.benchmarks = {"null"};
  request.budget = milliseconds(100);
  ASSERT_TRUE(Cycle(request));
  ASSERT_EQ(runs_.size(), 1U);
  const auto& run = runs_[0];
  EXPECT_THAT(run.marks(), Contains(v1::MARK_UNVERIFIED));
  EXPECT_THAT(run.marks(), Contains(v1::MARK_UNSCHEDULED));
  EXPECT_EQ(run.build().probe_version(), "1.2.3");
  EXPECT_EQ(run.build().bench_sha256(), Sha256OfFile(request.bench).value());
  EXPECT_FALSE(run.build().compiler().empty());
  EXPECT_EQ(run.lease_id(), "");
  EXPECT_FALSE(run.has_id());
  EXPECT_EQ(run.measures_size(), 1);
}

TEST_F(CycleTest, RunsInOrderAndTellsItsProgress) {
  ASSERT_TRUE(Cycle(Request(WriteScript(folder_, kEchoBench))));
  ASSERT_EQ(runs_.size(), 2U);
  EXPECT_EQ(runs_[0].benchmark(), "first");
  EXPECT_EQ(runs_[1].benchmark(), "second");
  ASSERT_EQ(progress_.size(), 5U);  // before and within each, and at the end
  EXPECT_EQ(progress_[0].benchmark, "first");
  EXPECT_EQ(progress_[1].samples, 3);
  EXPECT_EQ(progress_[2].benchmark, "second");
  EXPECT_EQ(progress_[2].finished, 1);
  EXPECT_EQ(progress_[2].samples, 0);
  EXPECT_EQ(progress_[4].benchmark, "");
  EXPECT_EQ(progress_[4].finished, 2);
}

TEST_F(CycleTest, MarksNoRunOfALeaseUnscheduled) {
  auto request = Request(WriteScript(folder_, kEchoBench));
  request.lease_id = "lease-7";
  request.fencing_token = 7;
  ASSERT_TRUE(Cycle(request));
  ASSERT_EQ(runs_.size(), 2U);
  EXPECT_THAT(runs_[0].marks(), Not(Contains(v1::MARK_UNSCHEDULED)));
  EXPECT_EQ(runs_[0].lease_id(), "lease-7");
  EXPECT_EQ(runs_[0].fencing_token(), 7U);
}

TEST_F(CycleTest, GoesOnAfterAFailedBenchmark) {
  ASSERT_TRUE(Cycle(Request(WriteScript(folder_, "exit 5"))));
  ASSERT_EQ(runs_.size(), 2U);
  EXPECT_EQ(runs_[0].verdict(), v1::VERDICT_FAILED);
  EXPECT_EQ(runs_[1].verdict(), v1::VERDICT_FAILED);
  EXPECT_FALSE(runs_[1].build().bench_sha256().empty());
}

TEST_F(CycleTest, BeginsNoRunThatDoesNotFitIntoTheLease) {
  auto request = Request(WriteScript(folder_, kEchoBench));
  request.end = Clock::System().MonotonicRaw() + milliseconds(1500);
  request.budget = milliseconds(2000);
  const auto done = Cycle(request);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, ErrorCode::kDeadlineExceeded);
  EXPECT_EQ(done.error().message, "after 0 of 2 benchmarks: the lease is too short");
  EXPECT_TRUE(runs_.empty());
}

TEST_F(CycleTest, EndsARunThatWouldOutlastTheLeaseAndReportsNone) {
  auto request = Request(WriteScript(folder_, "exec sleep 600"));
  const auto end = Clock::System().MonotonicRaw() + milliseconds(1200);
  request.end = end;
  request.budget = milliseconds(10);
  EXPECT_EQ(Cycle(request).error().code, ErrorCode::kDeadlineExceeded);
  EXPECT_TRUE(runs_.empty());
  EXPECT_LT(Clock::System().MonotonicRaw(), end);
}

TEST_F(CycleTest, StopsBetweenAndWithinBenchmarks) {
  std::stop_source stop;
  stop.request_stop();
  EXPECT_EQ(Cycle(Request(WriteScript(folder_, "exec sleep 600")), stop.get_token()).error().code,
            ErrorCode::kCancelled);
  EXPECT_TRUE(runs_.empty());
}

TEST_F(CycleTest, NamesAWorkFolderThatCannotBeMade) {
  auto request = Request(WriteScript(folder_, kEchoBench));
  request.work_dir = folder_.Write("file", "") / "work";
  const auto done = Cycle(request);
  ASSERT_FALSE(done);
  EXPECT_THAT(done.error().message, HasSubstr(request.work_dir.string()));
}

v1::BenchmarkDescriptor Descriptor(const std::string& name, const std::string& suite) {
  v1::BenchmarkDescriptor descriptor;
  descriptor.set_name(name);
  descriptor.add_suites(suite);
  return descriptor;
}

TEST(SelectBenchmarks, TakesTheSuiteOrTheNamesInTheirOrder) {
  const std::vector<v1::BenchmarkDescriptor> known = {
      Descriptor("a", "light"), Descriptor("b", "pilot"), Descriptor("c", "light")};
  EXPECT_THAT(SelectBenchmarks(known, "light", {}).value(), ElementsAre("a", "c"));
  EXPECT_THAT(SelectBenchmarks(known, "light", {"c", "b"}).value(), ElementsAre("c", "b"));
}

TEST(SelectBenchmarks, NamesWhatThereIs) {
  const std::vector<v1::BenchmarkDescriptor> known = {Descriptor("a", "light"),
                                                      Descriptor("b", "pilot")};
  EXPECT_EQ(SelectBenchmarks(known, "light", {"x"}).error().message,
            "unknown benchmark \"x\"; there are a, b");
  EXPECT_EQ(SelectBenchmarks(known, "heavy", {}).error().message,
            "unknown suite \"heavy\"; there are light, standard and pilot");
}

}  // namespace
}  // namespace hypergauge::probes
