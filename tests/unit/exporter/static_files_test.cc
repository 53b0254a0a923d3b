#include "exporter/static_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>

#include "tests/unit/exporter/gunzip.h"

namespace hypergauge::exporter {
namespace {

using ::testing::HasSubstr;
using ::testing::Key;
using ::testing::UnorderedElementsAre;

const std::string kScript(2000, 'x');
const std::array<StaticFile, 3> kFiles = {
    {{"index.html", "<!doctype html>"}, {"assets/app-1a2b.js", kScript}, {"icon.svg", "<svg/>"}}};

HttpResponse Answer(const std::string& path, std::map<std::string, std::string> headers = {}) {
  const auto routes = StaticRoutes(kFiles).value();
  return routes.at(path)({.method = "GET", .path = path, .headers = std::move(headers)});
}

std::map<std::string, std::string> HeadersOf(const HttpResponse& response) {
  std::map<std::string, std::string> headers;
  for (const auto& [name, value] : response.headers) {
    EXPECT_TRUE(headers.emplace(name, value).second) << name << " is there twice";
  }
  return headers;
}

TEST(StaticFilesTest, EachFileHasOneRouteAndTheFirstPageTwo) {
  EXPECT_THAT(StaticRoutes(kFiles).value(),
              UnorderedElementsAre(Key("/"), Key("/index.html"), Key("/assets/app-1a2b.js"),
                                   Key("/icon.svg")));
  EXPECT_EQ(Answer("/").body, "<!doctype html>");
  EXPECT_EQ(Answer("/").content_type, "text/html; charset=utf-8");
  EXPECT_EQ(Answer("/assets/app-1a2b.js").content_type, "text/javascript; charset=utf-8");
  EXPECT_EQ(Answer("/icon.svg").content_type, "image/svg+xml");
}

TEST(StaticFilesTest, ABrowserMayRunAndAskNothingElse) {
  for (const char* path : {"/", "/assets/app-1a2b.js", "/icon.svg"}) {
    const auto headers = HeadersOf(Answer(path));
    EXPECT_EQ(headers.at("Content-Security-Policy"),
              "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
              "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
    EXPECT_EQ(headers.at("Referrer-Policy"), "no-referrer");
  }
}

TEST(StaticFilesTest, WhatBearsAHashIsKeptAndTheRestAskedForEachTime) {
  EXPECT_THAT(HeadersOf(Answer("/assets/app-1a2b.js")).at("Cache-Control"), HasSubstr("immutable"));
  EXPECT_EQ(HeadersOf(Answer("/")).at("Cache-Control"), "no-cache");
  const auto etag = HeadersOf(Answer("/")).at("ETag");
  const auto again = Answer("/", {{"if-none-match", etag}});
  EXPECT_EQ(again.status, 304);
  EXPECT_EQ(again.body, "");
  EXPECT_EQ(HeadersOf(again).at("ETag"), etag);
}

TEST(StaticFilesTest, ItIsGzippedForWhoTakesThat) {
  const auto gzipped = Answer("/assets/app-1a2b.js", {{"accept-encoding", "br, gzip"}});
  EXPECT_EQ(HeadersOf(gzipped).at("Content-Encoding"), "gzip");
  EXPECT_EQ(HeadersOf(gzipped).at("Vary"), "Accept-Encoding");
  EXPECT_LT(gzipped.body.size(), 100U);
  EXPECT_EQ(testing::Gunzip(gzipped.body), kScript);
  for (const char* refused : {"", "br", "gzip;q=0"}) {
    EXPECT_EQ(Answer("/assets/app-1a2b.js", {{"accept-encoding", refused}}).body, kScript);
  }
  // What does not get smaller stays as it is.
  EXPECT_FALSE(HeadersOf(Answer("/", {{"accept-encoding", "gzip"}})).contains("Content-Encoding"));
}

TEST(StaticFilesTest, APageWithoutItsFirstFileOrWithAStrangerIsRefused) {
  const std::array<StaticFile, 1> lost = {{{"app.js", ""}}};
  EXPECT_THAT(StaticRoutes(lost).error().message, HasSubstr("no index.html"));
  const std::array<StaticFile, 2> strange = {{{"index.html", ""}, {"page.exe", ""}}};
  EXPECT_THAT(StaticRoutes(strange).error().message, HasSubstr("page.exe"));
}

}  // namespace
}  // namespace hypergauge::exporter
