#include "probes/benchmarks/disk/block_device.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <fstream>

#include "tests/unit/probes/benchmarks/run_benchmark.h"

namespace hypergauge::probes {
namespace {

namespace fs = std::filesystem;

// A machine with the disk sda (8:0), its partition sda1 (8:1) and the logical volume dm-0 (254:0).
class BlockDevices : public ::testing::Test {
 protected:
  BlockDevices() {
    Write("sys/devices/pci/block/sda/stat", "10 1 100 9 20 2 200 9 0 9 9 0 0 0 0 0 0\n");
    Write("sys/devices/pci/block/sda/queue/write_cache", "write through\n");
    Write("sys/devices/pci/block/sda/sda1/stat", "  5   1   40   9   7   2   80   9   0   9   9\n");
    Write("sys/devices/virtual/block/dm-0/stat", "1 0 8 1 1 0 16 1 0 1 1\n");
    Link("sys/dev/block/8:0", "../../devices/pci/block/sda");
    Link("sys/dev/block/8:1", "../../devices/pci/block/sda/sda1");
    Link("sys/dev/block/254:0", "../../devices/virtual/block/dm-0");
    Link("sys/class/block/sda1", "../../devices/pci/block/sda/sda1");
    Link("sys/class/block/dm-0", "../../devices/virtual/block/dm-0");
    Write("dev/sda1", "");
    Write("dev/dm-0", "");
    Link("dev/mapper/data", "../dm-0");
  }

  void Write(const fs::path& name, const std::string& text) {
    fs::create_directories((root_ / name).parent_path());
    std::ofstream(root_ / name) << text;
  }

  void Link(const fs::path& name, const fs::path& target) {
    fs::create_directories((root_ / name).parent_path());
    fs::create_symlink(target, root_ / name);
  }

  DiskFolder folder_;
  fs::path root_ = folder_.path();
};

TEST_F(BlockDevices, AreFoundByTheirNumber) {
  const auto disk = FindBlockDevice("/data", makedev(8, 0), root_);
  ASSERT_TRUE(disk) << disk.error().message;
  EXPECT_EQ(disk->name, "sda");
  EXPECT_EQ(FindBlockDevice("/data", makedev(8, 1), root_)->name, "sda1");
  EXPECT_EQ(FindBlockDevice("/data", makedev(254, 0), root_)->name, "dm-0");
}

TEST_F(BlockDevices, CountSectorsOf512Bytes) {
  const auto disk = ReadTraffic(*FindBlockDevice("/data", makedev(8, 0), root_));
  ASSERT_TRUE(disk) << disk.error().message;
  EXPECT_EQ(disk->bytes_read, 100U * 512);
  EXPECT_EQ(disk->bytes_written, 200U * 512);
  const auto partition = ReadTraffic(*FindBlockDevice("/data", makedev(8, 1), root_));
  ASSERT_TRUE(partition);
  EXPECT_EQ(partition->bytes_read, 40U * 512);
  EXPECT_EQ(partition->bytes_written, 80U * 512);
}

TEST_F(BlockDevices, HaveTheCacheOfTheirWholeDisk) {
  EXPECT_EQ(ReadWriteCache(*FindBlockDevice("/", makedev(8, 0), root_)), "write through");
  EXPECT_EQ(ReadWriteCache(*FindBlockDevice("/", makedev(8, 1), root_)), "write through");
  EXPECT_EQ(ReadWriteCache(*FindBlockDevice("/", makedev(254, 0), root_)), "unknown");
}

TEST_F(BlockDevices, AreFoundByTheSourceOfTheMountWhereTheNumberIsTheFileSystemsOwn) {
  Write("proc/self/mountinfo",
        "20 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw\n"
        "21 20 0:40 /sub /data rw shared:2 master:3 - btrfs /dev/mapper/data rw,subvol=/sub\n"
        "22 20 0:41 / /database rw - nfs server:/exported rw\n");
  EXPECT_EQ(FindBlockDevice("/data", makedev(0, 40), root_)->name, "dm-0");
  EXPECT_EQ(FindBlockDevice("/data/below", makedev(0, 40), root_)->name, "dm-0");
  EXPECT_EQ(FindBlockDevice("/elsewhere", makedev(0, 39), root_)->name, "sda1");
  const auto remote = FindBlockDevice("/database", makedev(0, 41), root_);
  ASSERT_FALSE(remote);
  EXPECT_EQ(remote.error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(remote.error().message, "folder /database is on no block device (server:/exported)");
}

TEST_F(BlockDevices, AreNotFoundBelowAnOverlay) {
  Write("proc/self/mountinfo",
        "20 1 0:30 / / rw - overlay overlay rw,lowerdir=/l,upperdir=/u,workdir=/w\n");
  const auto device = FindBlockDevice("/data", makedev(0, 30), root_);
  ASSERT_FALSE(device);
  EXPECT_EQ(device.error().message, "folder /data is on no block device (overlay)");
}

TEST_F(BlockDevices, AreNotFoundWithoutSysfsOrMounts) {
  const auto device = FindBlockDevice("/data", makedev(9, 9), root_);
  ASSERT_FALSE(device);
  EXPECT_EQ(device.error().message, "folder /data is on no block device (9:9)");
}

TEST_F(BlockDevices, WithNonsenseForCountersSaySo) {
  Write("sys/devices/pci/block/sda/stat", "10 1 x\n");
  const auto traffic = ReadTraffic(*FindBlockDevice("/", makedev(8, 0), root_));
  ASSERT_FALSE(traffic);
  EXPECT_EQ(traffic.error().code, ErrorCode::kCorrupt);
  EXPECT_NE(traffic.error().message.find("sda/stat"), std::string::npos);
  fs::remove(root_ / "sys/devices/pci/block/sda/stat");
  EXPECT_EQ(ReadTraffic(*FindBlockDevice("/", makedev(8, 0), root_)).error().code,
            ErrorCode::kNotFound);
}

TEST(RealBlockDevice, OfALoopMountIsTheLoopDevice) {
  const SmallDisk disk(8);
  ASSERT_TRUE(disk.is_mounted());
  const auto device = FindBlockDevice(disk.path());
  ASSERT_TRUE(device) << device.error().message;
  EXPECT_TRUE(device->name.starts_with("loop")) << device->name;
  EXPECT_TRUE(ReadTraffic(*device));
  EXPECT_NE(ReadWriteCache(*device), "unknown");
}

TEST(RealBlockDevice, OfMemoryDoesNotExist) {
  const auto device = FindBlockDevice("/dev/shm");
  ASSERT_FALSE(device);
  EXPECT_EQ(device.error().code, ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace hypergauge::probes
