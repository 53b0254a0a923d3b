// What a page or a script asks over HTTP, on a real socket and a real store.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "build_paths.h"
#include "tests/support/aggregator_process.h"
#include "tests/support/filled_store.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::testing {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

int64_t Now() {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return std::chrono::floor<std::chrono::seconds>(now).count();
}

// As a browser's encodeURIComponent.
std::string Escaped(const std::string& text) {
  constexpr const char* kDigits = "0123456789ABCDEF";
  std::string escaped;
  for (const unsigned char byte : text) {
    escaped += '%';
    escaped += kDigits[byte >> 4U];
    escaped += kDigits[byte & 0xfU];
  }
  return escaped;
}

class QueryHttpTest : public ::testing::Test {
 protected:
  void SetUp() override {
    FillStore(folder_.path() / "store", Now());
    aggregator_ = std::make_unique<AggregatorProcess>(
        (folder_.path() / "store").string(),
        std::vector<std::string>{"--catalogue.file", catalogue_.string()});
    ASSERT_TRUE(aggregator_->ready()) << aggregator_->process().output();
  }

  HttpAnswer Ask(const std::string& path, const std::vector<std::string>& headers = {}) {
    return HttpGet(aggregator_->url(path), headers);
  }

  nlohmann::json Get(const std::string& path) {
    const auto answer = Ask(path);
    EXPECT_EQ(answer.status, 200) << path << ": " << answer.body;
    EXPECT_EQ(answer.headers.at("content-type"), "application/json");
    return nlohmann::json::parse(answer.body, nullptr, /*allow_exceptions=*/false);
  }

  // The message of an error with that status.
  std::string Refused(const std::string& path, int status) {
    const auto answer = Ask(path);
    EXPECT_EQ(answer.status, status) << path << ": " << answer.body;
    const auto json = nlohmann::json::parse(answer.body, nullptr, /*allow_exceptions=*/false);
    return json.is_object() ? json["error"]["message"].get<std::string>() : answer.body;
  }

  const TempDir folder_;
  const std::filesystem::path catalogue_ = folder_.Write("catalogue.yml", "notes: [one]\n");
  std::unique_ptr<AggregatorProcess> aggregator_;
};

TEST_F(QueryHttpTest, AHostileNameComesBackAsItWent) {
  const auto name = HostileName();
  const auto nodes = Get("/api/v1/nodes?brief=true&node=" + Escaped(name))["nodes"];
  ASSERT_EQ(nodes.size(), 1U);
  EXPECT_EQ(nodes[0]["label"], name);
  EXPECT_EQ(nodes[0]["platform"]["name"], "<b>xen</b>");
  const auto history = Get("/api/v1/history?node=" + Escaped(name))["series"];
  ASSERT_EQ(history.size(), 1U);
  EXPECT_EQ(history[0]["node"], name);
  EXPECT_EQ(Get("/api/v1/runs?node=" + Escaped(name))["latest"][0]["node"], name);
  // A browser that shows it as a page would run nothing all the same.
  EXPECT_EQ(Ask("/api/v1/nodes").headers.at("x-content-type-options"), "nosniff");
}

TEST_F(QueryHttpTest, TheHistoryOfAGuestIsThere) {
  const auto history = Get("/api/v1/history?node=guest-1&node=host-1&points=10");
  ASSERT_EQ(history["series"].size(), 2U);
  const auto& guest = history["series"][0];
  EXPECT_EQ(guest["node"], "guest-1");
  EXPECT_EQ(guest["unit"], "seconds");
  EXPECT_EQ(guest["direction"], "lower_is_better");
  EXPECT_EQ(guest["points"].size(), 10U);
  int runs = 0;
  for (const auto& point : guest["points"]) {
    runs += point["runs"].get<int>();
    EXPECT_LE(point["least"], point["value"]);
    EXPECT_GE(point["greatest"], point["value"]);
  }
  EXPECT_EQ(runs, 40);  // 20 rounds, before and after the turn
  EXPECT_EQ(history["left_out"], 0);
}

TEST_F(QueryHttpTest, WhatIsNotThereIsNotFoundByName) {
  EXPECT_THAT(Refused("/api/v1/history?node=nobody", 404), HasSubstr("no node \"nobody\""));
  EXPECT_THAT(Refused("/api/v1/nodes?node=nobody", 404), HasSubstr("no node \"nobody\""));
  EXPECT_THAT(Refused("/api/v1/runs?node=nobody", 404), HasSubstr("no node \"nobody\""));
  EXPECT_THAT(Refused("/api/v1/epochs?node=" + std::string(5000, 'x'), 404), HasSubstr("xxx"));
  EXPECT_THAT(Refused("/api/v1/schedule?host=nobody", 404), HasSubstr("no host \"nobody\""));
  EXPECT_THAT(Refused("/api/v1/regression?id=99", 404), HasSubstr("no regression 99"));
}

TEST_F(QueryHttpTest, AbsurdRangesAreRefusedByTheirParameter) {
  const std::string history = "/api/v1/history?node=guest-1&";
  EXPECT_THAT(Refused(history + "since=9&until=8", 400), HasSubstr("since: must be before until"));
  EXPECT_THAT(Refused(history + "since=2090-01-01T00:00:00Z", 400), HasSubstr("since: "));
  EXPECT_THAT(Refused(history + "until=-5", 400), HasSubstr("until: \"-5\" is not a time"));
  EXPECT_THAT(Refused(history + "until=1e300", 400), HasSubstr("until: "));
  EXPECT_THAT(Refused(history + "since=99999-01-01T00:00:00Z", 400), HasSubstr("since: "));
  EXPECT_THAT(Refused(history + "points=1", 400), HasSubstr("points: 2 to 5000"));
  EXPECT_THAT(Refused(history + "points=99999999999", 400), HasSubstr("points: "));
  EXPECT_THAT(Refused("/api/v1/history", 400), HasSubstr("nodes: 1 to 50"));
  EXPECT_THAT(Refused("/api/v1/compare?since=yesterday", 400), HasSubstr("since: \"yesterday\""));
  EXPECT_EQ(Get(history + "since=0&until=2095-12-31T23:59:59Z")["series"].size(), 1U);
}

TEST_F(QueryHttpTest, ParametersWithoutEndAreRefused) {
  std::string many;
  for (int i = 0; i < 1001; ++i) many += "node=a&";
  EXPECT_THAT(Refused("/api/v1/nodes?" + many, 400), HasSubstr("more than 1000 parameters"));
  std::string nodes;
  for (int i = 0; i < 51; ++i) nodes += "node=guest-1&";
  EXPECT_THAT(Refused("/api/v1/history?" + nodes, 400), HasSubstr("nodes: 1 to 50"));
  EXPECT_THAT(Refused("/api/v1/nodes?node=%ff", 400), HasSubstr("not UTF-8"));
}

TEST_F(QueryHttpTest, EventsAreChosenByKindAndTime) {
  const auto events = Get("/api/v1/events?kind=environment_changed&node=guest-1")["events"];
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(events[0]["new_value"], "<b>6.2</b>\n");
  EXPECT_EQ(Get("/api/v1/events?since=2095-01-01T00:00:00.5Z")["events"].size(), 0U);
  EXPECT_THAT(Refused("/api/v1/events?kind=party", 400), HasSubstr("kind: \"party\""));
}

TEST_F(QueryHttpTest, TheStatusCountsWhatIsOpen) {
  const auto status = Get("/api/v1/status");
  EXPECT_EQ(status["nodes"], 3);
  EXPECT_EQ(status["connected"], 0);
  EXPECT_EQ(status["open_regressions"], 3);
}

TEST_F(QueryHttpTest, AChangedCatalogueIsServedWithoutARestart) {
  EXPECT_THAT(Get("/api/v1/catalogue")["notes"], Contains("one"));
  (void)folder_.Write("catalogue.yml", "notes: [another]\n");
  EXPECT_THAT(Get("/api/v1/catalogue")["notes"], Contains("another"));
  (void)folder_.Write("catalogue.yml", "notes: [another]\ncolour: red\n");
  const auto notes = Get("/api/v1/catalogue")["notes"];
  EXPECT_THAT(notes, Contains("another"));
  EXPECT_THAT(notes.back().get<std::string>(), HasSubstr("catalogue.yml:2:1: unknown key"));
}

TEST_F(QueryHttpTest, ThePageIsServedForBrowsersAndNobodyElse) {
  const auto page = Ask("/");
  EXPECT_EQ(page.status, 200);
  EXPECT_EQ(page.body, ReadFile(HYPERGAUGE_SOURCE_DIR "/dashboards/web/dist/index.html"));
  EXPECT_THAT(page.headers.at("content-security-policy"), HasSubstr("default-src 'none'"));
  EXPECT_EQ(page.headers.at("x-content-type-options"), "nosniff");
  EXPECT_EQ(page.headers.at("referrer-policy"), "no-referrer");
  EXPECT_EQ(page.headers.at("cache-control"), "no-cache");
  EXPECT_EQ(Ask("/", {"If-None-Match: " + page.headers.at("etag")}).status, 304);
  const auto head = HttpGet(aggregator_->url("/"), {}, "HEAD");
  EXPECT_EQ(head.status, 200);
  EXPECT_EQ(head.body, "");
  EXPECT_EQ(head.headers.at("content-length"), std::to_string(page.body.size()));
  const auto begin = page.body.find("assets/");
  ASSERT_NE(begin, std::string::npos) << page.body;
  const auto asset = Ask("/" + page.body.substr(begin, page.body.find('"', begin) - begin),
                         {"Accept-Encoding: gzip"});
  EXPECT_EQ(asset.status, 200);
  EXPECT_EQ(asset.headers.at("cache-control"), "public, max-age=31536000, immutable");
  for (const char* path : {"/../etc/passwd", "/assets/../../etc/passwd", "/assets/", "/assets",
                           "/index.htm", "/..%2f..%2fetc%2fpasswd"}) {
    const auto answer = Ask(path);
    EXPECT_EQ(answer.status, 404) << path;
    EXPECT_THAT(answer.body, Not(HasSubstr("root:"))) << path;
  }
}

}  // namespace
}  // namespace hypergauge::testing
