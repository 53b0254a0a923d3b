#include "probes/benchmarks/disk/block_device.h"

#include <sys/stat.h>
#include <sys/sysmacros.h>

#include <array>
#include <cerrno>
#include <fstream>
#include <sstream>
#include <system_error>

namespace hypergauge::probes {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kSectorBytes = 512;

struct Mount {
  std::string point;
  std::string source;
};

// "36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue"
Mount ParseMount(const std::string& line) {
  std::istringstream fields(line);
  std::string id;
  std::string parent;
  std::string number;
  std::string root;
  std::string field;
  Mount mount;
  fields >> id >> parent >> number >> root >> mount.point;
  while (fields >> field && field != "-") {
  }
  std::string type;
  fields >> type >> mount.source;
  return mount;
}

bool IsBelow(const std::string& folder, const std::string& mount_point) {
  if (mount_point == "/" || folder == mount_point) return true;
  return folder.starts_with(mount_point + "/");
}

// The source of the mount that `folder` is on; a later mount hides an earlier one.
std::string MountSource(const std::string& folder, const fs::path& root) {
  std::ifstream file(root / "proc/self/mountinfo");
  Mount best;
  for (std::string line; std::getline(file, line);) {
    Mount mount = ParseMount(line);
    if (IsBelow(folder, mount.point) && mount.point.size() >= best.point.size()) {
      best = std::move(mount);
    }
  }
  return best.source;
}

// A link of sysfs followed to the device's own folder.
Result<BlockDevice> Follow(const fs::path& link) {
  std::error_code error;
  const fs::path folder = fs::canonical(link, error);
  if (error) return Fail(ErrorCode::kNotFound, link.string() + ": " + error.message());
  return BlockDevice{.name = folder.filename(), .folder = folder};
}

}  // namespace

Result<BlockDevice> FindBlockDevice(const fs::path& folder, dev_t number, const fs::path& root) {
  const auto name = std::to_string(major(number)) + ":" + std::to_string(minor(number));
  if (auto device = Follow(root / "sys/dev/block" / name)) return device;
  const std::string source = MountSource(folder, root);
  if (source.starts_with("/dev/")) {
    std::error_code error;
    const fs::path node = fs::canonical(root / source.substr(1), error);
    if (auto device = Follow(root / "sys/class/block" / node.filename()); !error && device) {
      return device;
    }
  }
  return Fail(ErrorCode::kUnsupported, "folder " + folder.string() + " is on no block device (" +
                                           (source.empty() ? name : source) + ")");
}

Result<BlockDevice> FindBlockDevice(const fs::path& folder) {
  struct stat facts {};
  if (stat(folder.c_str(), &facts) != 0) {
    return tl::unexpected(FromErrno(errno, "folder " + folder.string()));
  }
  std::error_code error;
  const fs::path real = fs::canonical(folder, error);
  return FindBlockDevice(error ? folder : real, facts.st_dev);
}

Result<DeviceTraffic> ReadTraffic(const BlockDevice& device) {
  const fs::path path = device.folder / "stat";
  std::ifstream file(path);
  if (!file) return Fail(ErrorCode::kNotFound, "no file " + path.string());
  std::array<uint64_t, 7> fields{};
  for (auto& field : fields) {
    if (!(file >> field)) return Fail(ErrorCode::kCorrupt, path.string() + " has no 7 numbers");
  }
  return DeviceTraffic{.bytes_read = fields[2] * kSectorBytes,
                       .bytes_written = fields[6] * kSectorBytes};
}

std::string ReadWriteCache(const BlockDevice& device) {
  // A partition has no queue of its own.
  for (const auto& folder : {device.folder, device.folder.parent_path()}) {
    std::ifstream file(folder / "queue/write_cache");
    std::string mode;
    if (std::getline(file, mode)) return mode;
  }
  return "unknown";
}

}  // namespace hypergauge::probes
