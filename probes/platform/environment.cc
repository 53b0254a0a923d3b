#include "probes/platform/environment.h"

#include <linux/magic.h>
#include <sched.h>
#include <sys/statfs.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/printable.h"
#include "probes/platform/fact_text.h"
#include "probes/platform/facts/fact.h"
#include "probes/platform/facts/mount.h"
#include "probes/platform/facts/reading.h"
#include "probes/platform/layer.h"

namespace hypergauge::probes {
namespace {

constexpr size_t kFieldBytes = 256;

// "MemTotal:       16384 kB".
uint64_t MemoryBytes(std::string_view meminfo) {
  const auto value = ValueOf(meminfo, "MemTotal").value_or("");
  uint64_t kibibytes = 0;
  std::from_chars(value.data(), value.data() + value.size(), kibibytes);
  return kibibytes > UINT64_MAX / 1024 ? 0 : kibibytes * 1024;
}

std::string OsRelease(const facts::Rooted& root) {
  auto text = facts::ReadText(root / "etc/os-release");
  if (text.empty()) text = facts::ReadText(root / "usr/lib/os-release");
  auto value = ValueOf(text, "PRETTY_NAME").value_or("");
  if (value.size() >= 2 && (value.front() == '"' || value.front() == '\'') &&
      value.back() == value.front()) {
    value = value.substr(1, value.size() - 2);
  }
  return Printable(value, kFieldBytes);
}

struct FileSystem {
  uint32_t magic;
  const char* name;
};

// linux/magic.h and the file systems' own headers; ext2 and ext3 share the magic of ext4.
constexpr std::array kFileSystems = {
    FileSystem{EXT4_SUPER_MAGIC, "ext4"},
    FileSystem{XFS_SUPER_MAGIC, "xfs"},
    FileSystem{BTRFS_SUPER_MAGIC, "btrfs"},
    FileSystem{F2FS_SUPER_MAGIC, "f2fs"},
    FileSystem{TMPFS_MAGIC, "tmpfs"},
    FileSystem{RAMFS_MAGIC, "ramfs"},
    FileSystem{OVERLAYFS_SUPER_MAGIC, "overlay"},
    FileSystem{NFS_SUPER_MAGIC, "nfs"},
    FileSystem{FUSE_SUPER_MAGIC, "fuse"},
    FileSystem{V9FS_MAGIC, "9p"},
    FileSystem{SMB2_SUPER_MAGIC, "smb"},
    FileSystem{0x2fc12fc1, "zfs"},
};

std::string FileSystemOf(const std::filesystem::path& path) {
  std::error_code error;
  auto folder = std::filesystem::absolute(path, error);
  struct statfs status {};
  while (statfs(folder.c_str(), &status) != 0) {
    if (!folder.has_relative_path()) return "";
    folder = folder.parent_path();
  }
  const auto magic = static_cast<uint32_t>(status.f_type);
  for (const auto& known : kFileSystems) {
    if (known.magic == magic) return known.name;
  }
  std::array<char, 8> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), magic, 16).ptr;
  return "0x" + std::string(digits.data(), end);
}

// CPUs that this process may run on, on machines of any size.
uint32_t UsableCpus() {
  for (int size = 1024; size <= (1 << 18); size *= 2) {
    cpu_set_t* set = CPU_ALLOC(size);
    if (set == nullptr) return 0;
    const size_t bytes = CPU_ALLOC_SIZE(size);
    const bool fits = sched_getaffinity(0, bytes, set) == 0;
    const int count = fits ? CPU_COUNT_S(bytes, set) : 0;
    CPU_FREE(set);
    if (fits) return static_cast<uint32_t>(count);
  }
  return 0;
}

// CPUs of a machine that this process does not run on.
uint32_t OnlineCpus(const facts::Rooted& root) {
  const auto online = facts::ParseList(facts::ReadLine(root / "sys/devices/system/cpu/online"));
  return online ? static_cast<uint32_t>(online->size()) : 0;
}

std::string Architecture(const facts::Rooted& root, bool is_here) {
  utsname names{};
  if (is_here && uname(&names) == 0) return Printable(&names.machine[0], kFieldBytes);
  return facts::ReadLine(root / "proc/sys/kernel/arch");
}

std::string WorkFileSystem(const facts::Place& place, bool is_here) {
  if (is_here) return FileSystemOf(place.work_dir);
  const auto mount = facts::FindMount(place.mountinfo, place.work_dir);
  return mount ? mount->type : "";
}

// Also in a container, and where the guest runs guests itself; who owns the hardware, like Xen's
// Dom0, Hyper-V's root partition and a host of KVM, is on metal.
bool IsGuest(const v1::Platform& platform) {
  const auto& layers = platform.layers();
  return std::any_of(layers.begin(), layers.end(), [](const v1::PlatformLayer& layer) {
    return layer.kind() == ToString(LayerKind::kVm);
  });
}

facts::Place PlaceOf(const facts::Rooted& root, const std::filesystem::path& work_dir,
                     const v1::Platform& platform, bool is_here) {
  std::error_code error;
  auto folder = std::filesystem::absolute(work_dir, error).lexically_normal();
  if (is_here) {
    auto real = std::filesystem::weakly_canonical(folder, error);
    if (!error) folder = std::move(real);
  }
  return {.root = root,
          .work_dir = std::move(folder),
          .cpuid = is_here ? Cpuid(MachineCpuid) : Cpuid(),
          .is_guest = IsGuest(platform),
          .mountinfo = facts::ReadMounts(root)};
}

void AddFacts(const facts::Place& place, v1::Environment& environment) {
  for (const auto& fact : facts::AllFacts()) {
    auto value = Printable(fact.read(place), facts::kFactBytes);
    if (!value.empty()) (*environment.mutable_facts())[std::string(fact.name)] = std::move(value);
  }
}

}  // namespace

v1::Environment ReadEnvironment(const std::filesystem::path& top,
                                const std::filesystem::path& work_dir,
                                const v1::Platform& platform) {
  const bool is_here = top == "/";
  const facts::Rooted root(top);
  const auto place = PlaceOf(root, work_dir, platform, is_here);
  v1::Environment environment;
  environment.set_architecture(Architecture(root, is_here));
  environment.set_kernel_release(facts::ReadLine(root / "proc/sys/kernel/osrelease"));
  environment.set_cpu_model(Printable(facts::CpuField(root, "model name"), kFieldBytes));
  environment.set_online_cpus(is_here ? UsableCpus() : OnlineCpus(root));
  environment.set_memory_bytes(MemoryBytes(facts::ReadText(root / "proc/meminfo")));
  environment.set_os_release(OsRelease(root));
  environment.set_clocksource(
      facts::ReadLine(root / "sys/devices/system/clocksource/clocksource0/current_clocksource"));
  environment.set_work_filesystem(WorkFileSystem(place, is_here));
  AddFacts(place, environment);
  return environment;
}

}  // namespace hypergauge::probes
