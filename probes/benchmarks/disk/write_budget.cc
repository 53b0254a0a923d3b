#include "probes/benchmarks/disk/write_budget.h"

#include <algorithm>

namespace hypergauge::probes {

Result<void> SampleCount::Next(const Context& context) {
  const auto written = context.report.bytes_written - context.report.bytes_kept;
  const bool enough = context.suite == Suite::kLight ||
                      (context.suite == Suite::kStandard && written >= kEnoughBytes);
  if (enough && taken_ >= kLeastSamples) {
    return Fail(ErrorCode::kCeilingReached, "this suite's runs write no more");
  }
  ++taken_;
  return {};
}

Result<void> CountWrite(Context& context, uint64_t bytes) {
  if (context.WriteLeft() < bytes) {
    return Fail(ErrorCode::kCeilingReached,
                "writing another " + std::to_string(bytes) +
                    " bytes would go over the ceiling of " +
                    std::to_string(std::min(context.max_bytes_written, context.max_bytes_in_all)));
  }
  context.report.bytes_written += bytes;
  return {};
}

Result<void> CheckCeiling(const Context& context, uint64_t needed) {
  if (context.WriteLeft() >= needed) return {};
  return Fail(ErrorCode::kUnsupported, "a sample writes " + std::to_string(needed) +
                                           " bytes, the ceiling leaves " +
                                           std::to_string(context.WriteLeft()));
}

}  // namespace hypergauge::probes
