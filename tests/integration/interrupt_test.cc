// An interrupted run leaves no files and no processes: every benchmark that hypergauge-bench has is
// told to end in the middle of its work.
#include <gtest/gtest.h>
#include <stdlib.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

#include "build_paths.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::testing {
namespace {

using nlohmann::json;
using std::chrono::seconds;

constexpr const char* kBench = HYPERGAUGE_BIN_DIR "/hypergauge-bench";
constexpr seconds kPatience(10);        // half a second is what it should take, on an idle machine
constexpr seconds kUntilAtWork(60);     // a file may have to be written first
constexpr size_t kLeastBenchmarks = 8;  // fewer were forgotten, not interrupted

// Beside the build's own files, which are on a disk where /tmp may be memory.
class WorkDir {
 public:
  WorkDir() {
    std::string name = HYPERGAUGE_BIN_DIR "/interrupt-test-XXXXXX";
    if (mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp " + name);
    path_ = name;
  }
  ~WorkDir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  WorkDir(const WorkDir&) = delete;
  WorkDir& operator=(const WorkDir&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// Processes of a session that have not ended, as they call themselves.
std::vector<std::string> MembersOf(pid_t session) {
  std::vector<std::string> members;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string name = entry.path().filename();
    if (name.find_first_not_of("0123456789") != std::string::npos) continue;
    const std::string stat = ReadFile(entry.path() / "stat");
    const auto end = stat.rfind(')');
    if (end == std::string::npos) continue;  // it has just ended
    char state = 0;
    pid_t parent = 0;
    pid_t group = 0;
    pid_t its_session = 0;
    std::istringstream(stat.substr(end + 1)) >> state >> parent >> group >> its_session;
    if (its_session != session || state == 'Z' || state == 'X') continue;
    members.push_back(stat.substr(0, end + 1));
  }
  return members;
}

// hypergauge-bench as the first process of a session of its own, so that whatever it starts can be
// found after it has ended. It goes on until it is interrupted.
class BenchRun {
 public:
  BenchRun(const std::string& benchmark, const std::string& suite, const WorkDir& folder)
      : process_({"setsid", kBench, "--work-dir", folder.path(), "run", benchmark, "--suite", suite,
                  "--budget-ms", "86400000", "--min-samples", "10000", "--max-samples", "10000"}) {}

  Process& process() { return process_; }

  // The last line of its output.
  [[nodiscard]] json Outcome() const {
    std::istringstream lines(process_.output());
    json last;
    for (std::string line; std::getline(lines, line);) last = json::parse(line, nullptr, false);
    return last.is_object() && last.contains("run") ? last["run"] : json();
  }

 private:
  Process process_;
};

// Also one whose name is gone already.
bool HasFileOpenIn(pid_t process, const WorkDir& folder) {
  std::error_code error;  // a descriptor may be closed at any time
  std::filesystem::directory_iterator at("/proc/" + std::to_string(process) + "/fd", error);
  for (; at != std::filesystem::directory_iterator(); at.increment(error)) {
    const std::string file = std::filesystem::read_symlink(at->path(), error);
    if (file.starts_with(folder.path().string() + "/")) return true;
  }
  return false;
}

std::vector<json> AvailableBenchmarks() {
  std::vector<json> available;
  for (const auto& each : json::parse(RunProcess({kBench, "list"}).output)) {
    if (each["available"].get<bool>()) available.push_back(each);
  }
  return available;
}

// A file that is kept between runs is a whole one: its first block is written last.
bool IsKeptOnPurpose(const std::filesystem::path& path) {
  const std::string name = path.filename();
  if (!name.starts_with("hypergauge-") || !name.ends_with(".dat")) return false;
  std::string block(4096, '\0');
  std::ifstream file(path, std::ios::binary);
  file.read(block.data(), static_cast<std::streamsize>(block.size()));
  return file.gcount() == 4096 &&
         std::any_of(block.begin(), block.end(), [](char byte) { return byte != '\0'; });
}

void ExpectNothingIsLeft(BenchRun& run, const WorkDir& folder) {
  std::vector<std::string> members;
  EXPECT_TRUE(Eventually(kPatience, [&] {
    members = MembersOf(run.process().pid());
    return members.empty();
  })) << json(members).dump();
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path())) {
    EXPECT_TRUE(IsKeptOnPurpose(entry.path())) << "left " << entry.path();
  }
}

void Interrupt(BenchRun& run, const WorkDir& folder) {
  run.process().Signal(SIGTERM);
  ASSERT_EQ(run.process().Wait(kPatience), 0) << run.process().output();
  const auto outcome = run.Outcome();
  ASSERT_TRUE(outcome.is_object()) << run.process().output();
  EXPECT_EQ(outcome["verdict"], "VERDICT_FAILED") << outcome.dump();
  EXPECT_TRUE(outcome["measures"].empty());
  ExpectNothingIsLeft(run, folder);
}

TEST(InterruptTest, EveryBenchmarkEndsBetweenItsSamples) {
  const auto benchmarks = AvailableBenchmarks();
  ASSERT_GE(benchmarks.size(), kLeastBenchmarks);
  for (const auto& each : benchmarks) {
    const std::string name = each["name"];
    SCOPED_TRACE(name);
    const WorkDir folder;
    BenchRun run(name, "light", folder);
    ASSERT_TRUE(run.process().WaitForOutput("progress", kUntilAtWork)) << run.process().output();
    Interrupt(run, folder);
  }
}

// While it prepares, as far as can be seen from outside.
TEST(InterruptTest, EveryDiskBenchmarkEndsWhileItWritesItsFirstFile) {
  size_t seen = 0;
  for (const auto& each : AvailableBenchmarks()) {
    if (each["category"] != "disk") continue;
    const std::string name = each["name"];
    SCOPED_TRACE(name);
    const WorkDir folder;
    BenchRun run(name, "standard", folder);
    const pid_t bench = run.process().pid();
    ASSERT_TRUE(Eventually(kUntilAtWork, [&] { return HasFileOpenIn(bench, folder); }));
    Interrupt(run, folder);
    ++seen;
  }
  EXPECT_GT(seen, 0);
}

// The search itself: it finds a process that outlives the first one of its session, and a file
// that is not a whole one.
TEST(InterruptTest, WhatIsLeftWouldBeFound) {
  Process shell({"setsid", "sh", "-c", "sleep 60 & echo $!"});
  ASSERT_EQ(shell.Wait(kPatience), 0);
  ASSERT_TRUE(shell.WaitForOutput("\n", kPatience));
  const auto members = MembersOf(shell.pid());
  ASSERT_EQ(members.size(), 1);
  EXPECT_EQ(std::stoi(members.front()), std::stoi(shell.output()));
  kill(std::stoi(shell.output()), SIGKILL);

  const TempDir folder;
  EXPECT_FALSE(IsKeptOnPurpose(folder.Write("hypergauge-a.dat", std::string(8192, '\0'))));
  EXPECT_FALSE(IsKeptOnPurpose(folder.Write("hypergauge-b.dat", "short")));
  EXPECT_FALSE(IsKeptOnPurpose(folder.Write("other.dat", std::string(8192, 'x'))));
  EXPECT_TRUE(IsKeptOnPurpose(folder.Write("hypergauge-c.dat", std::string(8192, 'x'))));
}

}  // namespace
}  // namespace hypergauge::testing
