#include "probes/platform/environment.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "base/text_format.h"
#include "build_paths.h"
#include "probes/platform/hypervisor.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::probes {
namespace {

const std::filesystem::path kMachines =
    HYPERGAUGE_SOURCE_DIR "/tests/unit/probes/platform/testdata";

v1::Environment Read(const std::filesystem::path& root, const std::filesystem::path& work_dir) {
  return ReadEnvironment(root, work_dir, DetectPlatform(root));
}

TEST(ReadEnvironment, ReadsAVirtualMachine) {
  const auto environment = Read(kMachines / "firecracker", "/tmp");
  EXPECT_EQ(environment.kernel_release(), "6.1.102");
  EXPECT_EQ(environment.cpu_model(), "Intel(R) Xeon(R) Processor @ 2.90GHz");
  EXPECT_EQ(environment.memory_bytes(), 8152264ULL * 1024);
  EXPECT_EQ(environment.os_release(), "Debian GNU/Linux 12 (bookworm)");
  EXPECT_EQ(environment.clocksource(), "kvm-clock");
}

TEST(ReadEnvironment, ReadsOsReleaseFromItsSecondPlace) {
  EXPECT_EQ(Read(kMachines / "xeon", "/tmp").os_release(), "Alpine Linux v3.20");
}

TEST(ReadEnvironment, LeavesEmptyWhatIsNotThere) {
  const auto arm = Read(kMachines / "arm", "/tmp");
  EXPECT_EQ(arm.cpu_model(), "");
  EXPECT_EQ(arm.memory_bytes(), 0U);
  const auto nothing = Read(kMachines / "none", "/tmp");
  EXPECT_EQ(nothing.os_release(), "");
  EXPECT_EQ(nothing.architecture(), "") << "this machine's, not that one's";
}

TEST(ReadEnvironment, ReadsThisMachine) {
  const auto environment = Read("/", "/dev/shm");
  EXPECT_FALSE(environment.kernel_release().empty());
  EXPECT_FALSE(environment.architecture().empty());
  EXPECT_GT(environment.memory_bytes(), 1U << 20U);
  EXPECT_GE(environment.online_cpus(), 1U);
  EXPECT_LE(environment.online_cpus(), sysconf(_SC_NPROCESSORS_CONF));
  EXPECT_EQ(environment.work_filesystem(), "tmpfs");
}

TEST(ReadEnvironment, LooksAtTheNearestFolderThatExists) {
  EXPECT_EQ(Read("/", "/dev/shm/not/yet/there").work_filesystem(), "tmpfs");
  EXPECT_EQ(Read("/", "not/yet/there").work_filesystem(), Read("/", ".").work_filesystem());
}

TEST(ReadEnvironment, MakesTextOfBinaryAndEnormousFiles) {
  const testing::TempDir folder;
  std::string garbage;
  for (int i = 0; i < 2'000'000; ++i) garbage += static_cast<char>(i * 7);
  folder.Write("proc/cpuinfo", "model name\t: " + garbage);
  folder.Write("proc/meminfo", garbage);
  folder.Write("proc/sys/kernel/osrelease", garbage);
  folder.Write("etc/os-release", "PRETTY_NAME=\"" + garbage);
  const auto environment = Read(folder.path(), "/tmp");
  EXPECT_LE(environment.ByteSizeLong(), 4096U);
  for (const auto& text : {environment.cpu_model(), environment.kernel_release(),
                           environment.os_release(), environment.clocksource()}) {
    EXPECT_TRUE(IsUtf8(text));
    EXPECT_EQ(text.find('\n'), std::string::npos);
  }
}

TEST(ReadEnvironment, SurvivesFilesThatEndEarly) {
  const auto environment = Read(kMachines / "old", "/tmp");
  EXPECT_EQ(environment.cpu_model(), "");
  EXPECT_EQ(environment.memory_bytes(), 0U);
}

}  // namespace
}  // namespace hypergauge::probes
