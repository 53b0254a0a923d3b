// Messages as people and their programs read them.
#include "proto/message_json.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "hypergauge/v1/analysis.pb.h"
#include "hypergauge/v1/benchmark.pb.h"
#include "hypergauge/v1/run.pb.h"

namespace hypergauge {
namespace {

nlohmann::json Parsed(const google::protobuf::Message& message) {
  return nlohmann::json::parse(MessageJson(message, JsonStyle::kOneLine).value());
}

TEST(MessageJsonTest, EnumsAreTheWordsOfTheDocumentation) {
  v1::ListRegressionsResponse response;
  auto& regression = *response.add_regressions();
  regression.set_id(1);
  regression.set_state(v1::Regression::STATE_FIRING);
  regression.set_scope(v1::Regression::SCOPE_GUEST_IMAGE);
  const auto json = Parsed(response)["regressions"][0];
  EXPECT_EQ(json["state"], "firing");
  EXPECT_EQ(json["scope"], "guest_image");
  EXPECT_EQ(json["kind"], "unspecified");
  EXPECT_EQ(json["id"], "1");
  EXPECT_EQ(json["effect_ratio"], 0);
}

TEST(MessageJsonTest, SoAreThoseOfListsAndOfMessagesWithin) {
  v1::Run run;
  run.set_verdict(v1::VERDICT_CLEAN);
  run.add_marks(v1::MARK_CACHED);
  run.add_marks(v1::MARK_LOOPBACK);
  const auto json = Parsed(run);
  EXPECT_EQ(json["verdict"], "clean");
  EXPECT_EQ(json["marks"], nlohmann::json::array({"cached", "loopback"}));

  v1::BenchmarkDescriptor benchmark;
  benchmark.add_quantities()->set_direction(v1::DIRECTION_LOWER_IS_BETTER);
  EXPECT_EQ(Parsed(benchmark)["quantities"][0]["direction"], "lower_is_better");
}

TEST(MessageJsonTest, TextsThatLookLikeAnEnumStayAsTheyAre) {
  v1::Regression regression;
  regression.set_note("STATE_FIRING");
  (*regression.mutable_labels())["state"] = "STATE_FIRING";
  const auto json = Parsed(regression);
  EXPECT_EQ(json["note"], "STATE_FIRING");
  EXPECT_EQ(json["labels"]["state"], "STATE_FIRING");
}

TEST(MessageJsonTest, AValueOfANewerReleaseIsItsNumber) {
  v1::Regression regression;
  regression.set_state(static_cast<v1::Regression::State>(99));
  EXPECT_EQ(Parsed(regression)["state"], 99);
}

TEST(MessageJsonTest, FiguresKeepAllTheirDigits) {
  v1::Overhead overhead;
  overhead.set_ratio(1.0 / 3);
  overhead.set_node_median(1e300);
  const auto json = Parsed(overhead);
  EXPECT_EQ(json["ratio"].get<double>(), 1.0 / 3);
  EXPECT_EQ(json["node_median"].get<double>(), 1e300);
  EXPECT_FALSE(json.contains("smallest_detectable"));
}

TEST(MessageJsonTest, OneLineOrManyEndInALineBreak) {
  v1::SteerRegressionRequest request;
  request.set_note("\"ü\"");
  EXPECT_EQ(MessageJson(request, JsonStyle::kOneLine).value(),
            "{\"id\":\"0\",\"note\":\"\\\"ü\\\"\"}\n");
  EXPECT_EQ(MessageJson(request, JsonStyle::kIndented).value(),
            "{\n \"id\": \"0\",\n \"note\": \"\\\"ü\\\"\"\n}\n");
}

}  // namespace
}  // namespace hypergauge
