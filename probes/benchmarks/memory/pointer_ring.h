#pragma once

#include <cstdint>
#include <functional>

#include "base/result.h"
#include "probes/benchmarks/memory/mapping.h"

namespace hypergauge::probes {

/// One cache line that knows where to go next.
struct alignas(64) RingNode {
  const RingNode* next = nullptr;
};

/// Walks `steps` nodes on from `from`; each load needs the one before it.
[[nodiscard]] const RingNode* FollowRing(const RingNode* from, size_t steps);

/// All cache lines of a piece of memory as one closed ring in random order, so that no hardware can
/// guess the next one.
class PointerRing {
 public:
  /// `bytes` is a multiple of 64 and at least 128. Errors: kUnsupported without the memory;
  /// kCancelled.
  [[nodiscard]] static Result<PointerRing> Make(size_t bytes, Pages pages, uint64_t seed,
                                                const std::function<bool()>& stopped);

  [[nodiscard]] size_t nodes() const { return memory_.size() / sizeof(RingNode); }
  [[nodiscard]] const Mapping& memory() const { return memory_; }

  /// Once around. Errors: kWrongAnswer, see CheckRing; kCancelled.
  [[nodiscard]] Result<void> Walk(const std::function<bool()>& stopped) const;

 private:
  [[nodiscard]] RingNode* first() const { return reinterpret_cast<RingNode*>(memory_.data()); }

  Mapping memory_;
  const RingNode* last_ = nullptr;
};

/// The answer: one step before the end of a walk through all nodes, `reached` is the one `last`
/// node that leads to `first`. A walk that was left out would be at `first` itself.
/// Errors: kWrongAnswer.
[[nodiscard]] Result<void> CheckRing(const RingNode* reached, const RingNode* last,
                                     const RingNode* first);

}  // namespace hypergauge::probes
