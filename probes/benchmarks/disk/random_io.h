#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "probes/benchmark.h"

namespace hypergauge::probes {

/// What to read or write. Two operations that are under way at once never touch the same block.
struct IoJob {
  int descriptor = -1;       ///< open for direct access
  uint64_t first_block = 0;  ///< of those that may be touched, counted in kBlockBytes
  uint64_t blocks = 0;       ///< how many may be touched; at least queue_depth
  int queue_depth = 1;
  std::chrono::nanoseconds duration{};
  uint64_t max_operations = UINT64_MAX;  ///< ends the job before its time
  uint64_t seed = 1;                     ///< of the order
  /// Set when the job writes: gives a block its content. Called by several threads at once.
  std::function<void(std::span<std::byte> block, uint64_t offset)> fill = {};
  /// Set when the job reads: judges a block. Called by several threads at once.
  std::function<Result<void>(std::span<const std::byte> block, uint64_t offset)> check = {};

  [[nodiscard]] bool writes() const { return static_cast<bool>(fill); }
};

/// Operations that completed within the duration, and with the full queue behind them.
struct IoFigures {
  double operations_per_second = 0;
  std::vector<double> latencies;  ///< seconds, from submission to completion, one each
};

/// Reads or writes random blocks, keeping `queue_depth` of them under way. Threads: one caller.
class RandomIo {
 public:
  virtual ~RandomIo() = default;
  [[nodiscard]] virtual std::string name() const = 0;

  /// Errors: those of the system calls and of IoJob::check; kCancelled when stopped. Nothing is
  /// under way any more when it returns.
  [[nodiscard]] virtual Result<IoFigures> Run(Context& context, const IoJob& job) = 0;
};

/// By io_uring, in one thread. Errors: kUnsupported where the kernel has none or forbids it, as
/// many container runtimes do.
[[nodiscard]] Result<std::unique_ptr<RandomIo>> MakeUringIo();

/// By io_submit(2), in one thread. Errors: kUnsupported likewise.
[[nodiscard]] Result<std::unique_ptr<RandomIo>> MakeLibaioIo();

/// By pread(2) and pwrite(2), with as many threads as the queue is deep: every kernel can do it.
[[nodiscard]] std::unique_ptr<RandomIo> MakePsyncIo();

/// The engine that the option "engine" names, or the first of these three that works here. Says in
/// the report's labels which it is. Errors: kInvalidArgument for an unknown name; kUnsupported
/// where the one asked for does not work.
[[nodiscard]] Result<std::unique_ptr<RandomIo>> MakeRandomIo(Context& context);

/// For Descriptor::options.
inline constexpr const char* kEngineOption = "engine";
inline constexpr const char* kEngineHelp =
    "io_uring, libaio or psync; otherwise the first of them that works here";

}  // namespace hypergauge::probes
