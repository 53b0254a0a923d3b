// The programs of the preset probe-static, which ./check builds before the tests: they run in
// guests that hold no library, and host and guest run the very same hypergauge-bench.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "build_paths.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::testing {
namespace {

using ::testing::HasSubstr;

const std::filesystem::path kBuild = std::filesystem::path(HYPERGAUGE_SOURCE_DIR) / "build";
const std::filesystem::path kProbe = kBuild / "probe-static/bin/hypergauge-probe";
const std::filesystem::path kBench = kBuild / "probe-static/bin/hypergauge-bench";

TEST(StaticProgramsTest, NeedNoLibraryAndCarryNoSymbols) {
  for (const auto& program : {kProbe, kBench}) {
    ASSERT_TRUE(std::filesystem::exists(program)) << "build the preset probe-static first";
    const auto libraries = RunProcess({"ldd", program.string()});
    EXPECT_THAT(libraries.output, HasSubstr("not a dynamic executable")) << program;
    EXPECT_THAT(RunProcess({"nm", program.string()}).output, HasSubstr("no symbols")) << program;
  }
}

TEST(StaticProgramsTest, TheProbeIsSmallAndHasTls) {
  constexpr uintmax_t kMostBytes = 20'000'000;
  EXPECT_LE(std::filesystem::file_size(kProbe), kMostBytes);
  EXPECT_THAT(ReadFile(kProbe), HasSubstr("TLSv1.3"));
}

TEST(StaticProgramsTest, TheProbeRunsABenchmark) {
  const auto run = RunProcess({kProbe.string(), "run", "--benchmark", "null", "--format", "json"});
  EXPECT_EQ(run.exit_code, 0) << run.output;
  EXPECT_THAT(run.output, HasSubstr("\"benchmark\": \"null\""));
}

TEST(StaticProgramsTest, BenchKnowsNoGrpcAndIsTheSameFileInTheRelease) {
  const auto bench = ReadFile(kBench);
  EXPECT_EQ(bench.find("grpc"), std::string::npos);
  const auto release = kBuild / "release/bin/hypergauge-bench";
  ASSERT_TRUE(std::filesystem::exists(release)) << "build hypergauge-bench in release first";
  EXPECT_TRUE(bench == ReadFile(release)) << "host and guest could not be compared";
}

}  // namespace
}  // namespace hypergauge::testing
