// identity.json in the agent's state folder.
#include "probes/agent/identity_record.h"
#include "tests/fuzz/bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using hypergauge::fuzz::Expect;
  const auto record = hypergauge::probes::ParseIdentity(hypergauge::fuzz::Text(data, size));
  if (!record) return 0;
  // It becomes a part of a folder's name.
  Expect(hypergauge::probes::IsUuid(record->node_id) && record->epoch > 0);
  Expect(!record->continuity || hypergauge::probes::IsToken(*record->continuity));
  const auto text = hypergauge::probes::FormatIdentity(*record);
  const auto again = hypergauge::probes::ParseIdentity(text);
  Expect(again && hypergauge::probes::FormatIdentity(*again) == text);
  return 0;
}
