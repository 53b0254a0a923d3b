// noise.json in the probe's state folder.
#include "probes/noise/noise_file.h"
#include "tests/fuzz/bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto noise = hypergauge::probes::ParseNoise(hypergauge::fuzz::Text(data, size));
  if (!noise) return 0;
  for (const auto& entry : *noise) {
    // What the agent tells must be what the aggregator takes.
    hypergauge::fuzz::Expect(entry.floor_ratio() >= 0 && entry.detectable_ratio() >= 0);
  }
  return 0;
}
