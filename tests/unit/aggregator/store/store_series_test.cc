// Series and points as histories read them: in a time, page by page.
#include <gtest/gtest.h>

#include <algorithm>
#include <future>

#include "aggregator/store/store.h"
#include "tests/support/messages.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::aggregator {
namespace {

using hypergauge::testing::MakeHello;
using hypergauge::testing::MakeRun;
using hypergauge::testing::TempDir;

constexpr int64_t kSecond = 1'000'000'000;

class StoreSeriesTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto store = Store::Open(folder_.path());
    ASSERT_TRUE(store.has_value()) << store.error().message;
    store_ = std::move(*store);
    store_->PutNode(MakeHello("a"), 42, {});
  }

  // After all that was put before.
  bool Settle() {
    std::promise<bool> done;
    store_->PutLabel("id-a", "a", [&](const Result<void>& put) { done.set_value(!!put); });
    return done.get_future().get();
  }

  TempDir folder_;
  std::unique_ptr<Store> store_;
};

TEST_F(StoreSeriesTest, ANodesSeriesAreThoseWithPointsInTime) {
  for (const char* suite : {"standard", "light"}) {
    auto run = MakeRun("a", suite[0] == 's' ? 1 : 2, 0.5, suite[0] == 's' ? 10 : 20);
    run.set_suite(suite);
    store_->PutRun(run, {});
  }
  store_->PutNode(MakeHello("b"), 42, {});
  store_->PutRun(MakeRun("b", 1, 0.5, 10), {});
  ASSERT_TRUE(Settle());
  const auto suites = [&](int64_t since, int64_t until) {
    std::vector<std::string> found;
    const auto all = store_->SeriesOfNode("id-a", {since, until});
    for (const auto& series : all.value()) {
      found.push_back(series.key.suite);
    }
    return found;
  };
  EXPECT_EQ(suites(0, 100 * kSecond), (std::vector<std::string>{"light", "standard"}));
  EXPECT_EQ(suites(10 * kSecond, 20 * kSecond), (std::vector<std::string>{"standard"}));
  EXPECT_EQ(suites(10 * kSecond + 1, 20 * kSecond + 1), (std::vector<std::string>{"light"}));
  EXPECT_TRUE(suites(21 * kSecond, INT64_MAX).empty());
  EXPECT_TRUE(store_->SeriesOfNode("id-c", {0, INT64_MAX}).value().empty());
}

TEST_F(StoreSeriesTest, MoreSeriesThanAPageAreAllFound) {
  constexpr int kSeries = 2500;
  for (int i = 0; i < kSeries; ++i) {
    auto run = MakeRun("a", static_cast<uint64_t>(i) + 1, 0.5, 10);
    (*run.mutable_labels())["block"] = std::to_string(i);
    store_->PutRun(std::move(run), {});
  }
  ASSERT_TRUE(Settle());
  const auto found = store_->SeriesOfNode("id-a", {0, INT64_MAX}).value();
  ASSERT_EQ(found.size(), size_t{kSeries});
  EXPECT_TRUE(std::is_sorted(found.begin(), found.end(), [](const auto& one, const auto& other) {
    return one.key < other.key;
  }));
}

TEST_F(StoreSeriesTest, PointsAreReadPageByPageEachOnce) {
  constexpr uint64_t kPoints = 12'345;
  // Several in each moment, so that pages end between points of one.
  constexpr uint64_t kAMoment = 7;
  for (uint64_t i = 1; i <= kPoints; ++i) {
    store_->PutRun(MakeRun("a", i, static_cast<double>(i), static_cast<int64_t>(i / kAMoment)), {});
  }
  ASSERT_TRUE(Settle());
  const auto series = store_->AllSeries().value().at(0).id;
  const auto points = store_->Points(series, {0, INT64_MAX}, kPoints + 1).value();
  ASSERT_EQ(points.size(), size_t{kPoints});
  for (uint64_t i = 0; i < kPoints; ++i) EXPECT_EQ(points[i].value, static_cast<double>(i + 1));
  EXPECT_EQ(store_->Points(series, {0, INT64_MAX}, 6000).value().size(), 6000U);
  const auto some = store_->Points(series, {kSecond, 3 * kSecond}, kPoints).value();
  ASSERT_EQ(some.size(), 2 * kAMoment);
  EXPECT_EQ(some.front().value, kAMoment);
  EXPECT_TRUE(store_->Points(series + 1, {0, INT64_MAX}, 10).value().empty());
}

}  // namespace
}  // namespace hypergauge::aggregator
