// The routes that there are against those that docs/openapi.json describes.
#include "aggregator/api/api_routes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "build_paths.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/aggregator/analyst/analyst_harness.h"

namespace hypergauge::aggregator {
namespace {

using ::testing::ContainerEq;
using ::testing::HasSubstr;

class ApiRoutesTest : public AnalystTest {
 protected:
  void SetUp() override {
    AnalystTest::SetUp();
    catalogue_ = std::move(*Catalogue::Open(""));
    query_ = std::make_unique<QueryApi>(QueryApi::Sources{.fleet = fleet_,
                                                          .store = *store_,
                                                          .steering = orders_,
                                                          .analyst = *analyst_,
                                                          .catalogue = *catalogue_,
                                                          .clock = clock_,
                                                          .version = "1"});
    analysis_ = std::make_unique<AnalysisApi>(*analyst_, scoreboard_, comparison_, *store_);
    routes_ = AllApiRoutes({.query = *query_,
                            .analysis = *analysis_,
                            .collect =
                                [this] {
                                  exporter::Snapshot snapshot;
                                  metrics_.CollectInto(snapshot);
                                  return snapshot;
                                },
                            .description = description_,
                            .clock = clock_});
  }

  exporter::HttpResponse Get(const std::string& path, const std::string& query = "",
                             const std::string& etag = "") {
    exporter::HttpRequest request{.method = "GET", .path = path, .query = query};
    if (!etag.empty()) request.headers["if-none-match"] = etag;
    return routes_.at(path)(request);
  }

  const std::string description_ = testing::ReadFile(HYPERGAUGE_SOURCE_DIR "/docs/openapi.json");
  std::unique_ptr<Catalogue> catalogue_;
  std::unique_ptr<QueryApi> query_;
  FleetComparison comparison_{*store_, fleet_, clock_, {}};
  Scoreboard scoreboard_{comparison_, clock_, metrics_};
  std::unique_ptr<AnalysisApi> analysis_;
  ApiRoutes routes_;
};

std::string EtagIn(const exporter::HttpResponse& response) {
  for (const auto& [name, value] : response.headers) {
    if (name == "ETag") return value;
  }
  return {};
}

TEST_F(ApiRoutesTest, TheDescriptionHasEveryRouteAndNoOther) {
  std::set<std::string> described;
  const auto description = nlohmann::json::parse(description_);
  for (const auto& [path, methods] : description["paths"].items()) {
    for (const auto& [method, operation] : methods.items()) {
      described.insert(method == "get" ? path : "POST " + path);
    }
  }
  std::set<std::string> served;
  for (const auto& [key, handler] : routes_) served.insert(key);
  EXPECT_THAT(served, ContainerEq(described));
  EXPECT_EQ(Get("/api/v1/openapi.json").body, description_);
}

TEST_F(ApiRoutesTest, WhatTheClientHasIsNotSentAgain) {
  for (const char* path : {"/api/v1/nodes", "/api/v1/catalogue", "/api/v1/openapi.json"}) {
    const auto first = Get(path);
    ASSERT_EQ(first.status, 200) << path;
    const auto again = Get(path, "", EtagIn(first));
    EXPECT_EQ(again.status, 304) << path;
    EXPECT_EQ(again.body, "");
  }
  const auto before = EtagIn(Get("/api/v1/nodes"));
  fleet_.Connected(testing::MakeHello("b"), 1);
  EXPECT_EQ(Get("/api/v1/nodes", "", before).status, 200);
}

TEST_F(ApiRoutesTest, ParametersBecomeTheRequest) {
  fleet_.Connected(testing::MakeHello("b"), 1);
  const auto nodes = nlohmann::json::parse(Get("/api/v1/nodes", "node=b&brief=true").body)["nodes"];
  ASSERT_EQ(nodes.size(), 1U);
  EXPECT_EQ(nodes[0]["label"], "b");
  EXPECT_THAT(Get("/api/v1/nodes", "node=c").body, HasSubstr("node: there is no node"));
  EXPECT_EQ(Get("/api/v1/nodes", "node=c").status, 404);
  EXPECT_EQ(Get("/api/v1/runs").status, 400);
  EXPECT_EQ(Get("/api/v1/runs", "node=c").status, 404);
  EXPECT_EQ(Get("/api/v1/runs", "node=b").status, 200);
  EXPECT_EQ(Get("/api/v1/events", "kind=node_enrolled&since=1&limit=5").status, 200);
  EXPECT_THAT(Get("/api/v1/events", "kind=unspecified").body, HasSubstr("is not a kind of event"));
  EXPECT_EQ(Get("/api/v1/epochs", "node=b").status, 200);
  EXPECT_EQ(Get("/api/v1/schedule", "host=b&since=1").status, 200);
  const auto history = nlohmann::json::parse(
      Get("/api/v1/history", "node=b&since=5&until=1970-01-01T00:00:07.5Z&points=2&all=true").body);
  EXPECT_EQ(history["since_unix_nanos"], "5000000000");
  EXPECT_EQ(history["until_unix_nanos"], "7500000000");
  EXPECT_EQ(Get("/api/v1/compare", "since=x").status, 400);
  for (const auto& [key, handler] : routes_) {
    if (!key.starts_with('/') || key == "/api/v1/openapi.json") continue;
    EXPECT_THAT(Get(key, "colour=red").body, HasSubstr("\"error\"")) << key;
  }
}

TEST_F(ApiRoutesTest, MetricsAreToldWithoutTheirValues) {
  metrics_.AddGauge("hypergauge_some_bytes", "Some <bytes>\n").Set(5);
  const auto families = nlohmann::json::parse(Get("/api/v1/metrics").body)["families"];
  const auto found = std::find_if(families.begin(), families.end(), [](const auto& family) {
    return family["name"] == "hypergauge_some_bytes";
  });
  ASSERT_NE(found, families.end());
  EXPECT_EQ(*found, nlohmann::json({{"name", "hypergauge_some_bytes"},
                                    {"type", "gauge"},
                                    {"help", "Some <bytes>\n"},
                                    {"unit", "bytes"},
                                    {"series", 1}}));
}

}  // namespace
}  // namespace hypergauge::aggregator
