#include "exporter/accept.h"

#include <gtest/gtest.h>

#include "exporter/exposition.h"

namespace hypergauge::exporter {
namespace {

TEST(Accept, ReadsAlternativesWithParametersAndWeights) {
  const auto items = ParseAccept(" Text/Plain ; Version=\"0.0.4\";q=0.5 , */*;q=0.1,, a/b");
  ASSERT_EQ(items.size(), 3U);
  EXPECT_EQ(items[0].value, "text/plain");
  EXPECT_EQ(items[0].parameters.at("version"), "0.0.4");
  EXPECT_EQ(items[0].weight, 0.5);
  EXPECT_EQ(items[1].value, "*/*");
  EXPECT_EQ(items[1].weight, 0.1);
  EXPECT_EQ(items[2].weight, 1);
}

TEST(Accept, GivesNoWeightToWhatCannotBeRead) {
  for (const char* header : {"a/b;q=", "a/b;q=x", "a/b;q=2", "a/b;q=-1", "a/b;q=nan", "a/b;q=1x"}) {
    EXPECT_EQ(ParseAccept(header).at(0).weight, 0) << header;
  }
}

TEST(Accept, KeepsSeparatorsInsideOfQuotes) {
  const auto items = ParseAccept("a/b;c=\"d,e;f\", g/h;i=\"");
  ASSERT_EQ(items.size(), 2U);
  EXPECT_EQ(items[0].parameters.at("c"), "d,e;f");
}

TEST(Accept, AllowsGzipOnlyWhereTheClientDoes) {
  for (const char* header : {"gzip", "deflate, gzip;q=1.0, *;q=0.5", "*", "GZIP", "x-gzip",
                             "br;q=1.0, gzip;q=0.001", "identity;q=0, gzip"}) {
    EXPECT_TRUE(AcceptsGzip(header)) << header;
  }
  for (const char* header :
       {"", "identity", "gzip;q=0", "gzip; q=0.000, *", "*;q=0", "deflate, br", "gzipped"}) {
    EXPECT_FALSE(AcceptsGzip(header)) << header;
  }
}

TEST(Negotiation, AnswersEveryClientInItsFormat) {
  const std::pair<const char*, Format> table[] = {
      {"", Format::kText004},
      {"*/*", Format::kText004},
      {"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8", Format::kText004},
      {"text/plain", Format::kText004},
      {"text/plain;version=0.0.4", Format::kText004},
      {"application/openmetrics-text", Format::kOpenMetrics100},
      {"application/openmetrics-text; version=1.0.0", Format::kOpenMetrics100},
      {"application/openmetrics-text; version=\"1.0.0\"", Format::kOpenMetrics100},
      {"APPLICATION/OpenMetrics-Text;VERSION=1.0.0", Format::kOpenMetrics100},
      {"application/openmetrics-text; version=0.0.1", Format::kText004},
      {"application/openmetrics-text; version=2.0.0, */*;q=0.1", Format::kText004},
      {"application/openmetrics-text;q=0", Format::kText004},
      {"application/openmetrics-text;version=1.0.0;q=0.3,text/plain;q=0.4", Format::kText004},
      {"application/openmetrics-text;version=1.0.0;q=0.4,text/plain;q=0.4",
       Format::kOpenMetrics100},
      {"application/openmetrics-text;version=1.0.0;q=0.4,text/*;q=0.5,text/plain;q=0.1",
       Format::kOpenMetrics100},
      {"application/vnd.google.protobuf;proto=io.prometheus.client.MetricFamily", Format::kText004},
      {";;;,,,q=1;=;\"", Format::kText004},
      // Prometheus 2.42
      {"application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;"
       "q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1",
       Format::kOpenMetrics100},
      // Prometheus 3
      {"application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,application/"
       "openmetrics-text;version=0.0.1;q=0.4,text/plain;version=1.0.0;escaping=allow-utf-8;q=0.3,"
       "text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
       Format::kOpenMetrics100},
      // Prometheus 3 with fallback to the text format alone
      {"text/plain;version=0.0.4;q=0.5,*/*;q=0.1", Format::kText004},
  };
  for (const auto& [accept, format] : table) EXPECT_EQ(NegotiateFormat(accept), format) << accept;
}

}  // namespace
}  // namespace hypergauge::exporter
