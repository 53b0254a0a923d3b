// HOST:PORT as leases and users give it.
#include "probes/benchmarks/network/endpoint.h"
#include "tests/fuzz/bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using hypergauge::fuzz::Expect;
  namespace probes = hypergauge::probes;
  const std::string text(hypergauge::fuzz::Text(data, size));
  if (const auto endpoint = probes::ParseEndpoint(text)) {
    Expect(probes::ParseEndpoint(ToString(*endpoint)) == *endpoint);
    static_cast<void>(IsLoopback(*endpoint));
  }
  static_cast<void>(probes::ParsePeer(text));
  return 0;
}
