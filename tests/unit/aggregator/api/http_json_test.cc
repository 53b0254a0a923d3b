#include "aggregator/api/http_json.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "hypergauge/v1/analysis.pb.h"
#include "hypergauge/v1/query.pb.h"

namespace hypergauge::aggregator {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr int64_t kSecond = 1'000'000'000;

Parameters Of(const std::string& query) {
  auto parameters = Parameters::Of({.query = query});
  EXPECT_TRUE(parameters.has_value()) << query;
  return *parameters;
}

int64_t MomentOf(const std::string& text) {
  auto parameters = Of("since=" + text);
  const auto moment = parameters.Moment("since");
  EXPECT_TRUE(parameters.Check().has_value()) << text;
  return moment;
}

TEST(ParametersTest, EachKindIsReadByItsName) {
  auto parameters = Of("node=a&node=b&points=7&all=true&brief=false&suite=light");
  EXPECT_THAT(parameters.All("node"), ElementsAre("a", "b"));
  EXPECT_EQ(parameters.Small("points"), 7U);
  EXPECT_TRUE(parameters.Flag("all"));
  EXPECT_FALSE(parameters.Flag("brief"));
  EXPECT_EQ(parameters.One("suite"), "light");
  EXPECT_TRUE(parameters.Check().has_value());
}

TEST(ParametersTest, WhatIsNotGivenIsNothing) {
  auto parameters = Of("");
  EXPECT_THAT(parameters.All("node"), IsEmpty());
  EXPECT_EQ(parameters.Small("points"), 0U);
  EXPECT_EQ(parameters.Moment("since"), 0);
  EXPECT_FALSE(parameters.Flag("all"));
  EXPECT_EQ(parameters.One("suite"), "");
  EXPECT_TRUE(parameters.Check().has_value());
}

TEST(ParametersTest, MomentsAreAsPrometheusTakesThem) {
  EXPECT_EQ(MomentOf("1764000000"), 1'764'000'000 * kSecond);
  EXPECT_EQ(MomentOf("1764000000.25"), 1'764'000'000 * kSecond + kSecond / 4);
  EXPECT_EQ(MomentOf("1764000000.000000001"), 1'764'000'000 * kSecond + 1);
  EXPECT_EQ(MomentOf("5."), 5 * kSecond);
  EXPECT_EQ(MomentOf("1970-01-01T00:01:00Z"), 60 * kSecond);
  EXPECT_EQ(MomentOf("1970-01-01T00:00:00.125Z"), kSecond / 8);
  EXPECT_EQ(MomentOf("1970-01-01T01:00:01%2B01:00"), kSecond);
  EXPECT_EQ(MomentOf("0"), 1);  // 0 is no moment at all
}

TEST(ParametersTest, WhatIsNoMomentIsRefusedByName) {
  for (const char* text :
       {"-1", "1e9", "now", "4000000001", "99999999999999999999", "1.5e3", "1.-5", ".5", "0x10",
        "2026-12-24", "1969-12-31T23:59:59Z", "NaN", "inf", "1970-01-01T00:00:00Z%00"}) {
    auto parameters = Of(std::string("since=") + text);
    EXPECT_EQ(parameters.Moment("since"), 0) << text;
    const auto checked = parameters.Check();
    ASSERT_FALSE(checked.has_value()) << text;
    EXPECT_EQ(checked.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(checked.error().message, HasSubstr("since: \"")) << text;
  }
}

TEST(ParametersTest, TheFirstThingThatIsWrongIsTold) {
  auto parameters = Of("limit=x&flag=maybe&other=1");
  (void)parameters.Small("limit");
  (void)parameters.Flag("flag");
  EXPECT_EQ(parameters.Check().error().message, "limit: \"x\" is not a number that can be");
  auto unknown = Of("other=1&%1b[31m=2");
  (void)unknown.One("node");
  EXPECT_EQ(unknown.Check().error().message, "there is no parameter \"[31m\"");
  auto twice = Of("suite=a&suite=b");
  (void)twice.One("suite");
  EXPECT_EQ(twice.Check().error().message, "suite: given more than once");
  auto large = Of("limit=4294967296");
  EXPECT_EQ(large.Small("limit"), 0U);
  EXPECT_FALSE(large.Check().has_value());
}

TEST(ParametersTest, WordsOfAnEnumAreItsValues) {
  const auto& states = *v1::Regression::State_descriptor();
  auto parameters = Of("state=firing&state=muted");
  EXPECT_THAT(parameters.Words("state", states, "a state"),
              ElementsAre(v1::Regression::STATE_FIRING, v1::Regression::STATE_MUTED));
  EXPECT_TRUE(parameters.Check().has_value());
  auto wrong = Of("state=on+fire");
  (void)wrong.Words("state", states, "a state");
  EXPECT_EQ(wrong.Check().error().message, "state: \"on fire\" is not a state");
}

TEST(HttpJsonTest, AnErrorHasItsStatusCodeAndMessage) {
  const auto refused = Refuse({ErrorCode::kNotFound, "there is no \"\xff\"\n"});
  EXPECT_EQ(refused.status, 404);
  EXPECT_EQ(refused.content_type, "application/json");
  const auto json = nlohmann::json::parse(refused.body);
  EXPECT_EQ(json["error"]["code"], "not_found");
  EXPECT_EQ(json["error"]["message"], "there is no \"\xef\xbf\xbd\"\n");
  const std::map<ErrorCode, int> statuses = {
      {ErrorCode::kInvalidArgument, 400},   {ErrorCode::kUnavailable, 409},
      {ErrorCode::kResourceExhausted, 413}, {ErrorCode::kUnsupported, 415},
      {ErrorCode::kDeadlineExceeded, 503},  {ErrorCode::kCorrupt, 500},
      {ErrorCode::kInternal, 500}};
  for (const auto& [code, status] : statuses) EXPECT_EQ(Refuse({code, ""}).status, status);
}

TEST(HttpJsonTest, AGetIsAskedOnlyWhatItKnows) {
  int asked = 0;
  const auto handler = Get<v1::ListNodesRequest>(
      [](Parameters& parameters, v1::ListNodesRequest& request) {
        request.set_brief(parameters.Flag("brief"));
      },
      [&asked](const v1::ListNodesRequest& request) -> Result<v1::ListNodesResponse> {
        ++asked;
        v1::ListNodesResponse response;
        if (request.brief()) response.add_nodes();
        return response;
      });
  EXPECT_EQ(nlohmann::json::parse(handler({.query = "brief=true"}).body)["nodes"].size(), 1U);
  EXPECT_EQ(handler({.query = "brief=yes"}).status, 400);
  EXPECT_EQ(handler({.query = "short=true"}).status, 400);
  EXPECT_EQ(handler({.query = "brief=%"}).status, 400);
  EXPECT_EQ(asked, 1);
}

TEST(HttpJsonTest, APostMustSayThatItIsJson) {
  v1::SteerRegressionRequest request;
  EXPECT_EQ(ReadBody({.body = "{}"}, request).error().code, ErrorCode::kUnsupported);
  const std::map<std::string, std::string> json = {
      {"content-type", "application/json; charset=utf-8"}};
  EXPECT_EQ(ReadBody({.headers = json, .body = "{"}, request).error().code,
            ErrorCode::kInvalidArgument);
  ASSERT_TRUE(ReadBody({.headers = json, .body = R"({"id": "3"})"}, request).has_value());
  EXPECT_EQ(request.id(), 3U);
}

}  // namespace
}  // namespace hypergauge::aggregator
