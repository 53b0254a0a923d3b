// STREAM's a = b + s c.
#include "probes/benchmarks/memory/stream.h"

namespace hypergauge::probes {
namespace {

Descriptor Describe() {
  auto descriptor = DescribeStream("memory_triad", "a = b + s c");
  descriptor.core = true;
  return descriptor;
}

const Registrar kRegistrar(Describe(), [] {
  return std::make_unique<StreamBenchmark>(
      StreamSpec{.kernel = StreamTriad,
                 .expected = kStreamFirst + kStreamScalar * kStreamSecond,
                 .arrays = 3});
});

}  // namespace
}  // namespace hypergauge::probes
