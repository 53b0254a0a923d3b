#include "aggregator/api/query_api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/aggregator/analyst/analyst_harness.h"

namespace hypergauge::aggregator {
namespace {

using ::testing::HasSubstr;

class QueryApiTest : public AnalystTest {
 protected:
  void SetUp() override {
    AnalystTest::SetUp();
    catalogue_ = std::move(*Catalogue::Open(""));
    api_ = std::make_unique<QueryApi>(QueryApi::Sources{.fleet = fleet_,
                                                        .store = *store_,
                                                        .steering = orders_,
                                                        .analyst = *analyst_,
                                                        .catalogue = *catalogue_,
                                                        .clock = clock_,
                                                        .version = "1.2.3"});
  }

  std::unique_ptr<Catalogue> catalogue_;
  std::unique_ptr<QueryApi> api_;
};

TEST_F(QueryApiTest, TheStatusTellsWhatIsHeld) {
  const auto started = clock_.Realtime().count();
  fleet_.Connected(testing::MakeHello("b"), started);
  fleet_.Disconnected("id-b", started);
  clock_.now += std::chrono::seconds(5);
  const auto status = api_->GetStatus({}).value();
  EXPECT_EQ(status.version(), "1.2.3");
  EXPECT_EQ(status.started_unix_nanos(), started);
  EXPECT_EQ(status.now_unix_nanos(), started + 5'000'000'000);
  EXPECT_EQ(status.nodes(), 2U);
  EXPECT_EQ(status.connected(), 1U);
  EXPECT_GT(status.store_bytes(), 0U);
  EXPECT_EQ(status.open_regressions(), 0U);
}

TEST_F(QueryApiTest, RegressionsThatFireOrAreLookedAfterAreOpen) {
  AnalysisRecord record;
  for (const auto state : {v1::Regression::STATE_FIRING, v1::Regression::STATE_ACKNOWLEDGED,
                           v1::Regression::STATE_MUTED, v1::Regression::STATE_SUSPECT}) {
    v1::Regression regression;
    regression.set_id(record.regressions.size() + 1);
    regression.set_scope(v1::Regression::SCOPE_NODE);
    regression.set_kind(v1::Regression::KIND_STEP);
    regression.set_state(state);
    regression.set_subject("a");
    regression.set_subject_node_id("id-a");
    regression.set_benchmark("cpu_blowfish");
    record.regressions[regression.id()] = {.regression = regression, .is_open = true};
  }
  store_->PutAnalysis(std::move(record));
  Flush();
  Restart();
  QueryApiTest::SetUp();
  EXPECT_EQ(api_->GetStatus({})->open_regressions(), 2U);
}

TEST_F(QueryApiTest, NodesAreListedByLabelAndStrangersNotFound) {
  v1::ListNodesRequest request;
  EXPECT_EQ(api_->ListNodes(request)->nodes_size(), 1);
  request.add_nodes("a");
  EXPECT_EQ(api_->ListNodes(request)->nodes(0).label(), "a");
  request.add_nodes("nobody");
  const auto refused = api_->ListNodes(request);
  EXPECT_EQ(refused.error().code, ErrorCode::kNotFound);
  EXPECT_EQ(refused.error().message, "node: there is no node \"nobody\"");
}

TEST_F(QueryApiTest, NamesWithoutEndAreRefused) {
  v1::ListNodesRequest nodes;
  v1::ListLatestRunsRequest runs;
  v1::ListEventsRequest events;
  v1::ListEventsRequest kinds;
  for (int i = 0; i < 1001; ++i) {
    nodes.add_nodes("a");
    runs.add_nodes("a");
    events.add_nodes("a");
    kinds.add_kinds(v1::Event::KIND_NODE_ENROLLED);
  }
  EXPECT_EQ(api_->ListNodes(nodes).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(api_->ListLatestRuns(runs).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(api_->ListEvents(events).error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(api_->ListEvents(kinds).error().message, HasSubstr("kind: at most 1000"));
}

TEST_F(QueryApiTest, RunsOfANodeThatIsNotListedAreNone) {
  Give(0.5);
  fleet_.Record(testing::MakeRun("a", 1, 0.5));
  v1::ListLatestRunsRequest request;
  request.add_nodes("a");
  request.add_nodes("nobody");
  ASSERT_EQ(api_->ListLatestRuns(request)->latest_size(), 1);
  EXPECT_EQ(api_->ListLatestRuns(request)->latest(0).node(), "a");
  EXPECT_TRUE(api_->CheckListed(request.nodes()).error().code == ErrorCode::kNotFound);
}

TEST_F(QueryApiTest, TheHistoryIsThatOfTheStoreUntilNow) {
  Give(0.5, std::chrono::hours(1));
  Give(0.5, std::chrono::hours(25));
  v1::GetHistoryRequest request;
  request.add_nodes("a");
  const auto history = api_->GetHistory(request).value();
  EXPECT_EQ(history.until_unix_nanos(), clock_.Realtime().count());
  ASSERT_EQ(history.series_size(), 1);
  EXPECT_EQ(history.series(0).points_size(), 1);
}

TEST_F(QueryApiTest, AHostThatNobodyKnowsHasNoSchedule) {
  v1::GetScheduleRequest request;
  request.add_hosts("a");
  EXPECT_TRUE(api_->GetSchedule(request).has_value());  // it is there, and has no turns yet
  request.add_hosts("nobody");
  EXPECT_EQ(api_->GetSchedule(request).error().message, "hosts: there is no host \"nobody\"");
  request.set_since_unix_nanos(-1);
  EXPECT_EQ(api_->GetSchedule(request).error().code, ErrorCode::kInvalidArgument);
}

TEST_F(QueryApiTest, EpochsAreThoseOfAListedNode) {
  v1::ListEpochsRequest request;
  request.set_node("a");
  EXPECT_TRUE(api_->ListEpochs(request).has_value());
  request.set_node("");
  EXPECT_EQ(api_->ListEpochs(request).error().code, ErrorCode::kNotFound);
}

TEST_F(QueryApiTest, TheCatalogueIsWhatShips) {
  EXPECT_EQ(api_->GetCatalogue({})->products_size(), 8);
}

}  // namespace
}  // namespace hypergauge::aggregator
