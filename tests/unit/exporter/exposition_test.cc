#include "exporter/exposition.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <limits>

#include "base/text_format.h"
#include "build_paths.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/exporter/example_snapshot.h"

namespace hypergauge::exporter {
namespace {

using hypergauge::testing::ReadFile;
using testing::ExampleSnapshot;
using testing::kNow;

// The golden files are what was once read line by line and found right. After a wanted change
// HYPERGAUGE_UPDATE_GOLDEN=1 writes them anew; the difference is then to be read in git.
void ExpectGolden(const std::string& name, const std::string& text) {
  const std::string path =
      std::string(HYPERGAUGE_SOURCE_DIR) + "/tests/unit/exporter/testdata/" + name;
  if (std::getenv("HYPERGAUGE_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << text;
  }
  EXPECT_EQ(ReadFile(path), text);
}

Snapshot OneFamily(const Family& family, const std::vector<Sample>& samples) {
  Snapshot snapshot;
  snapshot.families[family.name] = family;
  snapshot.sources.push_back(
      std::make_shared<SourceSamples>(SourceSamples{{family.name, samples}}));
  return snapshot;
}

TEST(Exposition, WritesTheExampleAsText004) {
  ExpectGolden("example.txt", WriteExposition(ExampleSnapshot(), Format::kText004, kNow));
}

TEST(Exposition, WritesTheExampleAsOpenMetrics) {
  ExpectGolden("example.om", WriteExposition(ExampleSnapshot(), Format::kOpenMetrics100, kNow));
}

TEST(Exposition, OfNothingIsEmptyButForTheMarkOfTheEnd) {
  EXPECT_EQ(WriteExposition({}, Format::kText004, kNow), "");
  EXPECT_EQ(WriteExposition({}, Format::kOpenMetrics100, kNow), "# EOF\n");
}

TEST(Exposition, LeavesOutASampleFromTheSecondOfItsExpiry) {
  const auto snapshot =
      OneFamily({"up", "", MetricType::kGauge, ""}, {{"", 1, 100, ""}, {"{a=\"b\"}", 2, 101, ""}});
  EXPECT_EQ(WriteExposition(snapshot, Format::kText004, 99),
            "# TYPE up gauge\nup 1\nup{a=\"b\"} 2\n");
  EXPECT_EQ(WriteExposition(snapshot, Format::kText004, 100), "# TYPE up gauge\nup{a=\"b\"} 2\n");
  EXPECT_EQ(WriteExposition(snapshot, Format::kText004, 101), "");
}

TEST(Exposition, KeepsTheSamplesOfAFamilyTogetherAcrossSources) {
  Snapshot snapshot;
  for (const char* name : {"a", "b"}) snapshot.families[name] = {name, "", MetricType::kGauge, ""};
  for (const char* node : {"x", "y"}) {
    const auto labels = RenderLabels({{"node", node}});
    snapshot.sources.push_back(std::make_shared<SourceSamples>(
        SourceSamples{{"a", {{labels, 1, 0, ""}}}, {"b", {{labels, 2, 0, ""}}}}));
  }
  EXPECT_EQ(WriteExposition(snapshot, Format::kText004, kNow),
            "# TYPE a gauge\na{node=\"x\"} 1\na{node=\"y\"} 1\n"
            "# TYPE b gauge\nb{node=\"x\"} 2\nb{node=\"y\"} 2\n");
}

TEST(Exposition, SkipsEveryFamilyWhoseNameIsNoMetricName) {
  for (const std::string name : {"", "1a", "a-b", "a b", "a\n", "\xc3\xa4", "a\"", "a{"}) {
    const auto snapshot = OneFamily({name, "help", MetricType::kGauge, ""}, {{"", 1, 0, ""}});
    EXPECT_EQ(WriteExposition(snapshot, Format::kText004, kNow), "") << name;
  }
  const auto legal = OneFamily({":a_Z9", "", MetricType::kGauge, ""}, {{"", 1, 0, ""}});
  EXPECT_EQ(WriteExposition(legal, Format::kText004, kNow), "# TYPE :a_Z9 gauge\n:a_Z9 1\n");
}

TEST(Exposition, GivesCountersAndInfosTheirSuffixInOpenMetrics) {
  const auto counter = OneFamily({"hits", "", MetricType::kCounter, ""}, {{"", 1, 0, ""}});
  EXPECT_EQ(WriteExposition(counter, Format::kText004, kNow), "# TYPE hits counter\nhits 1\n");
  EXPECT_EQ(WriteExposition(counter, Format::kOpenMetrics100, kNow),
            "# TYPE hits counter\nhits_total 1\n# EOF\n");
  const auto odd = OneFamily({"_info", "", MetricType::kInfo, ""}, {{"", 1, 0, ""}});
  EXPECT_EQ(WriteExposition(odd, Format::kOpenMetrics100, kNow),
            "# TYPE _info info\n_info_info 1\n# EOF\n");
}

TEST(Exposition, NamesTheUnitOfACounterWithoutItsSuffix) {
  const auto counter =
      OneFamily({"sent_bytes_total", "", MetricType::kCounter, "bytes"}, {{"", 1, 0, ""}});
  EXPECT_EQ(WriteExposition(counter, Format::kOpenMetrics100, kNow),
            "# TYPE sent_bytes counter\n# UNIT sent_bytes bytes\nsent_bytes_total 1\n# EOF\n");
}

TEST(Exposition, WritesBoundsAsFloats) {
  const std::vector<std::pair<double, std::string>> table = {
      {0, "0.0"},      {1, "1.0"},           {0.005, "0.005"},
      {2.5, "2.5"},    {100000, "100000.0"}, {1e6, "1e+06"},
      {1e-5, "1e-05"}, {-3, "-3.0"},         {std::numeric_limits<double>::infinity(), "+Inf"}};
  for (const auto& [bound, text] : table) EXPECT_EQ(FormatBound(bound), text);
}

TEST(Exposition, NamesTheExactContentTypes) {
  EXPECT_EQ(ContentType(Format::kText004), "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_EQ(ContentType(Format::kOpenMetrics100),
            "application/openmetrics-text; version=1.0.0; charset=utf-8");
}

TEST(ListFamiliesTest, CountsWhatIsWrittenNowAndNothingElse) {
  Snapshot snapshot;
  snapshot.families["a"] = {"a", "A", MetricType::kGauge, "bytes"};
  snapshot.families["gone"] = {"gone", "", MetricType::kGauge, ""};
  snapshot.families["h"] = {"h", "", MetricType::kHistogram, ""};
  snapshot.families["not a name"] = {"not a name", "", MetricType::kGauge, ""};
  SourceSamples one;
  one["a"] = {{"{x=\"1\"}", 1}, {"{x=\"2\"}", 2}, {"{x=\"0\"}", 2, 100}, {"", 1, 0, "_bucket"}};
  one["gone"] = {{"", 1, 100}};
  one["unknown"] = {{"", 1}};
  one["not a name"] = {{"", 1}};
  SourceSamples other;
  other["a"] = {{"{x=\"3\"}", 3, 101}};
  other["h"] = {{"", 1, 0, "_sum"}, {"", 1, 0, "_count"}, {"", 1}};
  snapshot.sources = {std::make_shared<const SourceSamples>(one),
                      std::make_shared<const SourceSamples>(other)};
  const auto listed = ListFamilies(snapshot, 100);
  ASSERT_EQ(listed.size(), 2U);
  EXPECT_EQ(listed[0].family.name, "a");
  EXPECT_EQ(listed[0].family.unit, "bytes");
  EXPECT_EQ(listed[0].series, 3U);
  EXPECT_EQ(listed[1].family.name, "h");
  EXPECT_EQ(listed[1].series, 2U);
}

}  // namespace
}  // namespace hypergauge::exporter
