// Many who ask for heavy comparisons at once.
#include "aggregator/comparison/shared_answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <thread>
#include <vector>

#include "tests/unit/aggregator/records/record_keeping.h"

namespace hypergauge::aggregator {
namespace {

using ::testing::HasSubstr;

class SharedAnswerTest : public ::testing::Test {
 protected:
  Result<SharedAnswer::Made> Ask(const std::string& question) {
    return answers_.Get(question, [this]() -> Result<LiveComparison> {
      ++made_;
      return LiveComparison{};
    });
  }

  HeldClock clock_;
  SharedAnswer answers_{clock_};
  std::atomic<int> made_ = 0;
};

TEST_F(SharedAnswerTest, TheSameQuestionWithinSecondsIsAnsweredAlike) {
  const auto first = Ask("a");
  clock_.now += std::chrono::seconds(9);
  EXPECT_EQ(*Ask("a"), *first);
  EXPECT_EQ(made_, 1);
  clock_.now += std::chrono::seconds(1);
  EXPECT_NE(*Ask("a"), *first);
  EXPECT_EQ(made_, 2);
}

TEST_F(SharedAnswerTest, AnotherQuestionIsNot) {
  const auto first = Ask("a");
  EXPECT_NE(*Ask("b"), *first);
  EXPECT_EQ(made_, 2);
}

TEST_F(SharedAnswerTest, AnErrorIsTriedAgain) {
  const auto failed = answers_.Get(
      "a", []() -> Result<LiveComparison> { return Fail(ErrorCode::kInternal, "no disk"); });
  EXPECT_EQ(failed.error().message, "no disk");
  EXPECT_TRUE(Ask("a").has_value());
}

TEST_F(SharedAnswerTest, OneIsMadeAtATimeAndWhoComesWhileTooManyWaitIsRefused) {
  std::promise<void> gate;
  const auto opened = gate.get_future().share();
  std::atomic<int> under_way = 0;
  std::atomic<int> most_under_way = 0;
  std::atomic<int> refused = 0;
  const auto ask = [&](const std::string& question) {
    const auto answer = answers_.Get(question, [&]() -> Result<LiveComparison> {
      most_under_way = std::max<int>(most_under_way, ++under_way);
      opened.wait();
      --under_way;
      return LiveComparison{};
    });
    if (answer) return;
    EXPECT_EQ(answer.error().code, ErrorCode::kDeadlineExceeded);
    EXPECT_THAT(answer.error().message, HasSubstr("ask again later"));
    // The last one, without which the others would never be let go.
    if (++refused == 3) gate.set_value();
  };
  std::vector<std::thread> asking;
  for (int i = 0; i < SharedAnswer::kMostAsking + 3; ++i) {
    asking.emplace_back(ask, std::to_string(i));
  }
  for (auto& each : asking) each.join();
  EXPECT_EQ(refused, 3);
  EXPECT_EQ(most_under_way, 1);
}

}  // namespace
}  // namespace hypergauge::aggregator
