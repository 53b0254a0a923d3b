#include "probes/benchmarks/tools/tool.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <atomic>
#include <thread>

#include "tests/support/process.h"
#include "tests/unit/probes/benchmarks/run_benchmark.h"
#include "tests/unit/probes/benchmarks/tools/fake_tools.h"

namespace hypergauge::probes {
namespace {

using testing::Eventually;
using testing::ReadFile;
using testing::TempDir;

// A tool that misbehaves, opened.
class ToolTest : public ::testing::Test {
 protected:
  Result<ProcessOutput> Run(const std::string& body, ToolCommand command = {}) {
    tools_.Add("fake", body);
    tool_ = Tool::Open(context_, "fake").value();
    return tool_.Run(context_, command);
  }

  // Whether the process whose number the tool wrote to the file is alive.
  [[nodiscard]] bool IsAlive(const std::string& file) const {
    const auto id = std::stoi(ReadFile(folder_.path() / file));
    const auto stat = ReadFile("/proc/" + std::to_string(id) + "/stat");
    return !stat.empty() && stat.find(") Z ") == std::string::npos;
  }

  [[nodiscard]] std::string Write(const std::string& what, const std::string& file) const {
    const auto path = (folder_.path() / file).string();
    return "echo " + what + " > " + path + ".new && mv " + path + ".new " + path + "\n";
  }

  FakeTools tools_;
  TempDir folder_;
  TempDir work_dir_;
  Context context_ = QuickContext(1, work_dir_.path());
  Tool tool_;
};

TEST_F(ToolTest, TakesTheFirstInThePathAndLabelsTheRun) {
  tools_.Add("fio", "");
  const auto tool = Tool::Open(context_, "fio").value();
  EXPECT_EQ(tool.version(), "1.2.3");
  EXPECT_EQ(context_.report.labels.at("tool_version"), "1.2.3");
  EXPECT_EQ(context_.report.labels.at("tool_path"), FindProgram("fio")->string());
}

TEST_F(ToolTest, GivesArgumentsAsTheyAreAndASmallEnvironment) {
  const auto output =
      Run("echo \"$1\"; env; cat; pwd; echo oh >&2",
          {.arguments = {"$(false) 'x y'"}, .input = "in\n", .environment = {"EXTRA=1"}});
  ASSERT_TRUE(output) << output.error().message;
  EXPECT_EQ(output->out.substr(0, output->out.find('\n')), "$(false) 'x y'");
  const auto folder = tool_.folder().string();
  for (const auto& line :
       {std::string("LC_ALL=C\n"), "HOME=" + folder + "\n", "TMPDIR=" + folder + "\n",
        std::string("EXTRA=1\n"), "\nin\n" + folder + "\n"}) {
    EXPECT_NE(output->out.find(line), std::string::npos) << line;
  }
  EXPECT_EQ(output->err, "oh\n");
  EXPECT_GT(output->seconds, 0);
}

TEST_F(ToolTest, RemovesTheFolderWithAllThatTheToolWrote) {
  ASSERT_TRUE(Run("mkdir sub; echo x > sub/file"));
  EXPECT_TRUE(std::filesystem::exists(tool_.folder() / "sub/file"));
  tool_ = Tool();
  EXPECT_TRUE(std::filesystem::is_empty(work_dir_.path()));
}

TEST_F(ToolTest, PassesOnHowItEndedAndItsLastWords) {
  const auto failed = Run("echo first >&2; echo; printf 'no\\tdisk\\n\\n' >&2; exit 3");
  ASSERT_TRUE(failed);
  EXPECT_EQ(CheckExit("fake", *failed).error().message, "fake ended with exit code 3: no disk");
  const auto killed = Run("echo on stdout; kill -9 $$");
  ASSERT_TRUE(killed);
  EXPECT_EQ(CheckExit("fake", *killed).error().message, "fake was killed by signal 9: on stdout");
}

TEST_F(ToolTest, EndsAToolThatNeverEnds) {
  const auto output =
      Run(Write("$$", "pid") + "exec sleep 1000", {.limit = std::chrono::milliseconds(300)});
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().code, ErrorCode::kDeadlineExceeded);
  EXPECT_NE(output.error().message.find("fake did not end within 300 ms"), std::string::npos);
}

TEST_F(ToolTest, EndsAToolThatIgnoresToBeAsked) {
  std::atomic<bool> stop = false;
  context_.stop = &stop;
  std::thread stopper([&] {
    stop = Eventually(std::chrono::seconds(30),
                      [&] { return std::filesystem::exists(folder_.path() / "pid"); });
  });
  const auto output = Run("trap '' TERM; sleep 1000 & " + Write("$!", "child") +
                          Write("$$", "pid") + "while :; do sleep 1000; done");
  stopper.join();
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().code, ErrorCode::kCancelled);
  EXPECT_FALSE(IsAlive("pid"));
  EXPECT_TRUE(Eventually(std::chrono::seconds(30), [&] { return !IsAlive("child"); }));
}

TEST_F(ToolTest, DoesNotWaitForAChildThatStays) {
  const auto output = Run("sleep 1000 & " + Write("$!", "child") + "echo done");
  ASSERT_TRUE(output) << output.error().message;
  EXPECT_EQ(output->out, "done\n");
  EXPECT_TRUE(Eventually(std::chrono::seconds(30), [&] { return !IsAlive("child"); }));
}

TEST_F(ToolTest, TakesOnlySoMuchOutput) {
  const auto output = Run("exec yes");
  ASSERT_FALSE(output);
  EXPECT_EQ(output.error().code, ErrorCode::kWrongAnswer);
  EXPECT_NE(output.error().message.find("8 MiB"), std::string::npos);
}

TEST_F(ToolTest, KeepsTheEndOfWhatItComplainsAbout) {
  const auto output = Run("yes complaint | head -n 100000 >&2; echo last >&2");
  ASSERT_TRUE(output);
  EXPECT_EQ(output->err.size(), size_t{8} << 10);
  EXPECT_EQ(LastWords(*output), "last");
}

TEST_F(ToolTest, FailsWithoutAVersion) {
  const auto tool = Tool::Open(context_, "true", "--no-version");
  ASSERT_FALSE(tool);
  EXPECT_NE(tool.error().message.find("true --no-version tells no version"), std::string::npos);
}

TEST(VersionIn, FindsVersions) {
  EXPECT_EQ(VersionIn("fio-3.33"), "3.33");
  EXPECT_EQ(VersionIn("sysbench 1.0.20\n"), "1.0.20");
  EXPECT_EQ(VersionIn("iperf 3.12 (cJSON 1.7.15)\nLinux vm 6.18"), "3.12");
  EXPECT_EQ(VersionIn("HardInfo version 0.6-alpha\nCopyright (C) 2003-2017"), "0.6-alpha");
  EXPECT_EQ(VersionIn("GNU Make 4.3."), "4.3");
  EXPECT_EQ(VersionIn("version 7 of 2017"), "");
}

}  // namespace
}  // namespace hypergauge::probes
