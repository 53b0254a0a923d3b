#include "probes/benchmarks/kernel/operations.h"

#include <algorithm>

namespace hypergauge::probes {

Result<double> SecondsPerOperation(const Context& context, int64_t chunk,
                                   const std::function<Result<void>(int64_t)>& operations) {
  const auto seconds = SecondsPerBatch(context, [&]() -> Result<void> {
    for (int64_t done = 0; done < context.size; done += chunk) {
      if (context.Stopped()) return Fail(ErrorCode::kCancelled, "stopped inside a batch");
      if (auto ran = operations(std::min(chunk, context.size - done)); !ran) return ran;
    }
    return {};
  });
  if (!seconds) return tl::unexpected(seconds.error());
  return *seconds / static_cast<double>(context.size);
}

}  // namespace hypergauge::probes
