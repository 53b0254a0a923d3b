#include "probes/runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace hypergauge::probes {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;
using ::testing::ElementsAre;

// A clock that only the benchmark moves.
class HandClock final : public Clock {
 public:
  [[nodiscard]] nanoseconds MonotonicRaw() const override { return now_; }
  [[nodiscard]] nanoseconds Realtime() const override { return nanoseconds(42); }
  void Advance(nanoseconds by) { now_ += by; }

 private:
  nanoseconds now_{};
};

// Returns the given figures one after another, the last one for ever, and takes `each` for each.
class Scripted final : public Benchmark {
 public:
  Scripted(HandClock& clock, std::vector<double> figures, nanoseconds each, uint64_t bytes)
      : clock_(clock), figures_(std::move(figures)), each_(each), bytes_(bytes) {}

  Result<std::vector<double>> Sample(Context& context) override {
    if (bytes_ > context.WriteLeft()) return Fail(ErrorCode::kCeilingReached, "no room left");
    clock_.Advance(each_);
    context.report.bytes_written += bytes_;
    const double figure = figures_[std::min(next_++, figures_.size() - 1)];
    if (figure == kFull) return Fail(ErrorCode::kResourceExhausted, "no space left");
    if (figure == kWrong) return Fail(ErrorCode::kWrongAnswer, "2 + 2 = 5");
    return std::vector<double>{figure};
  }

  static constexpr double kWrong = -7;
  static constexpr double kFull = -8;

 private:
  HandClock& clock_;
  std::vector<double> figures_;
  nanoseconds each_;
  uint64_t bytes_;
  size_t next_ = 0;
};

class RunnerTest : public ::testing::Test {
 protected:
  Outcome Run(std::vector<double> figures, nanoseconds each = milliseconds(200),
              uint64_t bytes = 0) {
    const Entry entry{
        .descriptor =
            {.name = "scripted",
             .category = "cpu",
             .help = "",
             .quantities = {{.family = "scripted_seconds", .unit = "seconds", .help = ""}},
             .resources = {}},
        .make = [&] { return std::make_unique<Scripted>(clock_, figures, each, bytes); }};
    Context context;
    context.clock = &clock_;
    context.stop = &stop_;
    context.max_bytes_written = max_bytes_written_;
    plan_.budget = std::chrono::seconds(2);
    return RunBenchmark(entry, context, plan_);
  }

  HandClock clock_;
  std::atomic<bool> stop_ = false;
  uint64_t max_bytes_written_ = UINT64_MAX;
  Plan plan_;
};

TEST_F(RunnerTest, TheWarmUpIsDroppedAndThreeEqualSamplesAreEnough) {
  const auto outcome = Run({99, 5});
  ASSERT_TRUE(outcome.status.has_value());
  EXPECT_THAT(outcome.figures.at(0).samples, ElementsAre(5, 5, 5));
  EXPECT_EQ(outcome.figures[0].summary.median, 5);
  EXPECT_EQ(outcome.warmups, 1);
  EXPECT_EQ(outcome.wall, milliseconds(800));
  EXPECT_EQ(outcome.started_realtime, nanoseconds(42));
}

TEST_F(RunnerTest, NoisySamplesAreRepeatedUntilTheBudgetEnds) {
  const auto outcome = Run({0, 1, 9, 2, 8, 3, 7, 4, 6, 5, 1, 9});
  EXPECT_EQ(outcome.figures.at(0).samples.size(), 9U);  // 10 x 200 ms, one of them the warm-up
}

TEST_F(RunnerTest, TheLeastNumberOfSamplesIsTakenThoughTheBudgetHasEnded) {
  const auto outcome = Run({0, 1, 9, 2, 8}, std::chrono::seconds(5));
  EXPECT_EQ(outcome.figures.at(0).samples.size(), 3U);
}

TEST_F(RunnerTest, SamplesBelowTheCeilingOfBytesAreKept) {
  max_bytes_written_ = 599;
  const auto outcome = Run({0, 1, 9, 2, 8, 3, 7}, milliseconds(1), 100);
  ASSERT_TRUE(outcome.status.has_value());
  EXPECT_EQ(outcome.figures.at(0).samples.size(), 4U);  // with the warm-up 500 bytes
  EXPECT_FALSE(outcome.preliminary);
}

TEST_F(RunnerTest, FewerSamplesThanAskedForArePreliminary) {
  max_bytes_written_ = 399;
  const auto outcome = Run({0, 1, 9, 2, 8, 3, 7}, milliseconds(1), 100);
  ASSERT_TRUE(outcome.status.has_value());
  EXPECT_EQ(outcome.figures.at(0).samples.size(), 2U);
  EXPECT_TRUE(outcome.preliminary);
}

TEST_F(RunnerTest, AFullDiskIsAFailureAndNoCeiling) {
  const auto outcome = Run({1, 1, Scripted::kFull});
  ASSERT_FALSE(outcome.status.has_value());
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kResourceExhausted);
}

TEST_F(RunnerTest, ACeilingThatAllowsNoSampleMakesTheRunUnsupported) {
  max_bytes_written_ = 199;
  const auto outcome = Run({0, 1, 9}, milliseconds(1), 100);
  ASSERT_FALSE(outcome.status.has_value());
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kUnsupported);
}

TEST_F(RunnerTest, AWrongAnswerIsNeverAFigure) {
  const auto outcome = Run({1, 1, Scripted::kWrong});
  EXPECT_TRUE(outcome.figures.empty());
  ASSERT_FALSE(outcome.status.has_value());
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kWrongAnswer);
}

TEST_F(RunnerTest, AFigureThatIsNoneIsAWrongAnswer) {
  for (const double figure : {std::nan(""), -1.0, HUGE_VAL}) {
    const auto outcome = Run({1, figure});
    ASSERT_FALSE(outcome.status.has_value()) << figure;
    EXPECT_EQ(outcome.status.error().code, ErrorCode::kWrongAnswer);
  }
}

TEST_F(RunnerTest, AStopIsHonouredBeforeTheNextSample) {
  stop_ = true;
  EXPECT_EQ(Run({1}).status.error().code, ErrorCode::kCancelled);
}

}  // namespace
}  // namespace hypergauge::probes
