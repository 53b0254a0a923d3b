// What hypergauge-bench prints: it may have been killed, replaced or patched.
#include "probes/bench_process.h"
#include "tests/fuzz/bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto line = hypergauge::probes::ParseBenchLine(hypergauge::fuzz::Text(data, size));
  if (!line) hypergauge::fuzz::Expect(!line.error().message.empty());
  return 0;
}
