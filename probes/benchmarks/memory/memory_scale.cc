// STREAM's b = s c.
#include "probes/benchmarks/memory/stream.h"

namespace hypergauge::probes {
namespace {

const Registrar kRegistrar(DescribeStream("memory_scale", "b = s c"), [] {
  return std::make_unique<StreamBenchmark>(
      StreamSpec{.kernel = StreamScale, .expected = kStreamScalar * kStreamFirst, .arrays = 2});
});

}  // namespace
}  // namespace hypergauge::probes
