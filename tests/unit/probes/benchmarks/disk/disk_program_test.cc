// Every disk benchmark as the program that the probe starts, where things go wrong.
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstddef>
#include <nlohmann/json.hpp>
#include <sstream>

#include "build_paths.h"
#include "probes/benchmarks/disk/test_file.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/probes/benchmarks/run_benchmark.h"

namespace hypergauge::probes {
namespace {

using nlohmann::json;
using testing::Process;
using testing::RunProcess;

constexpr const char* kBench = HYPERGAUGE_BIN_DIR "/hypergauge-bench";

struct Case {
  const char* benchmark;
  const char* size;
  const char* long_suite = "pilot";  // in which its own limit of bytes does not end a run
};

constexpr Case kCases[] = {
    {"disk_rand_read", "1048576"},   {"disk_rand_write", "1048576"}, {"disk_sync", "10"},
    {"disk_seq_read", "1048576"},    {"disk_seq_write", "1048576"},  {"disk_metadata", "10"},
    {"disk_dd", "1000", "standard"}, {"disk_copy", "1000000"},
};

std::vector<std::string> Command(const Case& each, const std::filesystem::path& work_dir,
                                 const std::string& suite = "light") {
  return {kBench,    "--work-dir",  work_dir, "run",     each.benchmark, "--size",
          each.size, "--sample-ms", "10",     "--suite", suite};
}

// The run, which is the last line.
json RunOf(const std::string& output) {
  std::istringstream lines(output);
  json last;
  for (std::string line; std::getline(lines, line);) last = json::parse(line, nullptr, false);
  return last.is_object() && last.contains("run") ? last["run"] : json();
}

json RunOnce(std::vector<std::string> command) {
  command.insert(command.end(), {"--min-samples", "1", "--max-samples", "1"});
  const auto finished = RunProcess(command);
  EXPECT_EQ(finished.exit_code, 0) << finished.output;
  return RunOf(finished.output);
}

// What a run may leave: the whole file that the next one uses again.
void ExpectNothingLeft(const std::filesystem::path& folder) {
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    EXPECT_EQ(entry.path().filename(), kTestFileName);
  }
}

class DiskProgram : public ::testing::TestWithParam<Case> {};

TEST_P(DiskProgram, LeavesNothingButWholeFilesWhenItIsTerminatedInTheMiddle) {
  const DiskFolder folder;
  auto command = Command(GetParam(), folder.path(), GetParam().long_suite);
  // Nothing but the signal ends it.
  command.insert(command.end(),
                 {"--budget-ms", "86400000", "--min-samples", "10000", "--max-samples", "10000"});
  Process process(command);
  ASSERT_TRUE(process.WaitForOutput("\"samples\":2", std::chrono::seconds(60)));
  process.Signal(SIGTERM);
  ASSERT_EQ(process.Wait(std::chrono::seconds(30)), 0) << process.output();
  const auto run = RunOf(process.output());
  EXPECT_NE(run["verdict"], "VERDICT_CLEAN");
  EXPECT_NE(run["verdict_reason"].get<std::string>().find("stopped"), std::string::npos) << run;
  ExpectNothingLeft(folder.path());
  const auto again = RunOnce(Command({"disk_rand_read", "1048576"}, folder.path()));
  EXPECT_EQ(again["verdict"], "VERDICT_CLEAN") << again;
}

TEST_P(DiskProgram, IsUnsupportedInMemory) {
  const auto run = RunOnce(Command(GetParam(), "/dev/shm"));
  EXPECT_EQ(run["verdict"], "VERDICT_UNSUPPORTED");
  EXPECT_EQ(run["verdict_reason"], "folder /dev/shm is on tmpfs, which is memory and not a disk");
}

TEST_P(DiskProgram, NamesAFolderThatIsReadOnly) {
  const SmallDisk disk(8);
  ASSERT_TRUE(disk.is_mounted() && disk.MakeReadOnly());
  const auto run = RunOnce(Command(GetParam(), disk.path()));
  EXPECT_NE(run["verdict"], "VERDICT_CLEAN");
  const auto reason = run["verdict_reason"].get<std::string>();
  EXPECT_NE(reason.find(disk.path().string()), std::string::npos) << reason;
  EXPECT_NE(reason.find("Read-only file system"), std::string::npos) << reason;
}

TEST_P(DiskProgram, WritesNoMoreThanItsDescriptorSays) {
  const auto& work = Registry().at(GetParam().benchmark).descriptor.work;
  for (const Suite suite : kAllSuites) {
    ASSERT_TRUE(work.contains(suite)) << ToString(suite);
    EXPECT_GT(work.at(suite).size, 0);
  }
  const DiskFolder folder;
  std::vector<std::string> command = {
      kBench, "--work-dir", folder.path(), "run", GetParam().benchmark, "--suite", "light"};
  const bool has_kept_file = work.at(Suite::kLight).size == kTestFileBytes;
  if (has_kept_file) command.insert(command.end(), {"--size", GetParam().size});
  const auto finished = RunProcess(command);
  const auto run = RunOf(finished.output);
  ASSERT_EQ(run["verdict"], "VERDICT_CLEAN") << run;
  uint64_t kept = 0;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    kept += entry.file_size();
  }
  EXPECT_LE(run["cost"]["bytes_written"].get<uint64_t>() - kept,
            work.at(Suite::kLight).bytes_written);
  ExpectNothingLeft(folder.path());
}

INSTANTIATE_TEST_SUITE_P(All, DiskProgram, ::testing::ValuesIn(kCases), [](const auto& instance) {
  return std::string(instance.param.benchmark);
});

// An overlay, as containers have it: measured, but nothing proves that a disk was reached.
TEST(DiskProgramOnAnOverlay, IsMarkedAsCached) {
  const DiskFolder folder;
  for (const char* name : {"lower", "upper", "work", "merged"}) {
    std::filesystem::create_directory(folder.path() / name);
  }
  const auto merged = folder.path() / "merged";
  const std::string options = "lowerdir=" + (folder.path() / "lower").string() +
                              ",upperdir=" + (folder.path() / "upper").string() +
                              ",workdir=" + (folder.path() / "work").string();
  ASSERT_EQ(mount("overlay", merged.c_str(), "overlay", 0, options.c_str()), 0);
  const auto run = RunOnce(Command({"disk_rand_read", "1048576"}, merged));
  umount(merged.c_str());
  EXPECT_EQ(run["verdict"], "VERDICT_CLEAN") << run;
  EXPECT_EQ(run["marks"], json::array({"MARK_CACHED"})) << run;
}

// Ends the child where its system calls cannot be restricted.
void Forbid(std::initializer_list<unsigned> calls) {
  std::vector<sock_filter> filter = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr))};
  for (const unsigned call : calls) {
    filter.push_back(BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, call, 0, 1));
    filter.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM));
  }
  filter.push_back(BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW));
  const sock_fprog program{.len = static_cast<uint16_t>(filter.size()), .filter = filter.data()};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) _exit(101);
  if (prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) _exit(102);
}

// The run of disk_rand_read where the kernel refuses these system calls, as container runtimes do.
json RunWithout(std::initializer_list<unsigned> calls, const std::filesystem::path& work_dir,
                const char* option) {
  const auto out = work_dir / "out";
  const pid_t child = fork();
  if (child == 0) {
    if (freopen(out.c_str(), "w", stdout) == nullptr) _exit(103);
    Forbid(calls);
    execl(kBench, kBench, "--work-dir", work_dir.c_str(), "run", "disk_rand_read", "--size",
          "1048576", "--min-samples", "1", "--max-samples", "1", option, nullptr);
    _exit(104);
  }
  int status = 0;
  waitpid(child, &status, 0);
  EXPECT_EQ(status, 0);
  return RunOf(testing::ReadFile(out));
}

TEST(DiskProgramWithoutIoUring, FallsBackToLibaio) {
  const DiskFolder folder;
  const auto run = RunWithout({SYS_io_uring_setup}, folder.path(), nullptr);
  ASSERT_EQ(run["verdict"], "VERDICT_CLEAN") << run;
  EXPECT_EQ(run["labels"]["engine"], "libaio");
}

TEST(DiskProgramWithoutIoUring, FallsBackToThreadsWithoutLibaioToo) {
  const DiskFolder folder;
  const auto run = RunWithout({SYS_io_uring_setup, SYS_io_setup}, folder.path(), nullptr);
  ASSERT_EQ(run["verdict"], "VERDICT_CLEAN") << run;
  EXPECT_EQ(run["labels"]["engine"], "psync");
}

TEST(DiskProgramWithoutIoUring, SaysWhyWhenThatEngineIsAskedFor) {
  const DiskFolder folder;
  const auto run = RunWithout({SYS_io_uring_setup}, folder.path(), "--option=engine=io_uring");
  EXPECT_EQ(run["verdict"], "VERDICT_UNSUPPORTED") << run;
  EXPECT_EQ(run["verdict_reason"], "io_uring: Operation not permitted");
}

}  // namespace
}  // namespace hypergauge::probes
