#include "probes/benchmarks/network/url.h"

#include <gtest/gtest.h>

namespace hypergauge::probes {
namespace {

TEST(Url, IsAHostAndAPath) {
  const auto url = ParseUrl("http://node1:8080/a/b?c", "http");
  ASSERT_TRUE(url) << url.error().message;
  EXPECT_EQ(url->endpoint, (Endpoint{"node1", 8080}));
  EXPECT_EQ(url->path, "/a/b?c");
}

TEST(Url, HasTheUsualPortWhereNoneIsGiven) {
  EXPECT_EQ(ParseUrl("http://node1", "http")->endpoint, (Endpoint{"node1", 80}));
  EXPECT_EQ(ParseUrl("ftp://node1/x", "ftp")->endpoint, (Endpoint{"node1", 21}));
  EXPECT_EQ(ParseUrl("http://[::1]/x", "http")->endpoint, (Endpoint{"::1", 80}));
  EXPECT_EQ(ParseUrl("http://[::1]:8080/x", "http")->endpoint, (Endpoint{"::1", 8080}));
}

TEST(Url, KeepsThePasswordToItself) {
  const auto url = ParseUrl("ftp://user:p@ss@node1/x", "ftp");
  ASSERT_TRUE(url) << url.error().message;
  EXPECT_EQ(url->user, "user");
  EXPECT_EQ(url->password, "p@ss");
  EXPECT_EQ(ToString(*url), "ftp://node1:21/x");
}

TEST(Url, IsRefusedWhenItIsNone) {
  for (const char* text :
       {"", "node1/x", "https://node1/x", "ftp://node1/x", "http://", "http:///x",
        "http://node1/a b", "http://node1/a\r\nHost: b", "http://node1:x/"}) {
    const auto url = ParseUrl(text, "http");
    ASSERT_FALSE(url) << text;
    EXPECT_EQ(url.error().code, ErrorCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace hypergauge::probes
