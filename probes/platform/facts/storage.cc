#include <algorithm>
#include <array>
#include <optional>

#include "probes/platform/facts/device.h"
#include "probes/platform/facts/fact.h"
#include "probes/platform/facts/mount.h"
#include "probes/platform/facts/reading.h"

namespace hypergauge::probes::facts {
namespace {

constexpr int kMostLayers = 8;  // partition on dm on md on ...

// File systems of memory and of other machines: no disk of this one is behind them.
constexpr std::array<std::string_view, 9> kWithoutDisk = {
    "9p", "ceph", "cifs", "nfs", "nfs4", "ramfs", "smb3", "tmpfs", "virtiofs"};

using Folder = Rooted;

Folder BlockClass(const Place& place, const std::string& name) {
  return Resolved(place.root / "sys/class/block" / name);
}

// The folder of a mount's device under /sys/devices; empty where it cannot be found.
Folder DeviceOf(const Place& place, const Mount& mount) {
  if (!mount.device.starts_with("0:")) {
    return Resolved(place.root / "sys/dev/block" / mount.device);
  }
  // Btrfs has a number of its own, but names the device.
  const std::filesystem::path source = mount.source;
  if (!mount.source.starts_with("/dev/")) return {};
  const auto link = LinkName(place.root / source);  // of /dev/mapper
  return BlockClass(place, link.empty() ? source.filename().string() : link);
}

// What a block device itself stands on; empty for a whole disk.
Folder Below(const Place& place, const Folder& device) {
  if (Exists(device / "partition")) return device.parent_path();
  const auto slaves = Entries(device / "slaves");
  if (!slaves.empty()) return BlockClass(place, slaves.front());
  const auto file = ReadLine(device / "loop/backing_file");
  if (file.empty()) return {};
  const auto mount = FindMount(place.mountinfo, file);
  return mount ? DeviceOf(place, *mount) : Folder();
}

struct Disk {
  Folder block;  // its folder under /sys/devices; empty where no disk is behind the work folder
};

// Nothing where it cannot be known, as with overlays.
std::optional<Disk> WorkDisk(const Place& place) {
  const auto mount = FindMount(place.mountinfo, place.work_dir);
  if (!mount) return std::nullopt;
  if (std::find(kWithoutDisk.begin(), kWithoutDisk.end(), mount->type) != kWithoutDisk.end()) {
    return Disk{};
  }
  auto device = DeviceOf(place, *mount);
  for (int layer = 0; layer < kMostLayers && !device.empty(); ++layer) {
    auto below = Below(place, device);
    if (below.empty()) return Disk{device};
    device = std::move(below);
  }
  return std::nullopt;
}

std::string WithoutDigits(const std::string& name) {
  return name.substr(0, name.find_first_of("0123456789"));
}

// Above a disk stands a driver for disks in general, and only above that the one of the adapter.
std::string DiskDriver(const Place& place, const Disk& disk) {
  const auto base = Resolved(place.root / "sys");
  auto device = Resolved(disk.block / "device");
  for (; !device.empty() && device != base; device = device.parent_path()) {
    auto driver = DriverOf(device);
    if (!driver.empty() && driver != "sd" && driver != "sr") return driver;
  }
  return WithoutDigits(disk.block.filename());  // loop, zram, or nvme with several paths
}

std::string Driver(const Place& place) {
  const auto disk = WorkDisk(place);
  if (!disk) return "";
  return disk->block.empty() ? "none" : DiskDriver(place, *disk);
}

std::string Model(const Place& place) {
  const auto disk = WorkDisk(place);
  return !disk || disk->block.empty() ? "" : ReadLine(disk->block / "device/model");
}

std::string Kind(const Place& place) {
  const auto disk = WorkDisk(place);
  if (!disk) return "";
  if (disk->block.empty()) return "none";
  if (!Exists(disk->block / "device") && !disk->block.filename().starts_with("nvme")) {
    return "virtual";  // the kernel's own: zram, a loop device without file
  }
  return KindOf(DiskDriver(place, *disk), Model(place), place.is_guest);
}

// Of the disk's queue.
std::string OfQueue(const Place& place, const char* file) {
  const auto disk = WorkDisk(place);
  return !disk || disk->block.empty() ? "" : ReadLine(disk->block / "queue" / file);
}

std::string Scheduler(const Place& place) {
  auto choices = OfQueue(place, "scheduler");
  const auto chosen = Bracketed(choices);
  return chosen.empty() ? choices : std::string(chosen);
}

std::string Rotational(const Place& place) {
  const auto flag = OnOff(OfQueue(place, "rotational"));
  if (flag.empty()) return "";
  return flag == "on" ? "yes" : "no";
}

std::string WriteCache(const Place& place) {
  return OfQueue(place, "write_cache");
}

std::string MountOptions(const Place& place) {
  const auto mount = FindMount(place.mountinfo, place.work_dir);
  return mount ? PlainOptions(*mount) : "";
}

constexpr std::array kFacts = {
    Fact{"work_mount_options", "options of the mount that holds the working folder",
         "proc/self/mountinfo", MountOptions},
    Fact{"disk_driver", "driver of the disk under the working folder, or none",
         "sys/dev/block, driver of the device or of its adapter", Driver},
    Fact{"disk_kind", "paravirtual, emulated, passthrough, physical, virtual, none",
         "the driver, and whether this is a guest", Kind},
    Fact{"disk_model", "what the disk calls itself", "sys/dev/block, device/model", Model},
    Fact{"io_scheduler", "who orders the disk's requests", "sys/dev/block, queue/scheduler",
         Scheduler},
    Fact{"rotational", "whether the disk says that it turns: yes, no",
         "sys/dev/block, queue/rotational", Rotational},
    Fact{"disk_write_cache", "write back, write through", "sys/dev/block, queue/write_cache",
         WriteCache},
};

}  // namespace

std::span<const Fact> StorageFacts() {
  return kFacts;
}

}  // namespace hypergauge::probes::facts
