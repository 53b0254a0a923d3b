#include "probes/bench_process.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "build_paths.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/probes/benchmarks/run_benchmark.h"
#include "tests/unit/probes/script.h"

namespace hypergauge::probes {
namespace {

using std::chrono::milliseconds;
using testing::TempDir;
using testing::WriteScript;

const std::filesystem::path kBench = HYPERGAUGE_BIN_DIR "/hypergauge-bench";

BenchRequest Request(const TempDir& folder, const std::filesystem::path& bench = kBench) {
  BenchRequest request;
  request.bench = bench;
  request.benchmark = "null";
  request.work_dir = folder.path();
  request.plan.budget = milliseconds(1);
  request.plan.sample_time = milliseconds(1);
  return request;
}

v1::Run RunScript(const std::string& body, milliseconds limit = milliseconds(20'000)) {
  const TempDir folder;
  auto request = Request(folder, WriteScript(folder, body));
  request.time_limit = limit;
  return RunBench(request, {}, {}).value();
}

constexpr const char* kGoodRun =
    R"(echo '{"run":{"benchmark":"null","verdict":"VERDICT_CLEAN","measures":[)"
    R"({"family":"null_seconds","samples":[1.5],"median":1.5}]}}')";

TEST(BenchProcess, RunsARealBenchmark) {
  const TempDir folder;
  int progress = 0;
  const auto run =
      RunBench(Request(folder), [&](const BenchProgress& now) { progress = now.samples; }, {});
  ASSERT_TRUE(run) << run.error().message;
  EXPECT_EQ(run->verdict(), v1::VERDICT_CLEAN) << run->verdict_reason();
  EXPECT_EQ(run->benchmark(), "null");
  EXPECT_EQ(run->suite(), "light");
  ASSERT_EQ(run->measures_size(), 1);
  EXPECT_EQ(run->measures(0).samples_size(), progress);
  EXPECT_GE(progress, 3);
  EXPECT_GT(run->measures(0).median(), 0);
  EXPECT_GT(run->started_unix_nanos(), 0);
  EXPECT_GT(run->wall_nanos(), 0);
  EXPECT_GT(run->interference().own_cpu_seconds(), 0);
}

TEST(BenchProcess, MakesAFailedRunOfACrash) {
  const auto run = RunScript("echo about to crash >&2; kill -SEGV $$");
  EXPECT_EQ(run.verdict(), v1::VERDICT_FAILED);
  EXPECT_EQ(run.benchmark(), "null");
  EXPECT_EQ(run.verdict_reason(),
            "was killed by signal 11 (Segmentation fault); standard error: about to crash");
  EXPECT_GT(run.started_unix_nanos(), 0);
}

TEST(BenchProcess, DropsTheFiguresOfACrashAfterTheResult) {
  const auto run = RunScript(std::string(kGoodRun) + "\nexit 4");
  EXPECT_EQ(run.verdict(), v1::VERDICT_FAILED);
  EXPECT_EQ(run.verdict_reason(), "ended with exit code 4");
  EXPECT_TRUE(run.measures().empty());
}

TEST(BenchProcess, MakesAFailedRunOfSilence) {
  EXPECT_EQ(RunScript("exit 0").verdict_reason(), "it ended without a result");
}

TEST(BenchProcess, MakesAFailedRunOfATimeOut) {
  const auto run = RunScript("exec sleep 600", milliseconds(30));
  EXPECT_EQ(run.verdict(), v1::VERDICT_FAILED);
  EXPECT_EQ(run.verdict_reason(), "it was stopped after 30 ms");
  EXPECT_GE(run.wall_nanos(), 30'000'000);
}

TEST(BenchProcess, KnowsTheEndOfALeaseFromAFailure) {
  const TempDir folder;
  auto request = Request(folder, WriteScript(folder, "exec sleep 600"));
  request.time_limit = milliseconds(30);
  request.limit_is_lease = true;
  EXPECT_EQ(RunBench(request, {}, {}).error().code, ErrorCode::kDeadlineExceeded);
}

// Writes a file that is kept, and tells what it has cost when it is stopped.
constexpr const char* kKeepingBench = R"(
trap 'echo "{\"run\":{\"benchmark\":\"null\",\"cost\":{\"bytes_written\":500}}}"; exit 0' TERM
echo '{"keeps":{"bytes":700}}'
sleep 600 & wait
)";

TEST(BenchProcess, KnowsTheEndOfTheCycleFromAFailure) {
  const TempDir folder;
  auto request = Request(folder, WriteScript(folder, "exec sleep 600"));
  request.cycle_left = milliseconds(30);
  CutShort cut;
  const auto run = RunBench(request, {}, {}, Clock::System(), &cut);
  EXPECT_EQ(run.error().code, ErrorCode::kDeadlineExceeded);
  EXPECT_TRUE(cut.by_cycle);
  EXPECT_FALSE(cut.last_words);
}

TEST(BenchProcess, LetsARunThatWritesAKeptFileOutlastTheCycle) {
  const TempDir folder;
  auto request = Request(folder, WriteScript(folder, kKeepingBench));
  std::vector<uint64_t> kept;
  request.on_keep = [&](uint64_t bytes) -> Result<void> {
    kept.push_back(bytes);
    return {};
  };
  request.cycle_left = milliseconds(5000);  // it says so long before
  request.time_limit = milliseconds(5200);
  CutShort cut;
  const auto run = RunBench(request, {}, {}, Clock::System(), &cut);
  EXPECT_EQ(kept, std::vector<uint64_t>{700});
  EXPECT_FALSE(cut.by_cycle);
  ASSERT_TRUE(run) << run.error().message;
  EXPECT_EQ(run->verdict_reason(), "it was stopped after 5200 ms");
  EXPECT_EQ(run->cost().bytes_written(), 500U);
}

TEST(BenchProcess, TellsTheLastWordsOfARunThatWasStopped) {
  const TempDir folder;
  auto request = Request(folder, WriteScript(folder, kKeepingBench));
  std::stop_source stop;
  request.on_keep = [&](uint64_t) -> Result<void> {
    stop.request_stop();
    return {};
  };
  CutShort cut;
  EXPECT_EQ(RunBench(request, {}, stop.get_token(), Clock::System(), &cut).error().code,
            ErrorCode::kCancelled);
  EXPECT_FALSE(cut.by_cycle);
  ASSERT_TRUE(cut.last_words);
  EXPECT_EQ(cut.last_words->cost().bytes_written(), 500U);
}

TEST(BenchProcess, EndsARunThatMayNotWriteWhatItWantsToKeep) {
  const TempDir folder;
  auto request = Request(folder, WriteScript(folder, kKeepingBench));
  request.on_keep = [](uint64_t) -> Result<void> {
    return Fail(ErrorCode::kPermissionDenied, "the ledger");
  };
  EXPECT_EQ(RunBench(request, {}, {}).error().message, "the ledger");
}

TEST(BenchProcess, HearsOfAFileThatTheRealBenchmarkWrites) {
  const DiskFolder folder;
  BenchRequest request;
  request.bench = kBench;
  request.benchmark = "disk_seq_read";
  request.work_dir = folder.path();
  request.size = 4 << 20;
  request.plan = {.budget = milliseconds(1), .sample_time = milliseconds(1)};
  request.plan.max_bytes_written = request.plan.max_bytes_sent = UINT64_MAX;
  std::vector<uint64_t> kept;
  request.on_keep = [&](uint64_t bytes) -> Result<void> {
    kept.push_back(bytes);
    return {};
  };
  for (int i = 0; i < 2; ++i) {
    const auto run = RunBench(request, {}, {});
    ASSERT_TRUE(run) << run.error().message;
    EXPECT_EQ(run->verdict(), v1::VERDICT_CLEAN) << run->verdict_reason();
  }
  EXPECT_EQ(kept, std::vector<uint64_t>{4 << 20});
}

TEST(BenchProcess, MakesAFailedRunOfAProgramThatIsNotThere) {
  const TempDir folder;
  const auto run = RunBench(Request(folder, folder.path() / "none"), {}, {}).value();
  EXPECT_EQ(run.verdict(), v1::VERDICT_FAILED);
  EXPECT_NE(run.verdict_reason().find("none"), std::string::npos);
}

TEST(BenchProcess, StopsOnRequestWithoutARun) {
  const TempDir folder;
  // Asks for the stop itself once it is under way, so that the child is stopped while it runs.
  std::stop_source stop;
  auto request =
      Request(folder, WriteScript(folder, "echo '{\"progress\":{\"samples\":1}}'; exec sleep 600"));
  const auto run = RunBench(
      request, [&](const BenchProgress&) { stop.request_stop(); }, stop.get_token());
  ASSERT_FALSE(run);
  EXPECT_EQ(run.error().code, ErrorCode::kCancelled);
}

struct Nonsense {
  const char* name;
  const char* line;
  const char* reason;
};

class BenchNonsense : public ::testing::TestWithParam<Nonsense> {};

TEST_P(BenchNonsense, BecomesAFailedRunWithItsReason) {
  const auto run = RunScript("cat <<'END'\n" + std::string(GetParam().line) + "\nEND\n");
  EXPECT_EQ(run.verdict(), v1::VERDICT_FAILED);
  EXPECT_NE(run.verdict_reason().find(GetParam().reason), std::string::npos)
      << run.verdict_reason();
  EXPECT_TRUE(run.measures().empty());
  EXPECT_LE(run.verdict_reason().size(), 1024U);
}

INSTANTIATE_TEST_SUITE_P(
    Lines, BenchNonsense,
    ::testing::Values(Nonsense{"Text", "segmentation fault", "no JSON object: segmentation fault"},
                      Nonsense{"Array", "[1]", "no JSON object"},
                      Nonsense{"HalfALine", R"({"run":{"benchm)", "no JSON object"},
                      Nonsense{"NoObject", R"({"run":7})", "a run that is none"},
                      Nonsense{"WrongType", R"({"run":{"threads":"many"}})", "a run that is none"},
                      Nonsense{"KeepsNothing", R"({"keeps":{"bytes":-1}})", "a file of no size"},
                      Nonsense{"OtherBenchmark",
                               R"({"run":{"benchmark":"other","verdict":"VERDICT_CLEAN"}})",
                               "a run of \"other\""},
                      Nonsense{"NoVerdict", R"({"run":{"benchmark":"null"}})", "without verdict"},
                      Nonsense{"NoFigures",
                               R"({"run":{"benchmark":"null","verdict":"VERDICT_CLEAN"}})",
                               "without figures"},
                      Nonsense{"NegativeSample",
                               R"({"run":{"benchmark":"null","verdict":"VERDICT_CLEAN",)"
                               R"("measures":[{"family":"f_seconds","samples":[-1]}]}})",
                               "f_seconds has the sample -1"},
                      Nonsense{"InfiniteSample",
                               R"({"run":{"benchmark":"null","verdict":"VERDICT_CLEAN",)"
                               R"("measures":[{"family":"f_seconds","samples":["Infinity"]}]}})",
                               "f_seconds has the sample inf"}),
    [](const auto& param) { return param.param.name; });

TEST(BenchProcess, IgnoresFieldsAndLinesOfANewerBench) {
  const auto run = RunScript(R"(echo '{"weather":"fine"}'; )"
                             R"(echo '{"run":{"benchmark":"null","verdict":"VERDICT_CLEAN",)"
                             R"("new_field":1,"measures":[{"family":"f","samples":[1]}]}}')");
  EXPECT_EQ(run.verdict(), v1::VERDICT_CLEAN) << run.verdict_reason();
}

TEST(BenchProcess, ListsTheRealBenchmarks) {
  const TempDir folder;
  const auto list = ListBenchmarks(kBench, folder.path());
  ASSERT_TRUE(list) << list.error().message;
  const auto null = std::find_if(list->begin(), list->end(),
                                 [](const auto& each) { return each.name() == "null"; });
  ASSERT_NE(null, list->end());
  EXPECT_TRUE(null->available());
  EXPECT_EQ(null->category(), "kernel");
  EXPECT_EQ(null->quantities(0).family(), "null_seconds");
  EXPECT_EQ(null->quantities(0).direction(), v1::DIRECTION_LOWER_IS_BETTER);
}

TEST(BenchProcess, NamesTheProgramThatListsNonsense) {
  const TempDir folder;
  const auto nonsense = ListBenchmarks(WriteScript(folder, "echo hello"), folder.path());
  EXPECT_EQ(nonsense.error().code, ErrorCode::kCorrupt);
  EXPECT_NE(nonsense.error().message.find(folder.path().string()), std::string::npos);
  const auto failing =
      ListBenchmarks(WriteScript(folder, "echo no luck >&2; exit 1"), folder.path());
  EXPECT_NE(failing.error().message.find("exit code 1: no luck"), std::string::npos);
}

}  // namespace
}  // namespace hypergauge::probes
