// What the guest's kernel itself knows of its hypervisor, whatever CPUID says.
#include <algorithm>
#include <array>

#include "probes/platform/dmi_contradictions.h"
#include "probes/platform/fact_text.h"
#include "probes/platform/row_tools.h"

namespace hypergauge::probes {
namespace {

// xen/include/public/features.h: XENFEAT_*.
constexpr uint64_t kSupervisorModeKernel = uint64_t{1} << 3U;
constexpr uint64_t kPreserveAd = uint64_t{1} << 5U;
constexpr uint64_t kHvmCallbackVector = uint64_t{1} << 8U;
constexpr uint64_t kDom0 = uint64_t{1} << 11U;

std::optional<uint64_t> Features(const MachineFacts& facts) {
  return HexNumber(Trimmed(facts.Text("/sys/hypervisor/properties/features")));
}

Layers AskUserModeLinux(const MachineFacts& facts) {
  if (ValueOf(facts.Text("/proc/cpuinfo"), "vendor_id") != "User Mode Linux") return {};
  return {VmLayer("uml", "uml", Confidence::kCertain, "/proc/cpuinfo: User Mode Linux")};
}

Layers AskLx86(const MachineFacts& facts) {
  if (ValueOf(facts.Text("/proc/cpuinfo"), "vendor_id") != "PowerVM Lx86") return {};
  return {
      VmLayer("powervm-lx86", "powervm-lx86", Confidence::kCertain, "/proc/cpuinfo: PowerVM Lx86")};
}

// What a machine under Xen shows; empty elsewhere. DMI counts only where nobody else signed: it is
// as easily copied as made up.
std::string XenSign(const MachineFacts& facts) {
  if (Trimmed(facts.Text("/sys/hypervisor/type")) == "xen") return "/sys/hypervisor/type is xen";
  if (facts.Exists("/proc/xen")) return "/proc/xen exists";
  if (HasSignature(facts, "xen")) return SignatureEvidence("XenVMMXenVMM");
  if (ContainsNoCase(TreeHypervisor(facts), "xen")) return "device tree hypervisor xen";
  // Elsewhere a kernel that can run under Xen has that bus wherever it runs.
  if (facts.arch == "ia64" && facts.Exists("/sys/bus/xen")) return "/sys/bus/xen exists";
  const auto* signature = DecidingSignature(facts);
  if (signature != nullptr && signature->under != kUnderHyperv) return "";
  if (signature == nullptr && IsNoXen(facts, kAlone)) return "";
  if (ContainsNoCase(facts.Dmi("product_name"), "HVM domU")) {
    return DmiEvidence(facts, "product_name");
  }
  for (const char* field : {"sys_vendor", "bios_vendor"}) {
    if (Lower(facts.Dmi(field)) == "xen") return DmiEvidence(facts, field);
  }
  return "";
}

bool IsDom0(const MachineFacts& facts) {
  if (ContainsNoCase(facts.Text("/proc/xen/capabilities"), "control_d")) return true;
  return (Features(facts).value_or(0) & kDom0) != 0;
}

// A paravirtual kernel sees the bare CPU or an outer hypervisor; the others see Xen's tables.
std::string XenGuestType(const MachineFacts& facts) {
  const auto told = Trimmed(facts.Text("/sys/hypervisor/guest_type"));
  if (told == "PV" || told == "HVM" || told == "PVH") return std::string(told);
  if (const auto features = Features(facts)) {
    if ((*features & kPreserveAd) != 0) return "PV";
    constexpr uint64_t kPvh = kSupervisorModeKernel | kHvmCallbackVector;
    return (*features & kPvh) == kPvh ? "PVH" : "HVM";
  }
  if (!facts.dmi.empty() || HasSignature(facts, "xen")) return "HVM";
  if (facts.arch == "ia64") return facts.Absent("/sys/bus/xen-backend") ? "HVM" : "";
  return IsX86(facts) ? "PV" : "";
}

std::string XenVersion(const MachineFacts& facts) {
  const auto major = Trimmed(facts.Text("/sys/hypervisor/version/major"));
  const auto minor = Trimmed(facts.Text("/sys/hypervisor/version/minor"));
  if (major.empty() || minor.empty()) return "";
  return Shown(std::string(major) + "." + std::string(minor) +
               std::string(Trimmed(facts.Text("/sys/hypervisor/version/extra"))));
}

// XenServer and XCP-ng name their Dom0's kernel "4.19.0+1", and their distribution.
std::string Dom0Product(const MachineFacts& facts) {
  const auto os = facts.Text("/etc/os-release");
  if (ContainsNoCase(os, "xcp-ng")) return "xcp-ng";
  if (ContainsNoCase(os, "xenserver") || ContainsNoCase(os, "citrix hypervisor")) {
    return "xenserver";
  }
  const auto release = Trimmed(facts.Text("/proc/sys/kernel/osrelease"));
  const auto plus = release.rfind('+');
  const bool numbered = plus != std::string_view::npos && plus > 0 && plus + 1 < release.size() &&
                        WholeNumber(release.substr(plus + 1)).has_value();
  return numbered ? "xcp-ng" : "xen-dom0";
}

bool ShowsViridian(const MachineFacts& facts) {
  return HasSignature(facts, "hyperv") && HasSignature(facts, "xen");
}

Layer WithXenProduct(const MachineFacts& facts, Layer layer) {
  if (BeginsNoCase(Trimmed(facts.Text("/sys/hypervisor/uuid")), "ec2")) {
    layer.product = "ec2-xen";
    layer.evidence.emplace_back("/sys/hypervisor/uuid begins with ec2");
  } else if (const auto dmi = MatchDmi(facts, kUnderXen)) {
    layer.product = dmi->row->product;
    layer.evidence.push_back(dmi->evidence);
  } else if (ShowsViridian(facts) && !facts.dmi.empty()) {
    // Its guests get Microsoft's interface unless told otherwise.
    layer.product = "xenserver";
    layer.confidence = Confidence::kHeuristic;
    layer.evidence.emplace_back("Xen's DMI, and Microsoft's signature in front of Xen's");
  } else if (layer.guest_type == "PV" && facts.hypervisor_bit == true &&
             facts.signatures.contains(kHypervisorLeaf) &&
             facts.signatures.at(kHypervisorLeaf).bytes.empty()) {
    layer.product = "xenserver";
    layer.confidence = Confidence::kHeuristic;
    layer.evidence.emplace_back("a PV guest whose CPUID has the hypervisor bit, but no signature");
  }
  return layer;
}

Layers AskXenDom0(const MachineFacts& facts) {
  const auto sign = XenSign(facts);
  if (sign.empty() || !IsDom0(facts)) return {};
  auto layer = MakeLayer(LayerKind::kMetal, "xen", Dom0Product(facts), Confidence::kCertain, sign);
  layer.guest_type = "Dom0";
  layer.version = XenVersion(facts);
  layer.evidence.emplace_back(facts.File("/proc/xen/capabilities") != nullptr
                                  ? "/proc/xen/capabilities: control_d"
                                  : "XENFEAT_dom0");
  return {layer};
}

Layers AskXen(const MachineFacts& facts) {
  const auto sign = XenSign(facts);
  if (sign.empty()) return {};
  auto layer = VmLayer(
      "xen", "xen", sign.starts_with("DMI") ? Confidence::kHeuristic : Confidence::kCertain, sign);
  layer.guest_type = XenGuestType(facts);
  layer.version = XenVersion(facts);
  return {WithXenProduct(facts, std::move(layer))};
}

Layers AskJailhouseRoot(const MachineFacts& facts) {
  if (!facts.Exists("/sys/devices/jailhouse")) return {};
  auto layer = MakeLayer(LayerKind::kMetal, "jailhouse", "jailhouse-root-cell",
                         Confidence::kCertain, "/sys/devices/jailhouse exists");
  layer.guest_type = "root";
  return {layer};
}

Layers AskJailhouse(const MachineFacts& facts) {
  if (!ContainsNoCase(TreeHypervisor(facts), "jailhouse") && !TreeHas(facts, "jailhouse,cell")) {
    return {};
  }
  return {VmLayer("jailhouse", "jailhouse", Confidence::kCertain, "device tree jailhouse,cell")};
}

}  // namespace

std::vector<DetectionRow> KernelRows() {
  return {
      {"uml", "/proc/cpuinfo vendor_id", "uml / uml; CPUID is the outer machine's",
       "Linux, arch/um/kernel/um_arch.c", AskUserModeLinux},
      {"powervm-lx86", "/proc/cpuinfo vendor_id", "powervm-lx86 / powervm-lx86", "virt-what",
       AskLx86},
      {"xen-dom0", "Xen's signs, and control_d in /proc/xen/capabilities or XENFEAT_dom0",
       "xen / xen-dom0, xcp-ng or xenserver; another signature is the outer machine's",
       "Xen, public/features.h; systemd issue 22511", AskXenDom0},
      {"xen",
       "/sys/hypervisor/type, /proc/xen, CPUID, device tree, DMI where nobody signed, on ia64 "
       "/sys/bus/xen",
       "xen / xen, ec2-xen or xenserver; PV, HVM or PVH by guest_type, features, DMI",
       "Linux, drivers/xen/sys-hypervisor.c; util-linux, lscpu-virt.c", AskXen},
      {"jailhouse-root", "/sys/devices/jailhouse", "jailhouse / jailhouse-root-cell, a host",
       "Jailhouse, driver/sysfs.c", AskJailhouseRoot},
      {"jailhouse-tree", "device tree: jailhouse,cell", "jailhouse / jailhouse",
       "Linux, include/linux/hypervisor.h", AskJailhouse},
  };
}

}  // namespace hypergauge::probes
