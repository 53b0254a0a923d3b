#pragma once

#include <sys/uio.h>

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

#include "probes/benchmarks/disk/disk_file.h"
#include "probes/benchmarks/disk/random_io.h"

/// What the engines share that keep many operations under way from one thread.
namespace hypergauge::probes {

/// A block and where it belongs.
struct IoBlock {
  AlignedBuffer buffer{kBlockBytes};
  uint64_t offset = 0;
};

/// One place of the queue. While `current` is under way, `other` is looked at, which was read
/// before: the device must never wait for that.
struct IoSlot {
  IoBlock current;
  IoBlock other;
  bool other_is_done = false;  ///< its operation is over, and nobody has looked at it
  iovec vector{};
  uint64_t index = 0;
  std::chrono::nanoseconds submitted{};
};

/// A kernel interface. Destruction waits for what is under way.
class IoQueue {
 public:
  /// `result` is the number of bytes, or a negative errno.
  using Done = std::function<void(IoSlot& slot, int64_t result)>;

  virtual ~IoQueue() = default;

  /// Begins to read or write the slot's current block, at once: operations that are handed over
  /// together reach some devices one after another, a third slower.
  [[nodiscard]] virtual Result<void> Begin(const IoJob& job, IoSlot& slot) = 0;

  /// Waits for one completion or a signal and passes on all there are. `done` may call Begin.
  [[nodiscard]] virtual Result<void> Wait(const Done& done) = 0;
};

/// RandomIo::Run by a queue with room for the job's queue depth.
[[nodiscard]] Result<IoFigures> RunAsync(const Context& context, const IoJob& job,
                                         std::unique_ptr<IoQueue> queue);

/// The error of an operation that moved `result` bytes instead of a block.
[[nodiscard]] Result<void> CheckMoved(const IoJob& job, uint64_t offset, int64_t result);

}  // namespace hypergauge::probes
