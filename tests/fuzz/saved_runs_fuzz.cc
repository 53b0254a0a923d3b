// What users give to `hypergauge-probe compare`.
#include "probes/compare/comparison_output.h"
#include "tests/fuzz/bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace probes = hypergauge::probes;
  const auto runs = probes::ParseSavedRuns(hypergauge::fuzz::Text(data, size));
  if (!runs) {
    hypergauge::fuzz::Expect(!runs.error().message.empty());
    return 0;
  }
  const auto comparison = probes::Compare(*runs, *runs);
  for (const auto& each : comparison.quantities) {
    // Nothing is better or worse than itself.
    hypergauge::fuzz::Expect(each.answer != probes::Answer::kBetter &&
                             each.answer != probes::Answer::kWorse);
  }
  hypergauge::fuzz::Expect(!ComparisonTable(comparison, {}).empty());
  return 0;
}
