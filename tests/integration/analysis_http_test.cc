// What is changed over HTTP, on a real socket: regressions and data sets, and what is refused.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <nlohmann/json.hpp>

#include "aggregator/store/store.h"
#include "tests/support/aggregator_process.h"
#include "tests/support/messages.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr const char* kDataSet =
    R"({"name": "mine", "source": "a test",
        "nodes": [{"node": "h", "role": "host", "platform": "metal"},
                  {"node": "g", "role": "guest", "platform": "kvm"}],
        "results": [{"node": "h", "benchmark": "compile", "unit": "s", "samples": [10]},
                    {"node": "g", "benchmark": "compile", "unit": "s", "samples": [12]}]})";

v1::Regression Firing(uint64_t id) {
  v1::Regression regression;
  regression.set_id(id);
  regression.set_scope(v1::Regression::SCOPE_NODE);
  regression.set_kind(v1::Regression::KIND_STEP);
  regression.set_state(v1::Regression::STATE_FIRING);
  regression.set_subject("a");
  regression.set_subject_node_id("id-a");
  regression.set_benchmark("cpu_blowfish");
  regression.set_suite("light");
  regression.set_family("cpu_blowfish_seconds");
  regression.set_onset_unix_nanos(1'700'000'000'000'000'000);
  regression.set_before(0.5);
  regression.set_after(0.6);
  regression.set_effect_ratio(0.2);
  return regression;
}

// An aggregator whose store has two regressions that fire.
class AnalysisHttpTest : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto folder = (folder_.path() / "store").string();
    {
      auto store = aggregator::Store::Open(folder);
      ASSERT_TRUE(store.has_value()) << store.error().message;
      (*store)->PutNode(MakeHello("a"), 42, {});
      aggregator::AnalysisRecord record;
      for (const uint64_t id : {1, 2}) {
        record.regressions[id] = {.regression = Firing(id), .is_open = true};
      }
      (*store)->PutAnalysis(std::move(record));
    }
    aggregator_ = std::make_unique<AggregatorProcess>(folder);
    ASSERT_TRUE(aggregator_->ready()) << aggregator_->process().output();
  }

  HttpAnswer Post(const std::string& path, const std::string& body,
                  const std::string& content_type = "application/json") {
    return HttpPost(aggregator_->url(path), body, content_type);
  }

  nlohmann::json Done(const std::string& path, const nlohmann::json& body) {
    const auto answer = Post(path, body.dump());
    EXPECT_EQ(answer.status, 200) << answer.body;
    EXPECT_EQ(answer.headers.at("content-type"), "application/json");
    return nlohmann::json::parse(answer.body, nullptr, /*allow_exceptions=*/false);
  }

  // The message of an error with that status and code.
  std::string Refused(const HttpAnswer& answer, int status, const std::string& code) {
    EXPECT_EQ(answer.status, status) << answer.body;
    const auto json = nlohmann::json::parse(answer.body, nullptr, /*allow_exceptions=*/false);
    if (!json.is_object()) return answer.body;
    EXPECT_EQ(json["error"]["code"], code);
    return json["error"]["message"];
  }

  nlohmann::json Get(const std::string& path) {
    const auto answer = HttpGet(aggregator_->url(path));
    EXPECT_EQ(answer.status, 200) << answer.body;
    return nlohmann::json::parse(answer.body, nullptr, /*allow_exceptions=*/false);
  }

  const TempDir folder_;
  std::unique_ptr<AggregatorProcess> aggregator_;
};

TEST_F(AnalysisHttpTest, ARegressionIsAcknowledgedMutedAndAccepted) {
  const auto acknowledged =
      Done("/api/v1/regression/acknowledge", {{"id", "1"}, {"note", "looking"}});
  EXPECT_EQ(acknowledged["state"], "acknowledged");
  EXPECT_EQ(acknowledged["note"], "looking");
  EXPECT_EQ(Get("/api/v1/regression?id=1")["state"], "acknowledged");
  EXPECT_EQ(Done("/api/v1/regression/mute", {{"id", 1}})["state"], "muted");
  EXPECT_EQ(Get("/api/v1/regressions?state=muted")["regressions"].size(), 1U);
  EXPECT_EQ(Done("/api/v1/regression/accept", {{"id", "1"}})["state"], "accepted");
  EXPECT_EQ(Get("/api/v1/regressions")["regressions"].size(), 1U);
  EXPECT_THAT(Refused(Post("/api/v1/regression/accept", R"({"id": 1})"), 409, "unavailable"),
              HasSubstr("regression 1 is over: accepted"));
  EXPECT_EQ(Get("/api/v1/regression?id=2")["state"], "firing");
}

TEST_F(AnalysisHttpTest, WhatIsNoOrderIsRefusedByName) {
  const std::string path = "/api/v1/regression/acknowledge";
  EXPECT_THAT(Refused(Post(path, R"({"id": 7})"), 404, "not_found"),
              HasSubstr("there is no regression 7"));
  for (const char* body : {"", "{", "[]", "7", R"({"id": -1})", R"({"id": "one"})",
                           R"({"id": 1, "colour": "red"})", R"({"id": 1, "note": 7})"}) {
    EXPECT_THAT(Refused(Post(path, body), 400, "invalid_argument"),
                HasSubstr("the body is not this request's JSON"))
        << body;
  }
  EXPECT_THAT(Refused(Post(path, R"({"id": 1, "note": "a\u0007b"})"), 400, "invalid_argument"),
              HasSubstr("note: at most 1024 bytes without control characters"));
  const nlohmann::json long_note = {{"id", 1}, {"note", std::string(1025, 'x')}};
  EXPECT_THAT(Refused(Post(path, long_note.dump()), 400, "invalid_argument"), HasSubstr("note"));
  EXPECT_THAT(Refused(Post(path, R"({"id": 1})", "text/plain"), 415, "unsupported"),
              HasSubstr("Content-Type: application/json"));
  EXPECT_EQ(Get("/api/v1/regression?id=1")["state"], "firing");
}

TEST_F(AnalysisHttpTest, EveryRouteHasItsMethod) {
  for (const char* order : {"acknowledge", "accept", "mute"}) {
    const auto read = HttpGet(aggregator_->url(std::string("/api/v1/regression/") + order));
    EXPECT_EQ(read.status, 405) << order;
    EXPECT_EQ(read.headers.at("allow"), "POST");
  }
  const auto written = Post("/api/v1/regressions", "{}");
  EXPECT_EQ(written.status, 405);
  EXPECT_EQ(written.headers.at("allow"), "GET, HEAD");
  EXPECT_EQ(HttpGet(aggregator_->url("/api/v1/datasets"), {}, "DELETE").status, 405);
  EXPECT_EQ(Post("/api/v1/regression/resolve", "{}").status, 404);
}

TEST_F(AnalysisHttpTest, ABodyAboveTheBoundIsNotRead) {
  const nlohmann::json body = {{"id", 1}, {"note", std::string(1 << 20, 'x')}};
  const auto refused = Post("/api/v1/regression/acknowledge", body.dump());
  EXPECT_EQ(refused.status, 413) << refused.body;
  EXPECT_THAT(refused.body, HasSubstr("larger than 1048576 bytes"));
  EXPECT_EQ(Get("/api/v1/regression?id=1")["state"], "firing");
}

TEST_F(AnalysisHttpTest, ADataSetIsImportedAndCompared) {
  const auto imported = Done("/api/v1/datasets", {{"json", kDataSet}});
  EXPECT_EQ(imported["name"], "mine");
  EXPECT_EQ(imported["replaced"], false);
  EXPECT_THAT(Get("/api/v1/datasets")["names"], ElementsAre("pilot2011", "mine"));
  const auto compared = Get("/api/v1/compare?dataset=mine");
  ASSERT_EQ(compared["overheads"].size(), 1U);
  EXPECT_NEAR(compared["overheads"][0]["ratio"].get<double>(), 1.2, 1e-9);
  EXPECT_EQ(compared["overheads"][0]["answer"], "inconclusive");
  EXPECT_EQ(Done("/api/v1/datasets", {{"json", kDataSet}})["replaced"], true);
}

TEST_F(AnalysisHttpTest, WhatIsNoDataSetIsRefusedAndNoneIsHiddenByAccident) {
  const auto import = [&](const nlohmann::json& body) {
    return Refused(Post("/api/v1/datasets", body.dump()), 400, "invalid_argument");
  };
  EXPECT_THAT(import({{"json", "{"}, {"name", "mine"}}), HasSubstr("JSON"));
  EXPECT_THAT(import({{"json", kDataSet}, {"name", "../etc"}}), HasSubstr("../etc"));
  EXPECT_THAT(import({{"json", kDataSet}, {"name", "pilot2011"}}),
              HasSubstr("\"pilot2011\" is a data set that ships"));
  EXPECT_THAT(Get("/api/v1/datasets")["names"], ElementsAre("pilot2011"));
  const auto taken =
      Done("/api/v1/datasets", {{"json", kDataSet}, {"name", "pilot2011"}, {"replace", true}});
  EXPECT_EQ(taken["replaced"], true);
  EXPECT_EQ(Get("/api/v1/compare?dataset=pilot2011")["source"], "a test");
}

}  // namespace
}  // namespace hypergauge::testing
