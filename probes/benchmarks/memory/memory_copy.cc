// STREAM's c = a.
#include "probes/benchmarks/memory/stream.h"

namespace hypergauge::probes {
namespace {

const Registrar kRegistrar(DescribeStream("memory_copy", "c = a"), [] {
  return std::make_unique<StreamBenchmark>(
      StreamSpec{.kernel = StreamCopy, .expected = kStreamFirst, .arrays = 2});
});

}  // namespace
}  // namespace hypergauge::probes
