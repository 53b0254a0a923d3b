#include "exporter/landing_page.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hypergauge::exporter {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(LandingPage, NamesTheProgramItsVersionAndTheLinksInOrder) {
  const auto page = LandingPage(
      "1.2.3", {{"/metrics", "Metrics", "For Prometheus."}, {"/-/healthy", "Healthy", ""}})({});
  EXPECT_EQ(page.content_type, "text/html; charset=utf-8");
  EXPECT_THAT(page.body, HasSubstr("<title>hypergauge</title>"));
  EXPECT_THAT(page.body, HasSubstr("Version 1.2.3"));
  EXPECT_THAT(page.body, HasSubstr("<a href=\"/metrics\">Metrics</a>"));
  EXPECT_LT(page.body.find("/metrics"), page.body.find("/-/healthy"));
}

TEST(LandingPage, RequestsNothingFromAnywhere) {
  const auto page = LandingPage("1", {{"/metrics", "Metrics", ""}})({});
  for (const char* word : {"http:", "https:", "src=", "<script", "<link", "url(", "@import"}) {
    EXPECT_THAT(page.body, Not(HasSubstr(word)));
  }
}

TEST(LandingPage, EscapesWhatItIsGiven) {
  const auto page = LandingPage("<1>", {{"/\"&", "a<b", "c>d"}})({});
  EXPECT_THAT(page.body, HasSubstr("Version &lt;1&gt;"));
  EXPECT_THAT(page.body, HasSubstr("<a href=\"/&quot;&amp;\">a&lt;b</a></dt>\n<dd>c&gt;d</dd>"));
}

}  // namespace
}  // namespace hypergauge::exporter
