#include <algorithm>
#include <array>
#include <optional>

#include "base/printable.h"
#include "probes/platform/facts/device.h"
#include "probes/platform/facts/fact.h"
#include "probes/platform/facts/reading.h"
#include "probes/platform/within_root.h"

namespace hypergauge::probes::facts {
namespace {

constexpr uint32_t kFeatureLeaf = 1;
constexpr uint32_t kHypervisorBit = uint32_t{1} << 31U;

std::string StealReported(const Place& place) {
  if (!place.cpuid) return "";
  const auto features = place.cpuid(kFeatureLeaf);
  if (!features || (features->ecx & kHypervisorBit) == 0) return "";
  return ReportsSteal(place.cpuid) ? "yes" : "no";
}

// The flags of the first CPU that are in the list, in the list's order.
std::string FlagsAmong(const Place& place, std::span<const std::string_view> wanted) {
  const auto text = CpuField(place.root, "flags");
  const auto flags = Words(text);
  std::string found;
  for (const auto flag : wanted) {
    if (std::find(flags.begin(), flags.end(), flag) == flags.end()) continue;
    if (!found.empty()) found += " ";
    found += flag;
  }
  return flags.empty() || !found.empty() ? found : "none";
}

// A hypervisor may hide what the CPU can do.
std::string Features(const Place& place) {
  constexpr std::array<std::string_view, 20> kWanted = {"sse4_2",
                                                        "aes",
                                                        "avx",
                                                        "avx2",
                                                        "avx512f",
                                                        "sha_ni",
                                                        "vaes",
                                                        "erms",
                                                        "fsrm",
                                                        "pcid",
                                                        "invpcid",
                                                        "pdpe1gb",
                                                        "x2apic",
                                                        "rdtscp",
                                                        "constant_tsc",
                                                        "nonstop_tsc",
                                                        "tsc_reliable",
                                                        "tsc_known_freq",
                                                        "tsc_deadline_timer",
                                                        "amx_tile"};
  return FlagsAmong(place, kWanted);
}

std::string Nested(const Place& place) {
  for (const auto* module : {"kvm_intel", "kvm_amd"}) {
    const auto set = OnOff(ReadLine(place.root / "sys/module" / module / "parameters/nested"));
    if (!set.empty()) return std::string(module) + " " + set;
  }
  constexpr std::array<std::string_view, 2> kWanted = {"vmx", "svm"};
  const auto flags = FlagsAmong(place, kWanted);
  if (flags.empty() || !place.is_guest) return "";
  return flags == "none" ? "not offered" : "offered";
}

// A driver is at work where a device is bound to it; VMware's has no device.
std::string Balloon(const Place& place) {
  const auto bus = place.root / "sys/bus";
  if (!Exists(bus)) return "";
  std::vector<std::string> drivers;
  const auto add = [&](const char* bus_name, const char* driver, std::string_view device) {
    const auto bound = Entries(bus / bus_name / "drivers" / driver);
    if (std::any_of(bound.begin(), bound.end(),
                    [&](const std::string& name) { return name.find(device) != name.npos; })) {
      drivers.emplace_back(driver);
    }
  };
  add("virtio", "virtio_balloon", "virtio");
  add("vmbus", "hv_balloon", "-");  // its devices are named by UUIDs
  if (Exists(place.root / "sys/module/vmw_balloon")) drivers.emplace_back("vmw_balloon");
  if (Exists(place.root / "sys/devices/system/xen_memory/xen_memory0")) {
    drivers.emplace_back("xen_balloon");
  }
  return drivers.empty() ? "none" : JoinDistinct(std::move(drivers));
}

// Debian's list of packages is read only where one of these is installed, and is megabytes long.
constexpr size_t kStatusBytes = size_t{16} << 20U;
constexpr size_t kVersionBytes = 64;

// " 1:7.2+dfsg-7" of a package that is installed; empty where the list does not say.
// Source: dpkg-query(1); deb822(5).
std::string PackageVersion(std::string_view status, std::string_view package) {
  const auto head = "Package: " + std::string(package) + "\n";
  auto at = status.starts_with(head) ? 0 : status.find("\n" + head);
  if (at == std::string_view::npos) return "";
  status.remove_prefix(at);
  const auto stanza = status.substr(0, status.find("\n\n"));
  if (stanza.find("\nStatus: install ok installed\n") == std::string_view::npos) return "";
  constexpr std::string_view kVersion = "\nVersion: ";
  at = stanza.find(kVersion);
  if (at == std::string_view::npos) return "";
  const auto value = stanza.substr(at + kVersion.size());
  return " " + Printable(value.substr(0, value.find('\n')), kVersionBytes);
}

struct GuestTool {
  std::string_view program;
  std::string_view package;  ///< Debian's; empty where there is none
};

constexpr std::array kTools = {
    GuestTool{"qemu-ga", "qemu-guest-agent"},
    GuestTool{"vmtoolsd", "open-vm-tools"},
    GuestTool{"VBoxService", ""},
    GuestTool{"hv_kvp_daemon", "hyperv-daemons"},
    GuestTool{"hypervkvpd", ""},
    GuestTool{"hv_vss_daemon", "hyperv-daemons"},
    GuestTool{"hypervvssd", ""},
    GuestTool{"xe-daemon", "xe-guest-utilities"},
    GuestTool{"prltoolsd", ""},
    GuestTool{"spice-vdagentd", "spice-vdagent"},
};

// Of programs that are installed, not of processes: anybody may call a process as he likes, and
// they come and go.
std::string GuestTools(const Place& place) {
  std::vector<std::string> installed;
  std::optional<std::string> status;
  bool known = false;
  for (const char* folder : {"usr/bin", "usr/sbin", "usr/lib/hyper-v/bin"}) {
    known = known || Exists(place.root / folder);
    for (const auto tool : kTools) {
      if (!HasName(place.root / folder / tool.program)) continue;
      if (!status) status = ReadText(place.root / "var/lib/dpkg/status", kStatusBytes);
      installed.push_back(std::string(tool.program) + PackageVersion(*status, tool.package));
    }
  }
  if (const auto version = ReadLine(place.root / "sys/module/vboxguest/version");
      !version.empty()) {
    known = true;
    installed.push_back("vboxguest " + version);
  }
  if (!known) return "";
  return installed.empty() ? "none" : JoinDistinct(std::move(installed));
}

// "4.17.1": `extra` begins with its own separator.
std::string XenVersion(const Place& place) {
  const auto folder = place.root / "sys/hypervisor";
  const auto major = ReadNumber(folder / "version/major");
  const auto minor = ReadNumber(folder / "version/minor");
  if (ReadLine(folder / "type") != "xen" || !major || !minor) return "";
  return "xen " + std::to_string(*major) + "." + std::to_string(*minor) +
         ReadLine(folder / "version/extra");
}

// Of the host's own management: return '7.4-3/9002ab8a';
std::string ProxmoxVersion(const Place& place) {
  const auto text = ReadText(place.root / "usr/share/perl5/PVE/pvecfg.pm", 16'384);
  const auto at = text.find("sub version_text");
  const auto open = at == std::string::npos ? at : text.find('\'', at);
  const auto close = open == std::string::npos ? open : text.find_first_of("'/\n", open + 1);
  if (close == std::string::npos || text[close] == '\n') return "";
  return "proxmox-ve " + text.substr(open + 1, close - open - 1);
}

std::string HypervisorVersion(const Place& place) {
  return JoinDistinct({XenVersion(place), ProxmoxVersion(place)});
}

std::string Dmi(const Place& place, const char* field) {
  return ReadLine(place.root / "sys/class/dmi/id" / field);
}

// Which hardware QEMU imitates: "pc-q35-8.1"; its own version it does not tell.
std::string MachineType(const Place& place) {
  if (Dmi(place, "sys_vendor") != "QEMU") return "";
  const auto version = Dmi(place, "product_version");
  return version.starts_with("pc-") || version.starts_with("virt-") ? version : "";
}

std::string MachineModel(const Place& place) {
  const auto vendor = Dmi(place, "sys_vendor");
  const auto product = Dmi(place, "product_name");
  if (!product.empty()) return vendor.empty() ? product : vendor + " " + product;
  // A device tree's texts end with NUL.
  return ReadLine(place.root / "proc/device-tree/model");
}

std::string Firmware(const Place& place) {
  const auto version = Dmi(place, "bios_version");
  if (version.empty()) return "";
  const auto vendor = Dmi(place, "bios_vendor");
  return vendor.empty() ? version : vendor + " " + version;
}

constexpr std::array kFacts = {
    Fact{"machine_model", "what the machine calls itself",
         "sys/class/dmi/id/sys_vendor, product_name, proc/device-tree/model", MachineModel},
    Fact{"machine_type", "hardware that QEMU imitates", "sys/class/dmi/id/product_version",
         MachineType},
    Fact{"firmware", "vendor and version of the firmware",
         "sys/class/dmi/id/bios_vendor, bios_version", Firmware},
    Fact{"hypervisor_version", "version of Xen, or on its host of Proxmox VE",
         "sys/hypervisor/version, usr/share/perl5/PVE/pvecfg.pm", HypervisorVersion},
    Fact{"cpu_features", "abilities of the CPU that programs may use, of those that bend figures",
         "proc/cpuinfo", Features},
    Fact{"nested",
         "KVM's setting here, or in a guest whether it could run guests: offered, not offered",
         "sys/module/kvm_*/parameters/nested, proc/cpuinfo", Nested},
    Fact{"steal_reported", "whether the hypervisor promises to tell stolen time: yes, no",
         "CPUID leaf 0x40000001", StealReported},
    Fact{"balloon", "driver that gives memory back to the hypervisor, or none",
         "sys/bus/*/drivers, sys/module/vmw_balloon, sys/devices/system/xen_memory", Balloon},
    Fact{"guest_tools", "the hypervisor's helpers that are installed, with versions, or none",
         "usr/bin, usr/sbin, usr/lib/hyper-v/bin, var/lib/dpkg/status, "
         "sys/module/vboxguest/version",
         GuestTools},
};

}  // namespace

std::span<const Fact> VirtualizationFacts() {
  return kFacts;
}

}  // namespace hypergauge::probes::facts
