#include "probes/benchmarks/memory/pointer_ring.h"

#include <gtest/gtest.h>

#include <set>

namespace hypergauge::probes {
namespace {

constexpr size_t kBytes = 64 * 1000;

bool Never() {
  return false;
}
bool Always() {
  return true;
}

const RingNode* FirstOf(const PointerRing& ring) {
  return reinterpret_cast<const RingNode*>(ring.memory().data());
}

TEST(PointerRing, VisitsEveryNodeOnceAndCloses) {
  const auto ring = PointerRing::Make(kBytes, Pages::kDefault, 1, Never);
  ASSERT_TRUE(ring) << ring.error().message;
  ASSERT_EQ(ring->nodes(), 1000U);
  std::set<const RingNode*> visited;
  const RingNode* at = FirstOf(*ring);
  for (size_t i = 0; i < ring->nodes(); ++i) {
    EXPECT_TRUE(visited.insert(at).second) << i;
    at = FollowRing(at, 1);
  }
  EXPECT_EQ(at, FirstOf(*ring));
  EXPECT_TRUE(ring->Walk(Never));
}

TEST(PointerRing, IsInAnotherOrderWithAnotherSeed) {
  const auto order = [](uint64_t seed) {
    const auto ring = PointerRing::Make(kBytes, Pages::kDefault, seed, Never).value();
    std::vector<std::ptrdiff_t> steps;
    for (const RingNode* at = FirstOf(ring); steps.size() < ring.nodes(); at = at->next) {
      steps.push_back(at->next - at);
    }
    return steps;
  };
  EXPECT_EQ(order(1), order(1));
  EXPECT_NE(order(1), order(2));
}

TEST(PointerRing, FailsWithAWalkThatWasLeftOut) {
  const auto ring = PointerRing::Make(kBytes, Pages::kDefault, 1, Never).value();
  const RingNode* first = FirstOf(ring);
  const RingNode* last = FollowRing(first, ring.nodes() - 1);
  EXPECT_TRUE(CheckRing(last, last, first));
  for (const size_t steps : {size_t{0}, size_t{1}, ring.nodes() - 2, ring.nodes()}) {
    const auto checked = CheckRing(FollowRing(first, steps), last, first);
    ASSERT_FALSE(checked) << steps;
    EXPECT_EQ(checked.error().code, ErrorCode::kWrongAnswer);
  }
}

TEST(PointerRing, FailsWhenAShortcutLeavesNodesOut) {
  const auto ring = PointerRing::Make(kBytes, Pages::kDefault, 1, Never).value();
  auto* first = const_cast<RingNode*>(FirstOf(ring));
  first->next = FollowRing(first, 500);
  const auto walked = ring.Walk(Never);
  ASSERT_FALSE(walked);
  EXPECT_EQ(walked.error().code, ErrorCode::kWrongAnswer);
}

TEST(PointerRing, StopsWhileItIsMadeAndWhileItIsWalked) {
  const auto made = PointerRing::Make(kBytes, Pages::kDefault, 1, Always);
  ASSERT_FALSE(made);
  EXPECT_EQ(made.error().code, ErrorCode::kCancelled);
  const auto ring = PointerRing::Make(kBytes, Pages::kDefault, 1, Never).value();
  EXPECT_EQ(ring.Walk(Always).error().code, ErrorCode::kCancelled);
}

}  // namespace
}  // namespace hypergauge::probes
