#include "probes/benchmarks/memory/pointer_ring.h"

#include <algorithm>
#include <numeric>
#include <random>
#include <vector>

#include "probes/benchmark.h"

namespace hypergauge::probes {
namespace {

constexpr size_t kStepsBetweenLooks = 1U << 16U;  // at the wish to stop: some 10 ms

// Sattolo's shuffle: a permutation that is one cycle through all elements.
std::vector<uint32_t> OneCycle(size_t size, uint64_t seed) {
  std::vector<uint32_t> next(size);
  std::iota(next.begin(), next.end(), 0U);
  std::mt19937_64 random(seed);
  for (size_t i = size - 1; i > 0; --i) std::swap(next[i], next[random() % i]);
  return next;
}

tl::unexpected<Error> Cancelled() {
  return Fail(ErrorCode::kCancelled, "stopped inside a walk through memory");
}

}  // namespace

[[gnu::noinline]] const RingNode* FollowRing(const RingNode* from, size_t steps) {
  for (size_t i = 0; i < steps; ++i) {
    from = from->next;
    DoNotOptimize(from);
  }
  return from;
}

Result<void> CheckRing(const RingNode* reached, const RingNode* last, const RingNode* first) {
  if (reached == last && reached->next == first) return {};
  return Fail(ErrorCode::kWrongAnswer, "the walk through memory did not end where its ring closes");
}

Result<PointerRing> PointerRing::Make(size_t bytes, Pages pages, uint64_t seed,
                                      const std::function<bool()>& stopped) {
  PointerRing ring;
  auto memory = Mapping::Make(bytes, pages);
  if (!memory) return tl::unexpected(memory.error());
  ring.memory_ = std::move(*memory);
  const auto next = OneCycle(ring.nodes(), seed);
  RingNode* nodes = ring.first();
  for (size_t i = 0; i < next.size(); ++i) {
    if (i % kStepsBetweenLooks == 0 && stopped()) return Cancelled();
    nodes[i].next = nodes + next[i];
    if (next[i] == 0) ring.last_ = nodes + i;
  }
  return ring;
}

Result<void> PointerRing::Walk(const std::function<bool()>& stopped) const {
  const RingNode* at = first();
  for (size_t left = nodes() - 1; left > 0;) {
    if (stopped()) return Cancelled();
    const size_t part = std::min(left, kStepsBetweenLooks);
    at = FollowRing(at, part);
    left -= part;
  }
  return CheckRing(at, last_, first());
}

}  // namespace hypergauge::probes
