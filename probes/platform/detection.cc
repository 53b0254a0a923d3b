#include "probes/platform/detection.h"

#include <optional>

#include "probes/platform/row_tools.h"

namespace hypergauge::probes {
namespace {

// Chains are short; a file cannot make one that grows without end.
constexpr size_t kMaxLayers = 8;

Layers AskRows(const std::vector<DetectionRow>& rows, const MachineFacts& facts,
               std::vector<std::string>& asked) {
  for (const auto& row : rows) {
    asked.emplace_back(row.id);
    auto layers = row.ask(facts);
    for (auto& layer : layers) layer.row = row.id;
    if (!layers.empty()) return layers;
  }
  return {};
}

// User Mode Linux and paravirtual Xen leave CPUID to whoever runs them in turn. The backdoor is out
// of reach from there, so that it is not part of it.
std::optional<MachineFacts> OutsideOf(const Layer& layer, const MachineFacts& facts) {
  const bool is_uml = layer.hypervisor == "uml";
  const bool is_xen = layer.hypervisor == "xen";
  if (!is_uml && !is_xen) return std::nullopt;
  MachineFacts outside;
  outside.arch = facts.arch;
  outside.hypervisor_bit = facts.hypervisor_bit;
  outside.cpuid = facts.cpuid;
  const bool paravirtual = layer.guest_type == "PV" || layer.guest_type == "Dom0";
  for (const auto& [base, signature] : facts.signatures) {
    const auto* row = FindSignature(signature.bytes);
    const bool is_own = is_xen && row != nullptr && row->under == kUnderXen;
    // In front of Xen's own signature it is Xen that shows Microsoft's.
    const bool is_viridian = is_xen && row != nullptr && row->under == kUnderHyperv &&
                             (!paravirtual || HasSignature(facts, "xen"));
    if (!is_own && !is_viridian) outside.signatures.emplace(base, signature);
  }
  // Dom0 drives the hardware and sees its tables.
  if (is_xen && layer.guest_type == "Dom0") outside.dmi = facts.dmi;
  if (is_xen && DecidingSignature(outside) == nullptr) return std::nullopt;
  if (is_uml && outside.Empty()) return std::nullopt;
  return outside;
}

void AskMachine(const MachineFacts& facts, Detection& detection) {
  for (auto& layer : AskRows(HypervisorRows(), facts, detection.asked)) {
    if (detection.layers.size() < kMaxLayers) detection.layers.push_back(std::move(layer));
  }
  auto& last = detection.layers.back();
  const auto outside = OutsideOf(last, facts);
  if (!outside) return;
  if (last.hypervisor == "xen") last.kind = LayerKind::kVm;
  AskMachine(*outside, detection);
}

// QEMU's tables fit the emulator and KVM alike.
bool IsSameFamily(std::string_view a, std::string_view b) {
  const auto is_qemu = [](std::string_view word) {
    return word == "qemu" || word == "qemu-tcg" || word == "kvm";
  };
  return a == b || (is_qemu(a) && is_qemu(b));
}

// Says so where DMI names somebody else: it is made up, or copied from another machine.
void NameLiars(const MachineFacts& facts, Layer& layer) {
  if (layer.kind != LayerKind::kVm || layer.hypervisor == "uml") return;
  const auto dmi = LyingDmi(facts);
  if (!dmi || IsSameFamily(dmi->row->hypervisor, layer.hypervisor)) return;
  layer.evidence.push_back(dmi->evidence + " does not fit, and was not believed");
}

// A hypervisor that signs with bytes that no row knows, and was told by something else.
void NameUnknownSigner(const MachineFacts& facts, Layer& layer) {
  if (layer.kind != LayerKind::kVm || layer.hypervisor == "unknown") return;
  // They leave CPUID to whoever runs them.
  if (layer.hypervisor == "uml" || layer.hypervisor == "xen") return;
  const auto bytes = UnknownSignature(facts);
  if (!bytes || DecidingSignature(facts) != nullptr) return;
  layer.evidence.push_back("CPUID signature " + QuotedBytes(*bytes) + ", which no row knows");
  AskForReport(layer);
}

bool IsKnown(const std::string& word) {
  return !word.empty() && word != "unknown" && word != "none";
}

std::string NameOf(const Layer& layer) {
  if (layer.kind == LayerKind::kMetal && layer.hypervisor == "none") return "metal";
  return IsKnown(layer.product) ? layer.product : layer.hypervisor;
}

}  // namespace

const std::vector<DetectionRow>& HypervisorRows() {
  static const std::vector<DetectionRow> kRows = [] {
    std::vector<DetectionRow> rows;
    for (auto& part : {KernelRows(), MainframeRows(), CpuidRows(), FirmwareRows(), LastRows()}) {
      rows.insert(rows.end(), part.begin(), part.end());
    }
    return rows;
  }();
  return kRows;
}

Detection Detect(const MachineFacts& facts) {
  Detection detection;
  detection.layers = AskRows(ContainerRows(), facts, detection.asked);
  const size_t containers = detection.layers.size();
  AskMachine(facts, detection);
  // With one machine around another, either may have made the tables.
  if (detection.layers.size() == containers + 1) {
    NameLiars(facts, detection.layers.back());
    NameUnknownSigner(facts, detection.layers.back());
  }
  return detection;
}

const Layer& MachineLayer(const Detection& detection) {
  const auto& layers = detection.layers;
  return layers.front().kind == LayerKind::kContainer && layers.size() > 1 ? layers[1]
                                                                           : layers.front();
}

v1::Role RoleOf(const Detection& detection) {
  const auto& layer = detection.layers.front();
  if (layer.kind == LayerKind::kContainer) return v1::ROLE_CONTAINER;
  const bool rules = layer.guest_type == "Dom0" || layer.guest_type == "root";
  return layer.kind == LayerKind::kVm && !rules ? v1::ROLE_GUEST : v1::ROLE_HOST;
}

v1::Platform ToPlatform(const Detection& detection) {
  const auto& inner = detection.layers.front();
  const auto& machine = MachineLayer(detection);
  v1::Platform platform;
  platform.set_name(NameOf(inner));
  platform.set_hypervisor(machine.hypervisor);
  if (inner.kind == LayerKind::kContainer) platform.set_container(inner.hypervisor);
  platform.set_version(machine.version);
  for (const auto& layer : detection.layers) {
    auto& out = *platform.add_layers();
    out.set_kind(ToString(layer.kind));
    out.set_hypervisor(layer.hypervisor);
    out.set_product(layer.product);
    out.set_guest_type(layer.guest_type);
    out.set_confidence(ToString(layer.confidence));
    for (const auto& line : layer.evidence) {
      out.add_evidence(line);
      platform.add_evidence(line);
    }
  }
  return platform;
}

}  // namespace hypergauge::probes
