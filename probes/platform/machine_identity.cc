#include "probes/platform/machine_identity.h"

#include <cstdint>
#include <string_view>

#include "probes/durable_file.h"
#include "probes/platform/uuid.h"
#include "probes/sha256.h"

namespace hypergauge::probes {
namespace {

constexpr size_t kTextBytes = 256;

std::string Head(const std::filesystem::path& file, size_t bytes) {
  auto content = ReadHead(file, bytes);
  return content ? std::move(*content) : std::string();
}

std::string DigestOf(std::string_view kind, std::string_view value) {
  std::string bytes(kind);
  const auto digest = Sha256OfBytes(bytes.append(value));
  return digest ? *digest : std::string();
}

// What everybody may read comes first, so that it makes no difference whether root asks.
std::string ReadUuid(const std::filesystem::path& root) {
  for (const char* file :
       {"sys/hypervisor/uuid",                   // Xen; ABI/testing/sysfs-hypervisor-xen
        "sys/firmware/devicetree/base/vm,uuid",  // KVM on POWER; hw/ppc/spapr.c of QEMU
        "sys/class/dmi/id/product_uuid"}) {      // SMBIOS type 1, root only
    const auto uuid = NormalUuid(Head(root / file, kTextBytes));
    if (uuid) return DigestOf("hypergauge/uuid/1:", *uuid);
  }
  return {};
}

// Source: QEMU, docs/specs/vmgenid: the GUID stands at byte 40 of the firmware's file.
std::string ReadGeneration(const std::filesystem::path& root) {
  constexpr size_t kOffset = 40;
  constexpr size_t kGuidBytes = 16;
  const auto blob =
      Head(root / "sys/firmware/qemu_fw_cfg/by_name/etc/vmgenid_guid/raw", kOffset + kGuidBytes);
  if (blob.size() < kOffset + kGuidBytes) return {};
  const std::string_view guid(blob.data() + kOffset, kGuidBytes);
  if (guid.find_first_not_of(guid[0]) == std::string_view::npos) return {};
  return DigestOf("hypergauge/generation/1:", guid);
}

uint64_t LittleEndian(const std::string& bytes, size_t at, size_t count) {
  uint64_t value = 0;
  for (size_t i = count; i > 0; --i) {
    value = value << 8U | static_cast<unsigned char>(bytes[at + i - 1]);
  }
  return value;
}

// Source: include/uapi/linux/vmclock-abi.h. One read() returns a consistent state.
std::string ReadRestores(const std::filesystem::path& root) {
  constexpr uint64_t kMagic = 0x4b4c4356;  // "VCLK"
  constexpr uint64_t kHasCounter = 1U << 8U;
  constexpr size_t kSequence = 12;
  constexpr size_t kFlags = 24;
  constexpr size_t kCounter = 104;
  constexpr size_t kBytes = kCounter + 8;
  const auto clock = Head(root / "dev/vmclock0", kBytes);
  if (clock.size() < kBytes || LittleEndian(clock, 0, 4) != kMagic) return {};
  if ((LittleEndian(clock, kFlags, 8) & kHasCounter) == 0) return {};
  if (LittleEndian(clock, kSequence, 4) % 2 != 0) return {};  // is being written
  return std::to_string(LittleEndian(clock, kCounter, 8));
}

std::string ReadBoot(const std::filesystem::path& root) {
  const auto id = NormalUuid(Head(root / "proc/sys/kernel/random/boot_id", kTextBytes));
  return id ? DigestOf("hypergauge/boot/1:", *id) : std::string();
}

bool Differ(const std::string& before, const std::string& now) {
  return !before.empty() && !now.empty() && before != now;
}

}  // namespace

MachineIdentity ReadMachineIdentity(const std::filesystem::path& root) {
  return {.uuid_digest = ReadUuid(root),
          .generation = ReadGeneration(root),
          .boot = ReadBoot(root),
          .restores = ReadRestores(root)};
}

std::string WhyAnotherMachine(const MachineIdentity& before, const MachineIdentity& now) {
  if (Differ(before.uuid_digest, now.uuid_digest)) {
    return "the hypervisor gives this machine another UUID than before";
  }
  if (Differ(before.generation, now.generation)) {
    return "the hypervisor says that this machine was cloned or set back to a snapshot";
  }
  const bool same_boot = !before.boot.empty() && before.boot == now.boot;
  if (same_boot && Differ(before.restores, now.restores)) {
    return "the hypervisor says that this machine was loaded from a saved state";
  }
  return {};
}

}  // namespace hypergauge::probes
