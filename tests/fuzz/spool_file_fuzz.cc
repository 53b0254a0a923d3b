// A file of the spool, after a crash or a bad disk.
#include "probes/agent/run_file.h"
#include "tests/fuzz/bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using hypergauge::fuzz::Expect;
  namespace probes = hypergauge::probes;
  const auto bytes = hypergauge::fuzz::Text(data, size);
  static_cast<void>(probes::DecodeRunFile(bytes));
  // The checksum keeps most bytes out; those behind it are a run of their own.
  hypergauge::v1::Run run;
  if (!run.ParseFromArray(data, static_cast<int>(size))) return 0;
  const auto encoded = probes::EncodeRunFile(run);
  if (encoded) Expect(probes::DecodeRunFile(*encoded).has_value());
  return 0;
}
