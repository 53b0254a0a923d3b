// What users give to `hypergauge-probe detect --facts`.
#include "probes/platform/detection_output.h"
#include "tests/fuzz/bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace probes = hypergauge::probes;
  const auto machines = probes::ParseFacts(hypergauge::fuzz::Text(data, size), "fuzz");
  if (!machines) {
    hypergauge::fuzz::Expect(!machines.error().message.empty());
    return 0;
  }
  for (const auto& machine : *machines) {
    const auto detection = probes::Detect(machine.facts);
    hypergauge::fuzz::Expect(!detection.layers.empty());
    for (const auto& layer : detection.layers) {
      hypergauge::fuzz::Expect(!layer.hypervisor.empty() && !layer.product.empty() &&
                               !layer.evidence.empty());
    }
    hypergauge::fuzz::Expect(!probes::DetectionText(machine).empty());
  }
  hypergauge::fuzz::Expect(!probes::DetectionsJson(*machines).empty());
  return 0;
}
