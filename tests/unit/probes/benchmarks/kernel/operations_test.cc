#include "probes/benchmarks/kernel/operations.h"

#include <gtest/gtest.h>

#include "tests/unit/probes/benchmarks/run_benchmark.h"

namespace hypergauge::probes {
namespace {

// Each reading is a second after the one before.
class TickingClock final : public Clock {
 public:
  [[nodiscard]] std::chrono::nanoseconds MonotonicRaw() const override {
    return std::chrono::seconds(++readings_);
  }
  [[nodiscard]] std::chrono::nanoseconds Realtime() const override { return {}; }

 private:
  mutable int readings_ = 0;
};

TEST(Operations, AreAllDoneInChunksAndTimedEach) {
  const TickingClock clock;
  auto context = QuickContext(25);
  context.clock = &clock;
  std::vector<int64_t> chunks;
  const auto seconds = SecondsPerOperation(context, 10, [&](int64_t count) -> Result<void> {
    chunks.push_back(count);
    return {};
  });
  ASSERT_TRUE(seconds);
  EXPECT_EQ(chunks, (std::vector<int64_t>{10, 10, 5}));
  EXPECT_DOUBLE_EQ(*seconds, 1.0 / 25);
}

TEST(Operations, StopBetweenTwoChunks) {
  std::atomic<bool> stop = false;
  auto context = QuickContext(1000);
  context.stop = &stop;
  int64_t done = 0;
  const auto seconds = SecondsPerOperation(context, 10, [&](int64_t count) -> Result<void> {
    done += count;
    stop = done >= 50;
    return {};
  });
  ASSERT_FALSE(seconds);
  EXPECT_EQ(seconds.error().code, ErrorCode::kCancelled);
  EXPECT_EQ(done, 50);
}

TEST(Operations, EndWithTheirOwnError) {
  const auto context = QuickContext(10);
  const auto seconds = SecondsPerOperation(
      context, 1, [](int64_t) -> Result<void> { return Fail(ErrorCode::kWrongAnswer, "wrong"); });
  ASSERT_FALSE(seconds);
  EXPECT_EQ(seconds.error().message, "wrong");
}

}  // namespace
}  // namespace hypergauge::probes
