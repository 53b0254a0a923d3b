#include "cli/history_pages.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

namespace hypergauge::cli {
namespace {

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kDay = 86'400 * kSecond;

// Answers as an aggregator does that has a run every `every` nanoseconds from `begin` to `end`.
class FakeAggregator {
 public:
  FakeAggregator(int64_t begin, int64_t end, int64_t every)
      : begin_(begin), end_(end), every_(every) {}

  Result<v1::GetHistoryResponse> Answer(const v1::GetHistoryRequest& request) {
    ++questions_;
    const int64_t since = std::max(request.since_unix_nanos(), begin_);
    const int64_t until = std::min(request.until_unix_nanos(), end_);
    v1::GetHistoryResponse answer;
    std::vector<int64_t> runs;
    for (int64_t at = begin_ + (since - begin_ + every_ - 1) / every_ * every_; at < until;
         at += every_) {
      if (runs.size() > kMostRead) return Fail(ErrorCode::kResourceExhausted, "too many");
      runs.push_back(at);
    }
    if (runs.empty()) return answer;
    auto& series = *answer.add_series();
    const auto joined = (runs.size() + request.max_points() - 1) / request.max_points();
    for (size_t i = 0; i < runs.size(); i += joined) {
      auto& point = *series.add_points();
      point.set_at_unix_nanos(runs[i]);
      point.set_runs(static_cast<uint32_t>(std::min(joined, runs.size() - i)));
    }
    return answer;
  }

  [[nodiscard]] int questions() const { return questions_; }

 private:
  static constexpr size_t kMostRead = 50'000;
  const int64_t begin_;
  const int64_t end_;
  const int64_t every_;
  int questions_ = 0;
};

std::vector<int64_t> ReadAll(FakeAggregator& aggregator, int64_t since, int64_t until) {
  v1::GetHistoryRequest request;
  request.set_since_unix_nanos(since);
  request.set_until_unix_nanos(until);
  std::vector<int64_t> moments;
  int64_t last = since;
  const auto read = ReadWholeHistory(
      request, [&](const auto& asked) { return aggregator.Answer(asked); },
      [&](const v1::GetHistoryResponse& page, int64_t up_to) -> Result<void> {
        EXPECT_GT(up_to, last);
        last = up_to;
        for (const auto& series : page.series()) {
          for (const auto& point : series.points()) {
            EXPECT_EQ(point.runs(), 1U);
            moments.push_back(point.at_unix_nanos());
          }
        }
        return {};
      });
  EXPECT_TRUE(read.has_value()) << read.error().message;
  EXPECT_EQ(last, until);
  return moments;
}

TEST(ReadWholeHistoryTest, EveryRunComesOnceAndInOrder) {
  // A run a minute for ninety days: far more than a page holds.
  FakeAggregator aggregator(10 * kDay, 100 * kDay, 60 * kSecond);
  const auto moments = ReadAll(aggregator, 1, 120 * kDay);
  ASSERT_EQ(moments.size(), 90U * 24 * 60);
  for (size_t i = 1; i < moments.size(); ++i) ASSERT_EQ(moments[i] - moments[i - 1], 60 * kSecond);
  EXPECT_LT(aggregator.questions(), 200);
}

TEST(ReadWholeHistoryTest, LongSilenceIsPassedQuickly) {
  FakeAggregator aggregator(20'000 * kDay, 20'001 * kDay, 3600 * kSecond);
  EXPECT_EQ(ReadAll(aggregator, 1, 20'001 * kDay).size(), 24U);
  EXPECT_LT(aggregator.questions(), 100);
}

TEST(ReadWholeHistoryTest, MoreSeriesThanAnAnswerHoldsAreReadInShorterPieces) {
  v1::GetHistoryRequest request;
  request.set_since_unix_nanos(1);
  request.set_until_unix_nanos(kDay);
  int pages = 0;
  const auto read = ReadWholeHistory(
      request,
      [](const v1::GetHistoryRequest& asked) -> Result<v1::GetHistoryResponse> {
        v1::GetHistoryResponse answer;
        const int64_t span = asked.until_unix_nanos() - asked.since_unix_nanos();
        answer.set_left_out(span > kDay / 3 ? 7 : 0);
        return answer;
      },
      [&](const v1::GetHistoryResponse& page, int64_t) -> Result<void> {
        EXPECT_EQ(page.left_out(), 0U);
        ++pages;
        return {};
      });
  EXPECT_TRUE(read.has_value());
  EXPECT_GE(pages, 4);
}

TEST(ReadWholeHistoryTest, OtherErrorsEndIt) {
  v1::GetHistoryRequest request;
  request.set_since_unix_nanos(1);
  request.set_until_unix_nanos(kDay);
  const auto never = [](const v1::GetHistoryResponse&, int64_t) -> Result<void> { return {}; };
  EXPECT_EQ(ReadWholeHistory(
                request,
                [](const auto&) -> Result<v1::GetHistoryResponse> {
                  return Fail(ErrorCode::kNotFound, "no such node");
                },
                never)
                .error()
                .code,
            ErrorCode::kNotFound);
  // However short it is asked for: this one does not end for ever.
  EXPECT_EQ(ReadWholeHistory(
                request,
                [](const auto&) -> Result<v1::GetHistoryResponse> {
                  v1::GetHistoryResponse answer;
                  answer.set_left_out(1);
                  return answer;
                },
                never)
                .error()
                .code,
            ErrorCode::kResourceExhausted);
}

}  // namespace
}  // namespace hypergauge::cli
