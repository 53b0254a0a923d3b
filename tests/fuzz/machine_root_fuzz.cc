// Files that say what and who this machine is; the first byte picks one, or all of them.
#include <algorithm>
#include <array>
#include <string>

#include "probes/platform/detection.h"
#include "probes/platform/machine_identity.h"
#include "probes/platform/machine_reader.h"
#include "probes/platform/placement/own_identity.h"
#include "probes/platform/process_tree.h"
#include "probes/platform/uuid.h"
#include "tests/fuzz/bytes.h"
#include "tests/fuzz/root.h"

namespace {

namespace probes = hypergauge::probes;
using hypergauge::fuzz::Expect;
using hypergauge::fuzz::Root;

constexpr std::array kFiles = {
    "sys/firmware/acpi/tables/FACP",
    "sys/bus/acpi/devices/a/hid",
    "sys/bus/pci/devices/a/vendor",
    "sys/bus/pci/devices/a/device",
    "proc/1/environ",
    "sys/firmware/dmi/tables/DMI",
    "sys/class/dmi/id/sys_vendor",
    "sys/class/dmi/id/product_uuid",
    "sys/hypervisor/uuid",
    "sys/firmware/devicetree/base/vm,uuid",
    "sys/firmware/qemu_fw_cfg/by_name/etc/vmgenid_guid/raw",
    "dev/vmclock0",
    "proc/sys/kernel/random/boot_id",
    "sys/class/net/eth0/address",
    "var/lib/hyperv/.kvp_pool_3",
    "proc/device-tree/compatible",
    "proc/1/stat",
    "proc/1/task/1/schedstat",
    "proc/1/task/1/children",
};

bool IsDigestOrNone(const std::string& text) {
  return text.empty() ||
         (text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string::npos);
}

void CheckFacts(const Root& root) {
  const auto facts = probes::ReadMachineFacts(root.path(), {.arch = "x86_64"});
  Expect(facts.acpi_oem_id.value_or("").size() <= 6);
  Expect(facts.acpi_hypervisor_vendor.value_or("").size() <= 8);
  const auto detection = probes::Detect(facts);
  Expect(!detection.layers.empty() && detection.layers.size() <= 10);
}

void CheckIdentity(const Root& root) {
  const auto machine = probes::ReadMachineIdentity(root.path());
  Expect(IsDigestOrNone(machine.uuid_digest));
  Expect(IsDigestOrNone(machine.generation));
  Expect(IsDigestOrNone(machine.boot));
  Expect(machine.restores.find_first_not_of("0123456789") == std::string::npos);
  Expect(probes::WhyAnotherMachine(machine, machine).empty());
  for (const bool shares_kernel : {false, true}) {
    const auto own = probes::ReadOwnIdentity(root.path(), shares_kernel);
    for (const auto& uuid : own.identity.uuids) Expect(probes::NormalUuid(uuid) == uuid);
    for (const auto& mac : own.identity.macs) Expect(probes::NormalMac(mac) == mac);
    Expect(own.reported_host.size() <= 253);
  }
}

void CheckTimes(const Root& root) {
  const auto times = probes::ReadTreeTimes(root.path() / "proc", 1);
  Expect(times.cpu.count() >= 0 && times.waiting.count() >= 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  static const Root root("machine_root_fuzz");
  root.MakeFolder("sys/class/net/eth0/device");
  root.Write("sys/class/net/eth0/type", "1\n");
  const auto text = hypergauge::fuzz::Text(data + 1, size - 1);
  const size_t chosen = data[0] % (kFiles.size() + 1);
  for (size_t i = 0; i < kFiles.size(); ++i) {
    if (i == chosen || chosen == kFiles.size()) root.Write(kFiles[i], text);
  }
  CheckFacts(root);
  CheckIdentity(root);
  CheckTimes(root);
  for (const auto* file : kFiles) root.Remove(file);
  return 0;
}
