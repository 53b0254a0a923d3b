#include "probes/platform/layer.h"

namespace hypergauge::probes {

const char* ToString(LayerKind kind) {
  switch (kind) {
    case LayerKind::kMetal:
      return "metal";
    case LayerKind::kVm:
      return "vm";
    case LayerKind::kContainer:
      return "container";
    case LayerKind::kUnknown:
      break;
  }
  return "unknown";
}

const char* ToString(Confidence confidence) {
  switch (confidence) {
    case Confidence::kCertain:
      return "certain";
    case Confidence::kHeuristic:
      return "heuristic";
    case Confidence::kProductUnknown:
      return "product-unknown";
    case Confidence::kAcceleratorUnknown:
      return "accelerator-unknown";
    case Confidence::kLow:
      break;
  }
  return "low";
}

}  // namespace hypergauge::probes
