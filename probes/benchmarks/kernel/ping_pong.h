#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <utility>

#include "base/result.h"
#include "probes/benchmarks/network/forked_process.h"

namespace hypergauge::probes {

/// One end of a pipe, closed with its owner.
class PipeEnd {
 public:
  PipeEnd() = default;
  explicit PipeEnd(int descriptor) : descriptor_(descriptor) {}
  PipeEnd(PipeEnd&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  PipeEnd& operator=(PipeEnd&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
  }
  PipeEnd(const PipeEnd&) = delete;
  PipeEnd& operator=(const PipeEnd&) = delete;
  ~PipeEnd();

  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  int descriptor_ = -1;
};

/// The answer to a sequence byte: another one than was sent, so that nobody hears himself.
[[nodiscard]] constexpr uint8_t AnswerTo(uint8_t sequence) {
  return static_cast<uint8_t>(~sequence);
}

/// What the other process does: reads one byte from `in` and writes its answer to `out`, until the
/// other side closes or a byte comes that does not follow the last one.
void AnswerInSequence(int in, int out);

/// Two processes that wake each other: this one and a forked one, a byte at a time through a pipe
/// each way. Processes and not threads, so that a switch changes the address space too.
class PingPong {
 public:
  using Answerer = std::function<void(int in, int out)>;

  /// Starts the other process on `cpu` only. It is killed with the object.
  [[nodiscard]] static Result<PingPong> Start(int cpu, const Answerer& answer = AnswerInSequence);

  PingPong() = default;

  /// Sends the next `count` sequence bytes, each when the one before was answered.
  /// Errors: kWrongAnswer for another answer, kUnavailable when the other process has ended.
  [[nodiscard]] Result<void> RoundTrips(int64_t count);

  /// What the other process has waited for its CPU so far.
  [[nodiscard]] std::chrono::nanoseconds OtherWaited() const;

  [[nodiscard]] pid_t other() const { return other_.id(); }

 private:
  PipeEnd to_;
  PipeEnd from_;
  ForkedProcess other_;  // last: ends first
  uint8_t sequence_ = 0;
};

}  // namespace hypergauge::probes
