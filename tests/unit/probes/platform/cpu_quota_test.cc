#include "probes/platform/cpu_quota.h"

#include <gtest/gtest.h>

#include "tests/support/temp_dir.h"

namespace hypergauge::probes {
namespace {

using std::chrono::milliseconds;
using testing::TempDir;

TEST(ReadCpuQuota, FindsTheTightestLevelOfVersion2) {
  const TempDir root;
  root.Write("proc/self/cgroup", "0::/machine.slice/probe.service\n");
  root.Write("sys/fs/cgroup/machine.slice/cpu.max", "150000 100000\n");
  root.Write("sys/fs/cgroup/machine.slice/cpu.stat", "usage_usec 9\nthrottled_usec 7000\n");
  root.Write("sys/fs/cgroup/machine.slice/probe.service/cpu.max", "max 100000\n");
  root.Write("sys/fs/cgroup/machine.slice/probe.service/cpu.stat", "throttled_usec 5000\n");
  const auto quota = ReadCpuQuota(root.path());
  EXPECT_EQ(quota.cpus, 1.5);
  EXPECT_EQ(quota.throttled, milliseconds(7));
}

TEST(ReadCpuQuota, BoundsTimesThatNobodyHasWaited) {
  const TempDir root;
  root.Write("proc/self/cgroup", "0::/\n");
  root.Write("sys/fs/cgroup/cpu.stat", "throttled_usec 9223372036854775807\n");
  EXPECT_GT(ReadCpuQuota(root.path()).throttled, milliseconds(1));
}

TEST(ReadCpuQuota, ReadsVersion1) {
  const TempDir root;
  root.Write("proc/self/cgroup", "4:memory:/a\n2:cpu,cpuacct:/docker/x\n0::/\n");
  root.Write("sys/fs/cgroup/cpu,cpuacct/docker/x/cpu.cfs_quota_us", "50000\n");
  root.Write("sys/fs/cgroup/cpu,cpuacct/docker/x/cpu.cfs_period_us", "100000\n");
  root.Write("sys/fs/cgroup/cpu,cpuacct/docker/x/cpu.stat",
             "nr_periods 4\nnr_throttled 2\nthrottled_time 3000000\n");
  const auto quota = ReadCpuQuota(root.path());
  EXPECT_EQ(quota.cpus, 0.5);
  EXPECT_EQ(quota.throttled, milliseconds(3));
}

TEST(ReadCpuQuota, FindsTheControllersFolderAlsoByItsShortName) {
  const TempDir root;
  root.Write("proc/self/cgroup", "2:cpuacct,cpu:/\n");
  root.Write("sys/fs/cgroup/cpu/cpu.cfs_quota_us", "200000\n");
  root.Write("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(ReadCpuQuota(root.path()).cpus, 2);
}

TEST(ReadCpuQuota, FindsNoLimitWhereThereIsNone) {
  const TempDir root;
  EXPECT_EQ(ReadCpuQuota(root.path()).cpus, 0);
  root.Write("proc/self/cgroup", "nonsense\n::\n1:cpu:/a/b\n");
  root.Write("sys/fs/cgroup/cpu/a/b/cpu.cfs_quota_us", "-1\n");
  root.Write("sys/fs/cgroup/cpu/a/b/cpu.cfs_period_us", "100000\n");
  root.Write("sys/fs/cgroup/cpu/a/b/cpu.stat", "throttled_time -5\n");
  EXPECT_EQ(ReadCpuQuota(root.path()).cpus, 0);
  EXPECT_EQ(ReadCpuQuota(root.path()).throttled.count(), 0);
}

}  // namespace
}  // namespace hypergauge::probes
