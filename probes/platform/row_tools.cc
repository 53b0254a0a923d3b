#include "probes/platform/row_tools.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>

#include "base/printable.h"
#include "probes/platform/device_rows.h"
#include "probes/platform/fact_text.h"

namespace hypergauge::probes {
namespace {

constexpr const char* kTree = "/proc/device-tree";

// Proxmox VE gives its guests addresses of its own prefix unless told otherwise.
constexpr const char* kProxmoxOui = "bc:24:11";

std::string Hex(std::string_view bytes) {
  std::string text;
  for (const char c : bytes.substr(0, 16)) {
    std::array<char, 4> digits{};
    std::snprintf(digits.data(), digits.size(), "%02x", static_cast<unsigned char>(c));
    text += (text.empty() ? "" : " ") + std::string(digits.data());
  }
  return text;
}

std::optional<Layer> Firecracker(const MachineFacts& facts, Layer layer) {
  layer.product = "firecracker";
  if (AcpiVendor(facts) == "FIRECKVM") {
    layer.evidence.emplace_back("ACPI hypervisor vendor \"FIRECKVM\"");
    return layer;
  }
  if (!MayLackDmi(facts) || HasHid(facts, "QEMU0002")) return std::nullopt;
  // Where nobody looked for DMI, the same ids may be another machine's.
  const bool no_dmi = HasNoDmi(facts);
  const bool is_own = HasHid(facts, "AMZNC10C");
  if (is_own || HasHid(facts, "LNRO0005") || HasHid(facts, "VMGENCTR")) {
    if (!is_own || !no_dmi) layer.confidence = Confidence::kHeuristic;
    layer.evidence.push_back(
        std::string(is_own ? "ACPI id AMZNC10C" : "ACPI ids of a small machine") + ", no QEMU0002" +
        (no_dmi ? ", no DMI" : ""));
    return layer;
  }
  const auto command_line = facts.Text("/proc/cmdline");
  if (no_dmi && facts.Absent("/sys/firmware/acpi") &&
      (ContainsNoCase(command_line, "virtio_mmio.device=") ||
       ContainsNoCase(command_line, "pci=off"))) {
    layer.confidence = Confidence::kHeuristic;
    layer.evidence.emplace_back("kernel command line of a machine without DMI, ACPI and PCI");
    return layer;
  }
  return std::nullopt;
}

// Whoever wrote the ACPI tables under KVM; of the others' signatures none is KVM's.
std::optional<Layer> ByAcpiOem(const MachineFacts& facts, Layer layer) {
  const auto* oem = AcpiOemRow(facts);
  if (oem == nullptr) return std::nullopt;
  const std::string_view word = oem->hypervisor;
  if (word != "kvm" && word != "qemu" && word != "parallels") return std::nullopt;
  if (word == "parallels") layer.hypervisor = oem->hypervisor;
  // Of QEMU's machines only the smallest has no SMBIOS.
  const bool is_small = word == "qemu" && HasHid(facts, "QEMU0002") && HasNoDmi(facts);
  layer.product = is_small ? "qemu-microvm" : oem->product;
  layer.evidence.push_back(std::string("ACPI OEM id \"") + oem->id + "\"");
  return layer;
}

std::optional<Layer> Qemu(const MachineFacts& facts, Layer layer) {
  const bool no_dmi = HasNoDmi(facts);
  if (HasHid(facts, "QEMU0002")) {
    layer.product = no_dmi ? "qemu-microvm" : "qemu";
    layer.evidence.emplace_back(no_dmi ? "ACPI id QEMU0002, no DMI" : "ACPI id QEMU0002");
    return layer;
  }
  if (HasPci(facts, "1234:1111") || HasPci(facts, "1b36:")) {
    layer.product = "qemu";
    layer.evidence.emplace_back("PCI id of a device that only QEMU has");
    return layer;
  }
  if (TreeHas(facts, "qemu,fw-cfg-mmio")) {
    layer.product = "qemu";
    layer.evidence.emplace_back("device tree qemu,fw-cfg-mmio");
    return layer;
  }
  return std::nullopt;
}

}  // namespace

Layer MakeLayer(LayerKind kind, std::string hypervisor, std::string product, Confidence confidence,
                std::string evidence) {
  Layer layer;
  layer.kind = kind;
  layer.hypervisor = std::move(hypervisor);
  layer.product = std::move(product);
  layer.confidence = confidence;
  layer.evidence.push_back(std::move(evidence));
  return layer;
}

Layer VmLayer(std::string hypervisor, std::string product, Confidence confidence,
              std::string evidence) {
  return MakeLayer(LayerKind::kVm, std::move(hypervisor), std::move(product), confidence,
                   std::move(evidence));
}

void AskForReport(Layer& layer) {
  layer.evidence.emplace_back(
      "an unknown hypervisor: please report it with the output of detect --format json");
}

Layer UnknownLayer(std::string evidence) {
  auto layer = VmLayer("unknown", "unknown", Confidence::kLow, std::move(evidence));
  AskForReport(layer);
  return layer;
}

Layer UnknownSignatureLayer(std::string_view bytes) {
  return UnknownLayer("CPUID signature " + QuotedBytes(bytes));
}

std::string QuotedBytes(std::string_view bytes) {
  return "\"" + Printable(bytes, 48) + "\", bytes " + Hex(bytes);
}

std::string_view AcpiVendor(const MachineFacts& facts) {
  return facts.acpi_hypervisor_vendor ? Trimmed(*facts.acpi_hypervisor_vendor) : std::string_view();
}

bool HasHid(const MachineFacts& facts, const std::string& hid) {
  return facts.acpi_hids && facts.acpi_hids->contains(hid);
}

bool TreeHas(const MachineFacts& facts, std::string_view compatible) {
  for (auto file = facts.files.lower_bound(kTree);
       file != facts.files.end() && file->first.starts_with(kTree); ++file) {
    if (!file->first.ends_with("/compatible")) continue;
    const auto names = Split(file->second, '\0');
    if (std::any_of(names.begin(), names.end(),
                    [&](std::string_view name) { return Trimmed(name) == compatible; })) {
      return true;
    }
  }
  return false;
}

std::string_view TreeHypervisor(const MachineFacts& facts) {
  return facts.Text("/proc/device-tree/hypervisor/compatible");
}

bool TreeHasNode(const MachineFacts& facts, std::string_view part) {
  const auto is_node = [&](std::string_view path) {
    const std::string_view tree = kTree;
    if (!path.starts_with(tree) || path.size() <= tree.size() || path[tree.size()] != '/') {
      return false;
    }
    const auto node = path.substr(tree.size() + 1);
    return node.substr(0, node.find('/')).starts_with(part);
  };
  return std::any_of(facts.dirs.begin(), facts.dirs.end(), is_node) ||
         std::any_of(facts.files.begin(), facts.files.end(),
                     [&](const auto& file) { return is_node(file.first); });
}

bool HasPci(const MachineFacts& facts, std::string_view prefix) {
  return facts.pci && std::any_of(facts.pci->begin(), facts.pci->end(),
                                  [&](const std::string& id) { return id.starts_with(prefix); });
}

bool HasNoDmi(const MachineFacts& facts) {
  return facts.dmi.empty() && facts.Absent("/sys/class/dmi/id");
}

bool MayLackDmi(const MachineFacts& facts) {
  return facts.dmi.empty() && !facts.Exists("/sys/class/dmi/id");
}

Layer ByProxmoxAddress(const MachineFacts& facts, Layer layer) {
  if (layer.product != "qemu" && layer.product != "unknown") return layer;
  if (!facts.mac_ouis || !facts.mac_ouis->contains(kProxmoxOui)) return layer;
  layer.product = "proxmox-ve";
  if (layer.confidence == Confidence::kCertain) layer.confidence = Confidence::kHeuristic;
  layer.evidence.push_back(std::string("MAC address prefix ") + kProxmoxOui);
  return layer;
}

Layer RefineKvm(const MachineFacts& facts, Layer layer) {
  if (const auto dmi = MatchDmi(facts, kUnderKvm)) {
    // DMI knows VirtualBox and Parallels, which both show KVM's signature.
    if (std::string_view(dmi->row->hypervisor) != "qemu") layer.hypervisor = dmi->row->hypervisor;
    layer.product = dmi->row->product;
    layer.evidence.push_back(dmi->evidence);
    if (layer.hypervisor == "virtualbox") layer.guest_type = "paravirt-kvm";
    return ByProxmoxAddress(facts, std::move(layer));
  }
  if (const auto device = VirtualboxDevice(facts); !device.empty()) {
    layer.hypervisor = layer.product = "virtualbox";
    layer.guest_type = "paravirt-kvm";
    layer.evidence.push_back(device);
    return layer;
  }
  if (auto made = ByAcpiOem(facts, layer)) return ByProxmoxAddress(facts, std::move(*made));
  if (auto firecracker = Firecracker(facts, layer)) return *firecracker;
  if (auto qemu = Qemu(facts, layer)) return ByProxmoxAddress(facts, std::move(*qemu));
  layer.product = "unknown";
  layer.confidence = Confidence::kProductUnknown;
  return ByProxmoxAddress(facts, std::move(layer));
}

bool MayAskVmware(const MachineFacts& facts) {
  const auto* signature = DecidingSignature(facts);
  const bool by_signature = signature != nullptr && signature->under == kUnderVmware;
  if (signature != nullptr && !by_signature) return false;
  // QEMU answers on VMware's port as well; WSL 1 is no machine at all.
  if (HasHid(facts, "QEMU0002") || HasPci(facts, "1234:") || HasPci(facts, "1b36:")) return false;
  if (UnknownSignature(facts)) return false;
  const auto dmi = MatchDmi(facts, kAlone);
  const bool by_dmi = dmi && std::string_view(dmi->row->hypervisor) == "vmware";
  if (ContainsNoCase(facts.Text("/proc/version"), "microsoft")) return false;
  if (facts.Text("/proc/cpuinfo").find("User Mode Linux") != std::string_view::npos) return false;
  if (facts.Exists("/proc/xen") || facts.Exists("/sys/hypervisor/type")) return false;
  return IsX86(facts) && (by_signature || by_dmi);
}

Layer VmwareLayer(const MachineFacts& facts, const std::string& evidence) {
  // open-vm-tools, lib/include/vmx_types.h: VMX_TYPE_*.
  constexpr std::array kProducts = {"vmware-express", "vmware-esx", "vmware-server",
                                    "vmware-workstation", "vmware-ace"};
  auto layer = VmLayer("vmware", "vmware", Confidence::kProductUnknown, evidence);
  const auto code = facts.vmware_backdoor_product;
  if (code && *code >= 1 && static_cast<size_t>(*code) <= kProducts.size() && MayAskVmware(facts)) {
    layer.product = kProducts.at(static_cast<size_t>(*code) - 1);
    layer.confidence = Confidence::kCertain;
    layer.evidence.push_back("VMware backdoor, product " + std::to_string(*code));
    if (*code == 4) layer.hint = "vmware-fusion";
  }
  if (const auto dmi = MatchDmi(facts, kUnderVmware)) {
    // A cloud's tag is copied into images; the backdoor is the hypervisor itself.
    (layer.confidence == Confidence::kCertain ? layer.hint : layer.product) = dmi->row->product;
    layer.evidence.push_back(dmi->evidence);
  }
  return layer;
}

}  // namespace hypergauge::probes
