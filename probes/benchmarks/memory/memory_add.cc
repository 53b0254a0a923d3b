// STREAM's c = a + b.
#include "probes/benchmarks/memory/stream.h"

namespace hypergauge::probes {
namespace {

const Registrar kRegistrar(DescribeStream("memory_add", "c = a + b"), [] {
  return std::make_unique<StreamBenchmark>(
      StreamSpec{.kernel = StreamAdd, .expected = kStreamFirst + kStreamSecond, .arrays = 3});
});

}  // namespace
}  // namespace hypergauge::probes
