#pragma once

#include <string>
#include <vector>

namespace hypergauge::probes {

enum class LayerKind { kUnknown, kMetal, kVm, kContainer };

/// How far an answer goes: kCertain by a signal that nothing else sends; kHeuristic and kLow by
/// signs that others may share; kProductUnknown and kAcceleratorUnknown where the hypervisor's
/// family is certain, but not the product, or not whether KVM or the emulator runs it.
enum class Confidence { kCertain, kHeuristic, kLow, kProductUnknown, kAcceleratorUnknown };

/// One shell around the node.
struct Layer {
  LayerKind kind = LayerKind::kUnknown;
  std::string hypervisor;  ///< the container's word in a container; "none" on bare metal
  std::string product;     ///< "unknown" where only the hypervisor is known
  Confidence confidence = Confidence::kCertain;
  std::vector<std::string> evidence;  ///< what decided, for people
  std::string guest_type;  ///< PV, HVM, gen2, paravirt-kvm ...; empty where there are no types
  std::string version;     ///< empty where it cannot be read
  std::string hint;        ///< another product that the same signs may mean; mostly empty
  std::string row;         ///< id of the row that decided
};

/// The words of hypergauge.v1.PlatformLayer.
[[nodiscard]] const char* ToString(LayerKind kind);
[[nodiscard]] const char* ToString(Confidence confidence);

}  // namespace hypergauge::probes
