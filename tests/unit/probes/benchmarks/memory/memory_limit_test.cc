// The benchmarks under a memory limit of 64 MiB: they run with what fits or say why not, and are
// never killed.
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "build_paths.h"
#include "probes/benchmarks/memory/cache_size.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/probes/benchmarks/run_benchmark.h"

namespace hypergauge::probes {
namespace {

using testing::Finished;
using testing::ReadFile;
using testing::RunProcess;

constexpr const char* kBench = HYPERGAUGE_BIN_DIR "/hypergauge-bench";
constexpr const char* kLimit = "67108864";
constexpr const char* kAddressSpace = "ulimit -v 65536";
constexpr uint64_t kLargestArrays = uint64_t{16} << 20;  // a quarter of the limit
constexpr int64_t kTestFileSize = 1 << 20;
constexpr const char* kBenchmarks[] = {"memory_copy",  "memory_scale",   "memory_add",
                                       "memory_triad", "memory_latency", "kernel_page_fault"};

// A control group of 64 MiB in whichever version this machine has.
class SmallGroup {
 public:
  SmallGroup() {
    const std::string name = "hypergauge-test-" + std::to_string(getpid());
    for (const auto& [mount, limit] : {std::pair{"/sys/fs/cgroup/memory", "memory.limit_in_bytes"},
                                       std::pair{"/sys/fs/cgroup", "memory.max"}}) {
      const auto folder = std::filesystem::path(mount) / name;
      std::error_code error;
      if (!std::filesystem::create_directory(folder, error)) continue;
      path_ = folder;
      // Only groups whose parent hands the controller on have the file.
      if (std::filesystem::exists(folder / limit)) {
        std::ofstream(folder / limit) << kLimit;
        if (ReadFile(folder / limit).starts_with(kLimit)) return;
      }
      rmdir(path_.c_str());
      path_.clear();
    }
  }
  ~SmallGroup() {
    if (exists()) rmdir(path_.c_str());
  }
  SmallGroup(const SmallGroup&) = delete;
  SmallGroup& operator=(const SmallGroup&) = delete;

  [[nodiscard]] bool exists() const { return !path_.empty(); }
  [[nodiscard]] std::string Enter() const {
    return "echo $$ > " + (path_ / "cgroup.procs").string();
  }

 private:
  std::filesystem::path path_;
};

Finished RunAfter(const std::string& preparation, const std::string& arguments) {
  return RunProcess({"/bin/sh", "-c", preparation + " && exec " + kBench + " " + arguments});
}

std::string ArgumentsFor(const std::string& benchmark) {
  return "run " + benchmark + " --sample-ms 1 --warmups 0 --min-samples 1 --max-samples 1";
}

void ExpectFiguresOrAReason(const std::string& preparation) {
  for (const char* benchmark : kBenchmarks) {
    const auto finished = RunAfter(preparation, ArgumentsFor(benchmark));
    EXPECT_EQ(finished.exit_code, 0) << benchmark << finished.output;
    const bool clean = finished.output.find("VERDICT_CLEAN") != std::string::npos;
    const bool unsupported = finished.output.find("VERDICT_UNSUPPORTED") != std::string::npos;
    EXPECT_TRUE(clean || unsupported) << finished.output;
    if (clean && std::string_view(benchmark).starts_with("memory_") &&
        ReadLastLevelCache().largest > kLargestArrays / 4) {
      EXPECT_NE(finished.output.find("MARK_CACHED"), std::string::npos) << finished.output;
    }
    if (unsupported) {
      EXPECT_NE(finished.output.find("is 64 MiB, of which"), std::string::npos) << finished.output;
    }
  }
}

// Whatever it does with so little memory, it is alive to say so. Large files are not in memory:
// they need not be written for it.
void ExpectARunOfEveryLightBenchmark(const std::string& preparation) {
  for (const auto& [name, entry] : Registry()) {
    const auto work = entry.descriptor.work.find(Suite::kLight);
    if (work == entry.descriptor.work.end()) continue;
    const DiskFolder folder;
    auto arguments = "--work-dir " + folder.path().string() + " " + ArgumentsFor(name);
    const bool has_large_file =
        entry.descriptor.category == "disk" && work->second.size > kTestFileSize;
    if (has_large_file) arguments += " --size " + std::to_string(kTestFileSize);
    const auto finished = RunAfter(preparation, arguments);
    EXPECT_EQ(finished.exit_code, 0) << name << finished.output;
    EXPECT_NE(finished.output.find("\"verdict\""), std::string::npos) << name << finished.output;
  }
}

// Programs with a sanitizer need terabytes of address space and many times the memory: they do not
// even start under such a limit, and are not what is measured with.
bool IsSanitized() {
  return RunAfter(kAddressSpace, "--help").exit_code != 0;
}

void ExpectAFigureWithoutLimit() {
  const auto finished = RunAfter("true", ArgumentsFor("memory_copy"));
  EXPECT_NE(finished.output.find("VERDICT_CLEAN"), std::string::npos) << finished.output;
}

TEST(MemoryLimit, OfAControlGroupKillsNothing) {
  if (IsSanitized()) return ExpectAFigureWithoutLimit();
  const SmallGroup group;
  // Where no group can be made the limit of the address space stands in.
  ExpectFiguresOrAReason(group.exists() ? group.Enter() : kAddressSpace);
}

TEST(MemoryLimit, OfAControlGroupLeavesEveryLightBenchmarkAlive) {
  if (IsSanitized()) return ExpectAFigureWithoutLimit();
  const SmallGroup group;
  ExpectARunOfEveryLightBenchmark(group.exists() ? group.Enter() : kAddressSpace);
}

TEST(MemoryLimit, OfTheAddressSpaceKillsNothing) {
  if (IsSanitized()) return ExpectAFigureWithoutLimit();
  ExpectFiguresOrAReason(kAddressSpace);
}

}  // namespace
}  // namespace hypergauge::probes
