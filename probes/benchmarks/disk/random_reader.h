#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace hypergauge::probes {

/// What to read. All pointers outlive the call.
struct ReadJob {
  int descriptor = -1;  ///< open for direct reading
  uint64_t blocks = 0;  ///< of kBlockBytes that the file has
  int queue_depth = 1;
  std::chrono::nanoseconds duration{};
  uint64_t seed = 1;  ///< of the order
  const Clock* clock = nullptr;
  std::function<bool()> stopped;
  /// Called with every block read and its offset, by several threads at once.
  std::function<Result<void>(std::span<const std::byte> block, uint64_t offset)> check;
};

/// Reads that completed within the duration.
struct ReadFigures {
  double operations_per_second = 0;
  std::vector<double> latencies;  ///< seconds, from submission to completion, one each
};

/// Reads random blocks, keeping `queue_depth` of them under way. Threads: one caller.
class RandomReader {
 public:
  virtual ~RandomReader() = default;
  [[nodiscard]] virtual std::string name() const = 0;

  /// Errors: those of read(2) and of ReadJob::check; kCancelled when stopped.
  [[nodiscard]] virtual Result<ReadFigures> Run(const ReadJob& job) = 0;
};

/// By io_uring, in one thread. Errors: kUnsupported where the kernel has none or forbids it, as
/// many container runtimes do.
[[nodiscard]] Result<std::unique_ptr<RandomReader>> MakeUringReader();

/// By pread(2), with as many threads as the queue is deep: what every kernel can do.
[[nodiscard]] std::unique_ptr<RandomReader> MakePsyncReader();

}  // namespace hypergauge::probes
