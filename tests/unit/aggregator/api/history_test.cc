#include "aggregator/api/history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "tests/support/messages.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::aggregator {
namespace {

using hypergauge::testing::MakeHello;
using hypergauge::testing::MakeRun;
using ::testing::HasSubstr;

constexpr int64_t kSecond = 1'000'000'000;
constexpr int64_t kDay = 24 * 3600 * kSecond;
constexpr int64_t kBegin = 1'700'000'000;                    // seconds
constexpr int64_t kNow = kBegin * kSecond + kDay - kSecond;  // all runs began in the last day

class HistoryTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto store = Store::Open(folder_.path());
    ASSERT_TRUE(store.has_value()) << store.error().message;
    store_ = std::move(*store);
    for (const char* node : {"a", "b"}) Enroll(MakeHello(node));
  }

  void Enroll(const v1::Hello& hello) {
    store_->PutNode(hello, 42, {});
    fleet_.Connected(hello, kNow);
  }

  v1::Run NextRun(const std::string& node, double median) {
    ++sequence_;
    return MakeRun(node, sequence_, median, kBegin + static_cast<int64_t>(sequence_));
  }

  void Put(v1::Run run) { store_->PutRun(std::move(run), {}); }

  void Measure(const std::string& node, const std::vector<double>& medians) {
    for (const double median : medians) Put(NextRun(node, median));
  }

  Result<v1::GetHistoryResponse> Ask(const v1::GetHistoryRequest& request,
                                     const HistoryLimits& limits = {}) {
    std::promise<void> done;
    store_->PutLabel("id-a", "a", [&](const auto&) { done.set_value(); });
    done.get_future().get();
    return ReadHistory(*store_, fleet_, request, kNow, limits);
  }

  v1::GetHistoryResponse History(const v1::GetHistoryRequest& request,
                                 const HistoryLimits& limits = {}) {
    const auto response = Ask(request, limits);
    EXPECT_TRUE(response.has_value()) << response.error().message;
    return response.value_or(v1::GetHistoryResponse());
  }

  std::string Refused(const v1::GetHistoryRequest& request, ErrorCode code,
                      const HistoryLimits& limits = {}) {
    const auto response = Ask(request, limits);
    EXPECT_FALSE(response.has_value());
    if (response) return {};
    EXPECT_EQ(response.error().code, code);
    return response.error().message;
  }

  testing::TempDir folder_;
  std::unique_ptr<Store> store_;
  Fleet fleet_{std::chrono::minutes(30)};
  uint64_t sequence_ = 0;
};

v1::GetHistoryRequest Of(const std::vector<std::string>& nodes) {
  v1::GetHistoryRequest request;
  for (const auto& node : nodes) request.add_nodes(node);
  return request;
}

TEST_F(HistoryTest, ASeriesHasWhatItIsAndItsPoints) {
  Measure("a", {0.5, 0.6});
  const auto history = History(Of({"a"}));
  EXPECT_EQ(history.until_unix_nanos(), kNow);
  EXPECT_EQ(history.since_unix_nanos(), kNow - kDay);
  ASSERT_EQ(history.series_size(), 1);
  const auto& series = history.series(0);
  EXPECT_EQ(series.node(), "a");
  EXPECT_EQ(series.benchmark(), "cpu_blowfish");
  EXPECT_EQ(series.category(), "cpu");
  EXPECT_EQ(series.suite(), "light");
  EXPECT_EQ(series.family(), "cpu_blowfish_seconds");
  EXPECT_EQ(series.labels().at("threads"), "1");
  EXPECT_EQ(series.unit(), "seconds");
  EXPECT_EQ(series.direction(), v1::DIRECTION_LOWER_IS_BETTER);
  EXPECT_THAT(series.segment(), HasSubstr("1/"));
  ASSERT_EQ(series.points_size(), 2);
  EXPECT_EQ(series.points(0).at_unix_nanos(), (kBegin + 1) * kSecond);
  EXPECT_EQ(series.points(1).value(), 0.6);
  EXPECT_EQ(series.points(1).least(), 0.6);
  EXPECT_EQ(series.points(1).greatest(), 0.6);
  EXPECT_EQ(series.points(1).runs(), 1U);
}

TEST_F(HistoryTest, NodesBenchmarksAndSuitesAreChosen) {
  Measure("b", {1});
  Measure("a", {2});
  auto disk = NextRun("a", 3);
  disk.set_benchmark("disk_x");
  disk.set_suite("standard");
  Put(disk);
  const auto found = [&](v1::GetHistoryRequest request) {
    std::string text;
    const auto history = History(request);
    for (const auto& series : history.series()) {
      text += series.node() + " " + series.benchmark() + ", ";
    }
    return text;
  };
  EXPECT_EQ(found(Of({"b", "a", "b"})), "a cpu_blowfish, a disk_x, b cpu_blowfish, ");
  auto request = Of({"a"});
  request.set_suite("standard");
  EXPECT_EQ(found(request), "a disk_x, ");
  request.add_benchmarks("cpu_blowfish");
  EXPECT_EQ(found(request), "");
}

TEST_F(HistoryTest, OfABenchmarkThePrimaryQuantityIsShownUnlessAllAreAskedFor) {
  auto hello = MakeHello("a");
  auto& tail = *hello.mutable_benchmarks(0)->add_quantities();
  tail = hello.benchmarks(0).quantities(0);
  (*tail.mutable_labels())["stat"] = "p99";
  tail.set_direction(v1::DIRECTION_HIGHER_IS_BETTER);
  Enroll(hello);
  auto run = NextRun("a", 1);
  auto& measure = *run.add_measures();
  measure = run.measures(0);
  (*measure.mutable_labels())["stat"] = "p99";
  measure.set_median(9);
  Put(run);
  auto request = Of({"a"});
  auto history = History(request);
  ASSERT_EQ(history.series_size(), 1);
  EXPECT_EQ(history.series(0).points(0).value(), 1);
  request.set_all_quantities(true);
  history = History(request);
  ASSERT_EQ(history.series_size(), 2);
  EXPECT_EQ(history.series(0).labels().at("stat"), "p99");
  EXPECT_EQ(history.series(0).direction(), v1::DIRECTION_HIGHER_IS_BETTER);
  EXPECT_EQ(history.series(1).direction(), v1::DIRECTION_LOWER_IS_BETTER);
}

TEST_F(HistoryTest, EverySegmentIsThereTheOlderFirst) {
  auto first = NextRun("a", 1);
  first.mutable_build()->set_bench_sha256("zz");
  auto second = NextRun("a", 2);
  second.mutable_build()->set_bench_sha256("aa");
  Put(first);
  Put(second);
  const auto history = History(Of({"a"}));
  ASSERT_EQ(history.series_size(), 2);
  EXPECT_EQ(history.series(0).segment(), "1/zz");
  EXPECT_EQ(history.series(1).segment(), "1/aa");
}

TEST_F(HistoryTest, WhatNoNodeHasAnyMoreIsShownWithoutItsUnit) {
  auto run = NextRun("a", 1);
  run.set_benchmark("gone");
  Put(run);
  const auto history = History(Of({"a"}));
  ASSERT_EQ(history.series_size(), 1);
  EXPECT_EQ(history.series(0).benchmark(), "gone");
  EXPECT_EQ(history.series(0).unit(), "");
  EXPECT_EQ(history.series(0).direction(), v1::DIRECTION_UNSPECIFIED);
}

TEST_F(HistoryTest, TheTimeIsFromSinceUntilBeforeUntil) {
  Measure("a", {1, 2, 3, 4});
  auto request = Of({"a"});
  request.set_since_unix_nanos((kBegin + 2) * kSecond);
  request.set_until_unix_nanos((kBegin + 4) * kSecond);
  const auto history = History(request);
  ASSERT_EQ(history.series(0).points_size(), 2);
  EXPECT_EQ(history.series(0).points(0).value(), 2);
  EXPECT_EQ(history.series(0).points(1).value(), 3);
  request.set_since_unix_nanos(1);
  request.set_until_unix_nanos(2);
  EXPECT_EQ(History(request).series_size(), 0);
}

TEST_F(HistoryTest, NeighboursAreJoinedWhereThereAreTooMany) {
  Measure("a", {5, 1, 3, 10, 20});
  auto request = Of({"a"});
  request.set_max_points(2);
  const auto history = History(request);
  ASSERT_EQ(history.series(0).points_size(), 2);
  const auto& first = history.series(0).points(0);
  EXPECT_EQ(first.runs(), 2U);
  EXPECT_EQ(first.value(), 3);
  EXPECT_EQ(first.least(), 1);
  EXPECT_EQ(first.greatest(), 5);
  const auto& second = history.series(0).points(1);
  EXPECT_EQ(second.at_unix_nanos(), (kBegin + 3) * kSecond);
  EXPECT_EQ(second.runs(), 3U);
  EXPECT_EQ(second.value(), 10);
}

TEST_F(HistoryTest, JoiningLosesNoRun) {
  std::vector<PointInTime> points;
  for (int i = 0; i < 1237; ++i) points.push_back({i, i, static_cast<double>(i)});
  for (const size_t most : {size_t{1}, size_t{2}, size_t{499}, size_t{500}, size_t{1237}}) {
    const auto joined = JoinPoints(points, most);
    ASSERT_EQ(joined.size(), most);
    uint32_t runs = 0;
    for (const auto& point : joined) {
      EXPECT_EQ(point.at_unix_nanos(), static_cast<int64_t>(runs));
      EXPECT_EQ(point.least(), runs);
      runs += point.runs();
      EXPECT_EQ(point.greatest(), runs - 1);
    }
    EXPECT_EQ(runs, points.size());
  }
  EXPECT_TRUE(JoinPoints({}, 5).empty());
}

TEST_F(HistoryTest, SeriesBeyondTheMostAreCountedAndPointsShared) {
  for (int i = 0; i < 7; ++i) {
    for (int k = 0; k < 10; ++k) {
      auto run = NextRun("a", 1);
      (*run.mutable_labels())["block"] = std::to_string(i);
      Put(run);
    }
  }
  const auto history = History(Of({"a"}), {.series = 4, .points = 12});
  EXPECT_EQ(history.left_out(), 3U);
  ASSERT_EQ(history.series_size(), 4);
  for (const auto& series : history.series()) EXPECT_EQ(series.points_size(), 3);
}

TEST_F(HistoryTest, TheWorkForOneAnswerIsBounded) {
  Measure("a", {1, 2, 3});
  Measure("b", {1, 2, 3});
  EXPECT_EQ(History(Of({"a", "b"}), {.points_read = 6}).series_size(), 2);
  EXPECT_THAT(
      Refused(Of({"a", "b"}), ErrorCode::kResourceExhausted, {.points_read = 5}),
      HasSubstr("more than 5 runs would have to be read; ask for fewer nodes or benchmarks"));
}

TEST_F(HistoryTest, WhatCannotBeIsRefusedByName) {
  EXPECT_THAT(Refused(Of({}), ErrorCode::kInvalidArgument), HasSubstr("nodes: 1 to 50"));
  EXPECT_THAT(Refused(Of(std::vector<std::string>(51, "a")), ErrorCode::kInvalidArgument),
              HasSubstr("nodes: 1 to 50"));
  EXPECT_THAT(Refused(Of({"a", "nobody\n\x1b[31m"}), ErrorCode::kNotFound),
              HasSubstr("there is no node \"nobody"));
  auto request = Of({"a"});
  for (int i = 0; i < 101; ++i) request.add_benchmarks("b");
  EXPECT_THAT(Refused(request, ErrorCode::kInvalidArgument), HasSubstr("benchmarks: at most 100"));
  for (const uint32_t points : {1U, 5001U, UINT32_MAX}) {
    request = Of({"a"});
    request.set_max_points(points);
    EXPECT_THAT(Refused(request, ErrorCode::kInvalidArgument), HasSubstr("max_points: 2 to 5000"));
  }
  for (const int64_t moment : {int64_t{-1}, INT64_MIN, INT64_MAX}) {
    request = Of({"a"});
    request.set_since_unix_nanos(moment);
    EXPECT_THAT(Refused(request, ErrorCode::kInvalidArgument), HasSubstr("since: "));
    request = Of({"a"});
    request.set_until_unix_nanos(moment);
    EXPECT_THAT(Refused(request, ErrorCode::kInvalidArgument), HasSubstr("until: "));
  }
  request = Of({"a"});
  request.set_since_unix_nanos(5);
  request.set_until_unix_nanos(5);
  EXPECT_THAT(Refused(request, ErrorCode::kInvalidArgument), HasSubstr("since: must be before"));
  request.set_since_unix_nanos(kNow + 1);
  request.set_until_unix_nanos(0);
  EXPECT_THAT(Refused(request, ErrorCode::kInvalidArgument), HasSubstr("since: must be before"));
}

TEST_F(HistoryTest, ATimeInWhichNothingCanHaveBeenIsAnEmptyHistory) {
  auto request = Of({"a"});
  request.set_until_unix_nanos(1);
  const auto history = History(request);
  EXPECT_EQ(history.since_unix_nanos(), 0);
  EXPECT_EQ(history.until_unix_nanos(), 1);
  EXPECT_EQ(history.series_size(), 0);
}

}  // namespace
}  // namespace hypergauge::aggregator
