// What the analysis keeps: points of clean runs, levels, regressions, data sets.
#include <gtest/gtest.h>

#include <future>

#include "aggregator/store/database.h"
#include "aggregator/store/regression_table.h"
#include "aggregator/store/series_table.h"
#include "aggregator/store/store.h"
#include "tests/support/messages.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::aggregator {
namespace {

using hypergauge::testing::MakeHello;
using hypergauge::testing::MakeRun;
using hypergauge::testing::TempDir;

class StoreAnalysisTest : public ::testing::Test {
 protected:
  void SetUp() override {
    Reopen();
    store_->PutNode(MakeHello("a"), 42, {});
  }

  void Reopen() {
    store_ = nullptr;
    auto store = Store::Open(folder_.path());
    ASSERT_TRUE(store.has_value()) << store.error().message;
    store_ = std::move(*store);
  }

  bool PutRun(v1::Run run) {
    std::promise<Result<bool>> done;
    store_->PutRun(std::move(run), [&](const Result<bool>& stored) { done.set_value(stored); });
    return done.get_future().get().value_or(false);
  }

  // After all that was put before.
  bool Settle() {
    std::promise<bool> done;
    store_->PutLabel("id-a", "a", [&](const Result<void>& put) { done.set_value(!!put); });
    return done.get_future().get();
  }

  bool Keep(AnalysisRecord record) {
    std::promise<bool> done;
    store_->PutAnalysis(std::move(record), [&](const auto& put) { done.set_value(!!put); });
    return done.get_future().get();
  }

  void Put(AnalysisRecord record) { ASSERT_TRUE(Keep(std::move(record))); }

  void PutMarks(const std::vector<StoredMark>& marks) {
    AnalysisRecord record;
    for (const auto& mark : marks) record.marks[{mark.series, mark.from_unix_nanos}].mark = mark;
    Put(std::move(record));
  }

  void Drop(uint64_t regression) {
    AnalysisRecord record;
    record.dropped.insert(regression);
    Put(std::move(record));
  }

  void Execute(const std::string& sql) {
    ASSERT_TRUE(Settle());
    auto database = Database::Open(folder_.path() / "hypergauge.db", Database::Mode::kReadWrite);
    ASSERT_TRUE(database.has_value() && database->Execute(sql).has_value());
  }

  std::vector<StoredSeries> AllSeries() { return store_->AllSeries().value(); }

  const TempDir folder_;
  std::unique_ptr<Store> store_;
};

TEST_F(StoreAnalysisTest, PointsComeOrderedByTheBeginningOfTheirRuns) {
  for (const int second : {30, 10, 20, 40}) {
    ASSERT_TRUE(PutRun(MakeRun("a", second, second, 1'700'000'000 + second)));
  }
  ASSERT_EQ(AllSeries().size(), 1U);
  const auto id = AllSeries()[0].id;
  const auto last = store_->LastPoints(id, 3).value();
  ASSERT_EQ(last.size(), 3U);
  EXPECT_EQ(last[0].value, 20);
  EXPECT_EQ(last[2].value, 40);
  EXPECT_TRUE(store_->LastPoints(id, 0).value().empty());
  EXPECT_TRUE(store_->LastPoints(id + 1, 3).value().empty());
}

TEST_F(StoreAnalysisTest, OnlyCleanRunsMakePointsAndEachOnce) {
  auto busy = MakeRun("a", 1);
  busy.set_verdict(v1::VERDICT_BUSY);
  ASSERT_TRUE(PutRun(busy));
  EXPECT_TRUE(AllSeries().empty());
  ASSERT_TRUE(PutRun(MakeRun("a", 2)));
  EXPECT_FALSE(PutRun(MakeRun("a", 2)));
  ASSERT_EQ(AllSeries().size(), 1U);
  EXPECT_EQ(store_->LastPoints(AllSeries()[0].id, 9).value().size(), 1U);
}

TEST_F(StoreAnalysisTest, AnotherBuildOrVersionIsAnotherSeries) {
  ASSERT_TRUE(PutRun(MakeRun("a", 1)));
  auto version = MakeRun("a", 2);
  version.set_benchmark_version(version.benchmark_version() + 1);
  ASSERT_TRUE(PutRun(version));
  auto build = MakeRun("a", 3);
  build.mutable_build()->set_bench_sha256(std::string(64, 'b'));
  ASSERT_TRUE(PutRun(build));
  const auto all = AllSeries();
  ASSERT_EQ(all.size(), 3U);
  EXPECT_EQ(all[0].key.labels, all[2].key.labels);
  EXPECT_NE(all[0].key.segment, all[1].key.segment);
  EXPECT_NE(all[0].key.segment, all[2].key.segment);
  const auto segments = store_->Segments(all[1].key).value();
  ASSERT_EQ(segments.size(), 3U);
  EXPECT_EQ(segments[1].series.key, all[1].key);
  auto unknown = all[1].key;
  unknown.suite = "pilot";
  EXPECT_TRUE(store_->Segments(unknown).value().empty());
}

TEST_F(StoreAnalysisTest, ASeriesTellsWhenItsPointsWere) {
  for (const int second : {30, 10, 20}) {
    ASSERT_TRUE(PutRun(MakeRun("a", second, 1, 1'700'000'000 + second)));
  }
  auto other = MakeRun("a", 40, 1, 1'700'000'040);
  other.set_suite("pilot");
  ASSERT_TRUE(PutRun(other));
  const auto spans = store_->AllSpans().value();
  ASSERT_EQ(spans.size(), 2U);
  EXPECT_EQ(spans[0].oldest_unix_nanos, 1'700'000'010'000'000'000);
  EXPECT_EQ(spans[0].newest_unix_nanos, 1'700'000'030'000'000'000);
  EXPECT_EQ(spans[1].oldest_unix_nanos, spans[1].newest_unix_nanos);
  EXPECT_EQ(spans[1].series.key.suite, "pilot");
  ASSERT_EQ(store_->Segments(spans[0].series.key).value().size(), 1U);
}

TEST_F(StoreAnalysisTest, WhatTheMachineMetWithIsNoPartOfTheSeries) {
  auto run = MakeRun("a", 1);
  (*run.mutable_labels())["peer"] = "b";
  (*run.mutable_labels())["clocksource"] = "tsc";
  (*run.mutable_measures(0)->mutable_labels())["stat"] = "p\"50\n";
  const auto key = KeyOf(run, run.measures(0));
  const std::map<std::string, std::string> expected = {
      {"peer", "b"}, {"stat", "p\"50\n"}, {"threads", "1"}};
  EXPECT_EQ(ParseLabels(key.labels).value(), expected);
  (*run.mutable_labels())["clocksource"] = "kvm-clock";
  EXPECT_EQ(KeyOf(run, run.measures(0)), key);
  (*run.mutable_labels())["peer"] = "c";
  EXPECT_NE(KeyOf(run, run.measures(0)), key);
  for (const char* text : {"", "[]", "{\"a\":1}", "{"}) {
    EXPECT_EQ(ParseLabels(text).error().code, ErrorCode::kCorrupt) << text;
  }
}

TEST_F(StoreAnalysisTest, PointsOfRoundsAreTold) {
  auto alone = MakeRun("a", 1, 0.1, 1'700'000'001);
  ASSERT_TRUE(PutRun(alone));
  for (const int pass : {1, 2}) {
    auto run = MakeRun("a", 1 + pass, 0.5, 1'700'000'100 + pass);
    run.set_round(7);
    run.set_round_pass(pass);
    ASSERT_TRUE(PutRun(run));
  }
  const auto id = AllSeries().at(0).id;
  const auto points = store_->RoundPoints(id, 0).value();
  ASSERT_EQ(points.size(), 2U);
  EXPECT_EQ(points[0].round, 7U);
  EXPECT_EQ(points[1].pass, 2U);
  EXPECT_EQ(store_->RoundPoints(id, points[1].at_unix_nanos).value().size(), 1U);
}

TEST_F(StoreAnalysisTest, PointsOfANodeThatLeftStay) {
  ASSERT_TRUE(PutRun(MakeRun("a", 1)));
  store_->PutStanding("id-a", Standing::kRemoved, 43);
  ASSERT_TRUE(Settle());
  Reopen();
  ASSERT_EQ(AllSeries().size(), 1U);
  EXPECT_EQ(store_->LastPoints(AllSeries()[0].id, 9).value().size(), 1U);
}

TEST_F(StoreAnalysisTest, SeriesOfATransactionThatFailedAreMadeAgain) {
  // A run of a node that was never put fails its whole transaction. Whether the good run before it
  // shares that transaction is up to the writer: it is put until it is in.
  ASSERT_TRUE(Settle());  // or the node itself would be part of it
  auto good = MakeRun("a", 1);
  store_->PutRun(good, {});
  std::promise<bool> failed;
  store_->PutRun(MakeRun("nobody", 1), [&](const auto& stored) { failed.set_value(!stored); });
  ASSERT_TRUE(failed.get_future().get());
  PutRun(good);
  ASSERT_TRUE(PutRun(MakeRun("a", 2, 0.5, 1'700'000'060)));
  ASSERT_EQ(AllSeries().size(), 1U);
  EXPECT_EQ(store_->LastPoints(AllSeries()[0].id, 9).value().size(), 2U);
}

TEST_F(StoreAnalysisTest, MarksReplaceThoseOfTheSameBeginning) {
  PutMarks({{3, 300, 0.9, 0.5}, {3, 100, 1, 0.5}, {4, 200, 0, 0}});
  AnalysisRecord record;
  record.marks[{3, 300}].mark = {3, 300, 1.1, 0.7};
  record.marks[{4, 200}].is_dropped = true;
  record.marks[{4, 300}].is_dropped = true;
  Put(std::move(record));
  Reopen();
  const auto marks = store_->Marks().value();
  ASSERT_EQ(marks.size(), 2U);
  EXPECT_EQ(marks[0].from_unix_nanos, 100);
  EXPECT_EQ(marks[1].from_unix_nanos, 300);
  EXPECT_EQ(marks[1].ratio, 1.1);
  EXPECT_EQ(marks[1].accepted, 0.7);
}

v1::Regression MakeRegression(uint64_t id, const std::string& text) {
  v1::Regression regression;
  regression.set_id(id);
  regression.set_text(text);
  return regression;
}

AnalysisRecord Keeping(uint64_t id, const std::string& text, bool is_open, int64_t changed) {
  AnalysisRecord record;
  record.regressions[id] = {MakeRegression(id, text), is_open, changed};
  return record;
}

TEST_F(StoreAnalysisTest, RegressionsAreReplacedByIdAndOpenOnesAlwaysListed) {
  for (uint64_t id = 1; id <= 5; ++id) Put(Keeping(id, "first", id == 1, 100 + int64_t(id)));
  Put(Keeping(2, "second", false, 200));
  Drop(4);
  Reopen();
  const auto open = store_->OpenRegressions().value();
  ASSERT_EQ(open.size(), 1U);
  EXPECT_EQ(open[0].id(), 1U);
  const auto past = store_->PastRegressions({}).value();
  ASSERT_EQ(past.size(), 3U);
  EXPECT_EQ(past[0].id(), 5U);
  EXPECT_EQ(past[2].text(), "second");
  EXPECT_EQ(store_->FindRegression(3).value()->text(), "first");
  EXPECT_FALSE(store_->FindRegression(4).value().has_value());
}

TEST_F(StoreAnalysisTest, OfThePastOnlyWhatIsWantedIsRead) {
  AnalysisRecord record;
  for (uint64_t id = 1; id <= 300; ++id) {
    auto regression = MakeRegression(id, "");
    regression.set_state(id % 2 == 0 ? v1::Regression::STATE_RESOLVED
                                     : v1::Regression::STATE_ACCEPTED);
    regression.set_effect_ratio(id % 3 == 0 ? -0.1 : 0.1);
    regression.set_subject(id % 5 == 0 ? "a" : "b");
    if (id == 1) regression.add_children()->set_node("c");
    record.regressions[id] = {regression, false, int64_t(id)};
  }
  Put(std::move(record));
  const auto resolved = store_->PastRegressions({.states = {v1::Regression::STATE_RESOLVED}});
  EXPECT_EQ(resolved.value().size(), 100U);
  EXPECT_EQ(resolved.value()[0].id(), 298U);
  EXPECT_EQ(store_->PastRegressions({.improvements = true}).value().size(), 300U);
  EXPECT_EQ(store_->PastRegressions({.improvements = true, .limit = 150}).value().size(), 150U);
  const auto of_a = store_->PastRegressions({.nodes = {"a"}, .limit = 30}).value();
  ASSERT_EQ(of_a.size(), 30U);
  EXPECT_EQ(of_a[0].id(), 295U);
  EXPECT_EQ(store_->PastRegressions({.nodes = {"c"}}).value().at(0).id(), 1U);
  EXPECT_TRUE(store_->PastRegressions({.limit = 0}).value().empty());
}

TEST_F(StoreAnalysisTest, AnIdIsNeverGivenTwice) {
  EXPECT_EQ(store_->LastRegression().value(), 0U);
  Put(Keeping(8, "", true, 1));
  Drop(8);
  EXPECT_EQ(store_->LastRegression().value(), 8U);
}

TEST_F(StoreAnalysisTest, TheOldestThatAreOverAreForgotten) {
  AnalysisRecord record;
  for (int64_t id = 1; id <= RegressionTable::kMostOver + 3; ++id) {
    const auto key = static_cast<uint64_t>(id);
    record.regressions[key] = {MakeRegression(key, ""), id == 2, id};
  }
  Put(std::move(record));
  EXPECT_EQ(store_->OpenRegressions().value().at(0).id(), 2U);
  const auto past = store_->PastRegressions({.limit = 20'000}).value();
  ASSERT_EQ(past.size(), uint64_t{RegressionTable::kMostOver});
  EXPECT_EQ(past.back().id(), 4U);
}

TEST_F(StoreAnalysisTest, WhatTheAnalysisCameToIsKeptAsAWholeOrNotAtAll) {
  auto record = Keeping(1, "told", true, 100);
  record.marks[{3, 300}] = {{3, 300, 0.9, 0.5}};
  record.events.emplace_back().set_kind(v1::Event::KIND_REGRESSION_FIRING);
  Execute("ALTER TABLE events RENAME TO elsewhere");
  EXPECT_FALSE(Keep(record));
  EXPECT_FALSE(store_->FindRegression(1).value().has_value());
  EXPECT_TRUE(store_->Marks().value().empty());
  Execute("ALTER TABLE elsewhere RENAME TO events");
  EXPECT_TRUE(Keep(record));
  EXPECT_EQ(store_->FindRegression(1).value()->text(), "told");
  EXPECT_EQ(store_->Marks().value().size(), 1U);
  EXPECT_EQ(store_->Events({}).value().size(), 1U);
}

TEST_F(StoreAnalysisTest, OldSeriesAreForgottenSomeAtATime) {
  for (int version = 1; version <= 5; ++version) {
    auto run = MakeRun("a", version, 0.5, 1'700'000'000 + version);
    run.set_benchmark_version(version);
    ASSERT_TRUE(PutRun(run));
  }
  PutMarks({{1, 300, 0.9, 0.5}, {4, 300, 0.9, 0.5}});
  const auto trim = [&](int64_t after, int64_t since_second) {
    std::promise<int64_t> last;
    store_->TrimSeries(after, 2, since_second * 1'000'000'000,
                       [&](const Result<int64_t>& trimmed) { last.set_value(trimmed.value()); });
    return last.get_future().get();
  };
  EXPECT_EQ(trim(0, 1'700'000'003), 2);
  EXPECT_EQ(AllSeries().size(), 3U);
  EXPECT_TRUE(store_->LastPoints(1, 9).value().empty());
  EXPECT_EQ(store_->Marks().value().size(), 1U);
  EXPECT_EQ(trim(2, 1'700'000'003), 4);
  EXPECT_EQ(trim(4, 1'700'000'003), 0);
  EXPECT_EQ(AllSeries().size(), 3U);
  // What comes back gets another number, and the last one stays, whatever its age.
  auto run = MakeRun("a", 6, 0.5, 1'700'000'006);
  run.set_benchmark_version(1);
  ASSERT_TRUE(PutRun(run));
  EXPECT_EQ(AllSeries().back().id, 6);
  for (int64_t after = 0, i = 0; i == 0 || after > 0; ++i) after = trim(after, 2'000'000'000);
  ASSERT_EQ(AllSeries().size(), 1U);
  EXPECT_EQ(AllSeries()[0].id, 6);
}

TEST_F(StoreAnalysisTest, SeriesOfManyPointsAreForgottenOneAtATime) {
  for (int version = 1; version <= 4; ++version) {
    auto run = MakeRun("a", version, 0.5, 1'700'000'000 + version);
    run.set_benchmark_version(version);
    ASSERT_TRUE(PutRun(run));
  }
  Execute("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < " +
          std::to_string(SeriesTable::kMostTrimmed) +
          ") INSERT INTO points SELECT 2, i, 9, 1, 0, 0 FROM n");
  const auto trim = [&](int64_t after) {
    std::promise<int64_t> last;
    store_->TrimSeries(after, 100, 2'000'000'000'000'000'000,
                       [&](const Result<int64_t>& trimmed) { last.set_value(trimmed.value()); });
    return last.get_future().get();
  };
  EXPECT_EQ(trim(0), 2);
  EXPECT_EQ(AllSeries().size(), 2U);
  EXPECT_EQ(trim(2), 0);
  EXPECT_EQ(AllSeries().size(), 1U);
}

TEST_F(StoreAnalysisTest, MoreDataSetsThanTheMostAreRefusedAndHarmNobodyElse) {
  const auto put = [&](const std::string& name) {
    std::promise<Result<void>> done;
    store_->PutDataset(name, "{}", [&](const Result<void>& stored) { done.set_value(stored); });
    return done.get_future().get();
  };
  for (int i = 0; i < DatasetTable::kMost; ++i) {
    ASSERT_TRUE(put("set-" + std::to_string(i)).has_value());
  }
  const auto refused = put("one-more");
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
  EXPECT_NE(refused.error().message.find("100 data sets"), std::string::npos);
  EXPECT_TRUE(put("set-7").has_value());
  EXPECT_EQ(store_->DatasetNames().value().size(), size_t{DatasetTable::kMost});
}

TEST_F(StoreAnalysisTest, DataSetsAreFoundByNameAndReplaced) {
  store_->PutDataset("b", "{\"b\": 1}");
  store_->PutDataset("a", "{}");
  store_->PutDataset("b", "{\"b\": 2}");
  ASSERT_TRUE(Settle());
  Reopen();
  EXPECT_EQ(store_->DatasetNames().value(), (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(store_->FindDataset("b").value(), "{\"b\": 2}");
  EXPECT_FALSE(store_->FindDataset("c").value().has_value());
}

}  // namespace
}  // namespace hypergauge::aggregator
