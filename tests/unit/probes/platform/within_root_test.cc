#include "probes/platform/within_root.h"

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace hypergauge::probes {
namespace {

namespace fs = std::filesystem;

class WithinRootTest : public ::testing::Test {
 protected:
  void Links(const std::string& path, const std::string& target) const {
    fs::create_directories((folder_.path() / path).parent_path());
    fs::create_symlink(target, folder_.path() / path);
  }
  // Relative to the root.
  [[nodiscard]] std::string Found(const std::string& path) const {
    const auto found = WithinRoot(folder_.path(), path);
    return found.empty() ? "nothing" : found.lexically_relative(folder_.path()).string();
  }

 private:
  testing::TempDir folder_;
};

TEST_F(WithinRootTest, KeepsWhatHasNoLinks) {
  EXPECT_EQ(Found("/proc/version"), "proc/version");
  EXPECT_EQ(Found("proc//./version"), "proc/version");
  EXPECT_EQ(WithinRoot("/", "/proc/self/ns/pid"), "/proc/self/ns/pid");
}

TEST_F(WithinRootTest, BeginsAbsoluteLinksAtTheRoot) {
  Links("proc/device-tree", "/sys/firmware/devicetree/base");
  Links("sys/firmware", "/firmware");
  EXPECT_EQ(Found("/proc/device-tree/model"), "firmware/devicetree/base/model");
}

TEST_F(WithinRootTest, FollowsRelativeLinks) {
  Links("sys/class/net/eth0", "../../devices/pci/eth0");
  Links("sys/devices/pci/eth0/device", "..");
  EXPECT_EQ(Found("/sys/class/net/eth0/device/driver"), "sys/devices/pci/driver");
}

TEST_F(WithinRootTest, DoesNotGoAboveTheRoot) {
  Links("etc/passwd", "../../../../../../../../etc/shadow");
  EXPECT_EQ(Found("/etc/passwd"), "etc/shadow");
  EXPECT_EQ(Found("/../../etc/hosts"), "etc/hosts");
}

TEST_F(WithinRootTest, FindsNothingInACircle) {
  Links("a", "/b");
  Links("b", "a");
  EXPECT_EQ(Found("/a/version"), "nothing");
}

}  // namespace
}  // namespace hypergauge::probes
