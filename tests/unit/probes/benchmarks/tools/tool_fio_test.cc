#include <gtest/gtest.h>

#include "build_paths.h"
#include "probes/benchmarks/tools/fio.h"
#include "tests/support/process.h"
#include "tests/unit/probes/benchmarks/run_benchmark.h"
#include "tests/unit/probes/benchmarks/tools/fake_tools.h"

namespace hypergauge::probes {
namespace {

constexpr int64_t kSize = int64_t{4} << 20;
constexpr uint64_t kBytesOfASample = 3 * (uint64_t{4} << 20);  // three jobs that write

TEST(Fio, ReadsRealReads) {
  const auto figures = ParseFio(TestData("fio_read.json"), {});
  ASSERT_TRUE(figures) << figures.error().message;
  EXPECT_NEAR(figures->operations_per_second, 42007.984, 0.001);
  EXPECT_EQ(figures->bytes_per_second, 172064702);
  EXPECT_EQ(figures->operations, 21046U);
  EXPECT_EQ(figures->bytes, 86204416U);
  EXPECT_NEAR(figures->latency.p50, 209920e-9, 1e-12);
  EXPECT_NEAR(figures->latency.p99, 5472256e-9, 1e-12);
  EXPECT_NEAR(figures->latency.max, 8036930e-9, 1e-12);
  EXPECT_NEAR(figures->completion.p50, 207872e-9, 1e-12);
}

TEST(Fio, ReadsRealFlushes) {
  const FioJob job{.pattern = FioPattern::kRandomWrite, .sync = true};
  const auto figures = ParseFio(TestData("fio_sync.json"), job);
  ASSERT_TRUE(figures) << figures.error().message;
  EXPECT_NEAR(figures->sync.p50, 4554752e-9, 1e-12);
  EXPECT_NEAR(figures->latency.p50, 13760e-9, 1e-12);
  EXPECT_EQ(figures->operations, 100U);
}

TEST(Fio, PassesOnAnErrorThatStandsBeforeTheResult) {
  const auto figures = ParseFio(TestData("fio_error.txt"), {});
  ASSERT_FALSE(figures);
  EXPECT_EQ(figures.error().code, ErrorCode::kInternal);
  EXPECT_NE(figures.error().message.find("error 22"), std::string::npos);
  EXPECT_NE(figures.error().message.find("error=Invalid argument"), std::string::npos);
}

TEST(Fio, RefusesEveryResultThatIsCutOff) {
  const auto whole = TestData("fio_read.json");
  const auto last = whole.find_last_of('}');
  for (size_t size = 0; size <= last; size += 7) {
    EXPECT_FALSE(ParseFio(whole.substr(0, size), {})) << size;
  }
  EXPECT_TRUE(ParseFio("fio: a word before\n" + whole, {}));
}

TEST(Fio, RefusesMissingAndImpossibleFigures) {
  for (const char* text :
       {"{}", "[]", "{\"jobs\":[]}", "{\"jobs\":7}", "{\"jobs\":[{}]}",
        R"({"jobs":[{"error":0,"read":{"iops":5,"bw_bytes":1,"total_ios":0,"io_bytes":0}}]})",
        R"({"jobs":[{"error":0,"read":{"iops":"5","bw_bytes":1,"total_ios":1,"io_bytes":1}}]})"}) {
    const auto figures = ParseFio(text, {});
    ASSERT_FALSE(figures) << text;
    EXPECT_EQ(figures.error().code, ErrorCode::kWrongAnswer) << text;
  }
}

TEST(Fio, RefusesBytesThatAreNotOperationsTimesBlock) {
  const auto figures = ParseFio(TestData("fio_read.json"), {.block = 8192});
  ASSERT_FALSE(figures);
  EXPECT_NE(figures.error().message.find("21046 operations of 8192 bytes"), std::string::npos);
}

TEST(ToolFio, RunsTheRealOneAndLeavesNothing) {
  const DiskFolder folder;
  auto context = QuickContext(kSize, folder.path());
  const auto outcome = RunQuickly("tool_fio", context);
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  ASSERT_EQ(outcome.figures.size(), Registry().at("tool_fio").descriptor.quantities.size());
  for (const auto& figures : outcome.figures) EXPECT_GT(figures.summary.median, 0);
  EXPECT_GT(context.report.bytes_written, static_cast<uint64_t>(kSize));
  EXPECT_TRUE(folder.IsEmpty());
}

TEST(ToolFio, ReadsByThreadsWhereThereIsNothingElse) {
  const DiskFolder folder;
  auto context = QuickContext(kSize, folder.path());
  const auto fio = Tool::Open(context, "fio").value();
  const auto file = fio.folder() / "data";
  ASSERT_TRUE(WriteFioFile(context, file, kSize));
  const auto figures = RunFio(
      context, fio,
      {.file = file, .size = kSize, .queue_depth = 4, .duration = std::chrono::milliseconds(50)});
  ASSERT_TRUE(figures) << figures.error().message;
  EXPECT_GT(figures->operations, 0U);
}

TEST(ToolFio, TriesOtherEnginesWhereIoUringIsForbidden) {
  const FakeTools tools;
  const DiskFolder folder;
  tools.Add("fio",
            "case \"$*\" in *io_uring*|*libaio*) echo 'fio: engine not permitted' >&2; exit 1;; "
            "esac\nPATH=${PATH#*:}; exec fio \"$@\"\n");
  auto context = QuickContext(kSize, folder.path());
  const auto fio = Tool::Open(context, "fio").value();
  const auto file = fio.folder() / "data";
  ASSERT_TRUE(WriteFioFile(context, file, kSize));
  const auto engine = FindFioEngine(context, fio, file, kSize);
  ASSERT_TRUE(engine) << engine.error().message;
  EXPECT_EQ(*engine, "psync");
}

TEST(ToolFio, FailsWithItsOwnWords) {
  const FakeTools tools;
  const DiskFolder folder;
  tools.Add("fio", "echo 'fio: the disk is on fire' >&2; exit 1");
  auto context = QuickContext(kSize, folder.path());
  const auto outcome = RunQuickly("tool_fio", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().message, "fio ended with exit code 1: fio: the disk is on fire");
  EXPECT_TRUE(folder.IsEmpty());
}

TEST(ToolFio, KnowsThreeEngines) {
  for (const char* engine : {"io_uring", "libaio", "psync"}) EXPECT_TRUE(CheckFioEngine(engine));
  const auto checked = CheckFioEngine("nonsense");
  ASSERT_FALSE(checked);
  EXPECT_EQ(checked.error().code, ErrorCode::kInvalidArgument);
  EXPECT_NE(checked.error().message.find("\"nonsense\""), std::string::npos);
}

TEST(ToolFio, IsUnsupportedInMemory) {
  auto context = QuickContext(kSize, "/dev/shm");
  const auto outcome = RunQuickly("tool_fio", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kUnsupported);
}

TEST(ToolFio, WritesNoMoreThanItMay) {
  const DiskFolder folder;
  auto context = QuickContext(kSize, folder.path());
  context.max_bytes_written = kSize + kBytesOfASample;
  const Plan plan{.warmups = 0, .min_samples = 3, .max_samples = 3};
  const auto outcome = RunBenchmark(Registry().at("tool_fio"), context, plan);
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  EXPECT_LE(context.report.bytes_written, context.max_bytes_written);
  EXPECT_LT(outcome.figures.front().samples.size(), 3U);
}

TEST(ToolFio, IsUnsupportedBelowTheCeilingOfAFileAndASample) {
  const DiskFolder folder;
  auto context = QuickContext(kSize, folder.path());
  context.max_bytes_written = kSize + kBytesOfASample - 1;
  const auto outcome = RunQuickly("tool_fio", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(outcome.status.error().message,
            "tool_fio's file and one sample take 16777216 bytes of writes, the ceiling leaves "
            "16777215");
  EXPECT_EQ(context.report.bytes_written, 0U);
  EXPECT_TRUE(folder.IsEmpty());
}

TEST(ToolFio, StaysBelowTheLightSuitesCeiling) {
  const auto& work = Registry().at("tool_fio").descriptor.default_work;
  EXPECT_EQ(work.bytes_written, static_cast<uint64_t>(work.size) + 4 * kBytesOfASample);
  EXPECT_LT(work.bytes_written, uint64_t{128} << 20);
}

TEST(ToolFio, DividesItsBytesAmongThreads) {
  const DiskFolder folder;
  auto context = QuickContext(kSize, folder.path());
  const auto fio = Tool::Open(context, "fio").value();
  const auto file = fio.folder() / "data";
  ASSERT_TRUE(WriteFioFile(context, file, kSize));
  const auto figures = RunFio(context, fio,
                              {.file = file,
                               .size = kSize,
                               .pattern = FioPattern::kRandomWrite,
                               .queue_depth = 4,
                               .most_bytes = 64 << 10,
                               .duration = std::chrono::minutes(1)});
  ASSERT_TRUE(figures) << figures.error().message;
  EXPECT_EQ(figures->bytes, 64U << 10);
}

TEST(ToolFio, EndsWithItsProcessWhenAsked) {
  const FakeTools tools;
  const DiskFolder folder;
  const testing::TempDir notes;
  const auto started = notes.path() / "started";
  tools.Add("fio", "touch " + started.string() + "; exec sleep 1000");
  testing::Process process({HYPERGAUGE_BIN_DIR "/hypergauge-bench", "--work-dir", folder.path(),
                            "run", "tool_fio", "--size", std::to_string(kSize)});
  ASSERT_TRUE(testing::Eventually(std::chrono::seconds(30),
                                  [&] { return std::filesystem::exists(started); }));
  process.Signal(SIGTERM);
  EXPECT_EQ(process.Wait(std::chrono::seconds(10)), 0);
  ASSERT_TRUE(process.WaitForOutput("VERDICT_FAILED", std::chrono::seconds(10)));
  EXPECT_NE(process.output().find("stopped while"), std::string::npos) << process.output();
  EXPECT_TRUE(folder.IsEmpty());
}

}  // namespace
}  // namespace hypergauge::probes
