// What users give to `hypergauge import`.
#include "aggregator/analysis/data_set.h"
#include "tests/fuzz/bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace analysis = hypergauge::analysis;
  const auto parsed = analysis::ParseDataSet(hypergauge::fuzz::Text(data, size));
  if (!parsed) {
    hypergauge::fuzz::Expect(!parsed.error().message.empty());
    return 0;
  }
  for (const auto& each : analysis::OverheadsOf(*parsed)) {
    hypergauge::fuzz::Expect(each.overhead.blocks > 0);
  }
  for (const auto& score : analysis::PilotScale(analysis::PilotTimesOf(*parsed))) {
    hypergauge::fuzz::Expect(!score.points || (*score.points >= 0 && *score.points <= 9));
  }
  return 0;
}
