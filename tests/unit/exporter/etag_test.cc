#include "exporter/etag.h"

#include <gtest/gtest.h>

namespace hypergauge::exporter {
namespace {

std::string HeaderOf(const HttpResponse& response, const std::string& name) {
  for (const auto& [header, value] : response.headers) {
    if (header == name) return value;
  }
  return {};
}

TEST(EtagTest, OtherBytesHaveAnotherTag) {
  const auto tag = EtagOf("a");
  EXPECT_EQ(tag, EtagOf("a"));
  EXPECT_NE(tag, EtagOf("b"));
  EXPECT_NE(tag, EtagOf(""));
  EXPECT_EQ(tag.size(), 36U);  // W/"", and 16 bytes
}

TEST(EtagTest, AClientSaysWhatItHasInManyWays) {
  const auto has = [](const std::string& header) {
    return HasAlready({.headers = {{"if-none-match", header}}}, "W/\"ab\"");
  };
  for (const char* header :
       {"W/\"ab\"", "\"ab\"", "*", " \"x\" ,\tW/\"ab\" ", "\"x\",\"y\",\"ab\",", ",,\"ab\""}) {
    EXPECT_TRUE(has(header)) << header;
  }
  for (const char* header : {"", "ab", "\"abc\"", "\"\"", "W/", ",", "\"a\", b\""}) {
    EXPECT_FALSE(has(header)) << header;
  }
  EXPECT_FALSE(HasAlready({}, "W/\"ab\""));
}

TEST(EtagTest, AnAnswerThatTheClientHasIsNotSentAgain) {
  std::string body = "one";
  const auto handler = WithEtag([&](const HttpRequest&) { return HttpResponse{.body = body}; });
  const auto first = handler({});
  EXPECT_EQ(first.status, 200);
  EXPECT_EQ(first.body, "one");
  const HttpRequest again{.headers = {{"if-none-match", HeaderOf(first, "ETag")}}};
  const auto second = handler(again);
  EXPECT_EQ(second.status, 304);
  EXPECT_EQ(second.body, "");
  EXPECT_EQ(HeaderOf(second, "ETag"), HeaderOf(first, "ETag"));
  body = "two";
  EXPECT_EQ(handler(again).status, 200);
}

TEST(EtagTest, ErrorsHaveNone) {
  const auto handler =
      WithEtag([](const HttpRequest&) { return HttpResponse{.status = 404, .body = "no"}; });
  const auto answer = handler({.headers = {{"if-none-match", "*"}}});
  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(HeaderOf(answer, "ETag"), "");
}

}  // namespace
}  // namespace hypergauge::exporter
