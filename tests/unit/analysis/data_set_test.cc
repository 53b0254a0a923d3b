#include "aggregator/analysis/data_set.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "aggregator/analysis/shipped_data_sets.h"

namespace hypergauge::analysis {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

DataSet Pilot() {
  auto data = ParseDataSet(*ShippedDataSet("pilot2011"));
  EXPECT_TRUE(data) << data.error().message;
  return *data;
}

std::string Minimal(const std::string& nodes, const std::string& results) {
  return R"({"nodes": [)" + nodes + R"(], "results": [)" + results + "]}";
}

constexpr const char* kMetal = R"({"node": "m", "role": "host", "platform": "metal"})";
constexpr const char* kGuest = R"({"node": "g", "role": "guest", "platform": "kvm"})";

std::string Figures(const std::string& node, const std::string& samples,
                    const std::string& more = "") {
  return R"({"node": ")" + node + R"(", "benchmark": "cpu_pi", "unit": "seconds", "samples": )" +
         samples + more + "}";
}

std::string Two(const std::string& of_metal, const std::string& of_guest) {
  return Minimal(std::string(kMetal) + "," + kGuest, of_metal + "," + of_guest);
}

void ExpectRefused(const std::string& text, const std::string& why) {
  const auto data = ParseDataSet(text);
  ASSERT_FALSE(data) << text;
  EXPECT_EQ(data.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(data.error().message, HasSubstr(why));
}

TEST(DataSetTest, ThePilotShips) {
  EXPECT_THAT(ShippedDataSetNames(), ElementsAre("pilot2011"));
  EXPECT_FALSE(ShippedDataSet("nothing"));
  const auto pilot = Pilot();
  EXPECT_EQ(pilot.name, "pilot2011");
  EXPECT_EQ(pilot.nodes.size(), 9U);
  EXPECT_EQ(pilot.results.size(), 78U);
  EXPECT_EQ(pilot.features.size(), 8U);
  EXPECT_EQ(pilot.conclusions.size(), 8U);
}

// The order and the points that the pilot's description gives.
TEST(DataSetTest, ThePilotHasItsPublishedPoints) {
  const auto scores = PilotScale(PilotTimesOf(Pilot()));
  const std::vector<std::pair<std::string, double>> published = {
      {"metal", 9.00},         {"hyperv", 7.54},
      {"xen", 7.33},           {"vmware-workstation", 7.05},
      {"vmware-server", 6.96}, {"virtualpc", 6.95},
      {"vmware-esx", 6.78},    {"kvm", 5.53},
      {"virtualbox", 0.00}};
  ASSERT_EQ(scores.size(), published.size());
  for (size_t i = 0; i < scores.size(); ++i) {
    EXPECT_EQ(scores[i].platform, published[i].first);
    EXPECT_NEAR(*scores[i].points, published[i].second, 0.005);
  }
}

TEST(DataSetTest, ThePilotsDiskFiguresAreCachedInEveryUnit) {
  int disks = 0;
  for (const auto& each : OverheadsOf(Pilot())) {
    EXPECT_EQ(each.figure.cached, each.figure.benchmark == "disk_dd");
    EXPECT_NE(each.unit, "megabytes per second") << "the same runs in another unit";
    if (each.figure.benchmark == "disk_dd") ++disks;
  }
  EXPECT_EQ(disks, 8);
}

TEST(DataSetTest, GuestsThatBeatBareMetalAreFlagged) {
  for (const auto& each : OverheadsOf(Pilot())) {
    if (each.figure.node != "vcentos9" || each.figure.benchmark != "fpu_raytracing") continue;
    EXPECT_NEAR(each.overhead.ratio, 13.327 / 18.516, 1e-9);
    EXPECT_TRUE(each.overhead.super_native);
    EXPECT_FALSE(each.overhead.interval) << "one sample";
    return;
  }
  FAIL() << "the pilot's ray tracing is missing";
}

TEST(DataSetTest, RatesAreTurnedOver) {
  const auto data = ParseDataSet(Two(Figures("m", "[100]", R"(, "lower_is_better": false)"),
                                     Figures("g", "[50]", R"(, "lower_is_better": false)")));
  ASSERT_TRUE(data) << data.error().message;
  const auto overheads = OverheadsOf(*data);
  ASSERT_EQ(overheads.size(), 1U);
  EXPECT_NEAR(overheads[0].overhead.ratio, 2, 1e-12);
  EXPECT_NEAR(overheads[0].figure.node_logs[0] - overheads[0].figure.baseline_logs[0],
              std::log(2.0), 1e-12);
}

TEST(DataSetTest, AGuestIsComparedInsideItsHardwareGroup) {
  const auto data = ParseDataSet(
      Minimal(R"({"node": "m1", "role": "host", "platform": "metal", "hardware": "old"},)"
              R"({"node": "m2", "role": "host", "platform": "metal", "hardware": "new"},)"
              R"({"node": "g", "role": "guest", "platform": "kvm", "hardware": "new"},)"
              R"({"node": "alone", "role": "guest", "platform": "kvm", "hardware": "odd"})",
              Figures("m1", "[1]") + "," + Figures("m2", "[2]") + "," + Figures("g", "[3]") + "," +
                  Figures("alone", "[4]")));
  ASSERT_TRUE(data) << data.error().message;
  const auto overheads = OverheadsOf(*data);
  ASSERT_EQ(overheads.size(), 1U);
  EXPECT_EQ(overheads[0].baseline, "m2");
  EXPECT_NEAR(overheads[0].overhead.ratio, 1.5, 1e-12);
}

TEST(DataSetTest, SixSamplesASideHaveAnInterval) {
  const auto data = ParseDataSet(
      Two(Figures("m", "[10, 11, 9, 10, 10, 10]"), Figures("g", "[20, 22, 18, 20, 20, 20]")));
  ASSERT_TRUE(data);
  EXPECT_TRUE(OverheadsOf(*data)[0].overhead.interval);
}

TEST(DataSetTest, WhatIsWrongIsNamedByItsPlace) {
  ExpectRefused("", "no JSON at byte");
  ExpectRefused("[]", "the file holds no object");
  ExpectRefused("{}", "nodes is missing");
  ExpectRefused(R"({"nodes": 3})", "nodes is number, not an array");
  ExpectRefused(Minimal("3", ""), "nodes[0] is no object");
  ExpectRefused(Minimal(R"({"node": "m"})", ""), "nodes[0].role is missing");
  ExpectRefused(Minimal(R"({"node": "m", "role": "king", "platform": "p"})", ""),
                "nodes[0].role is \"king\"");
  ExpectRefused(Minimal(R"({"node": "", "role": "host", "platform": "p"})", ""),
                "nodes[0].node is empty");
  ExpectRefused(Minimal(std::string(kMetal) + "," + kMetal, ""),
                "nodes[1].node is \"m\", as an earlier one is");
  ExpectRefused(Minimal(kMetal, ""), "results is empty");
  ExpectRefused(Minimal(kMetal, Figures("x", "[1]")), "results[0].node is \"x\"");
  ExpectRefused(Minimal(kMetal, Figures("m", "[]")), "results[0].samples is empty");
  ExpectRefused(Minimal(kMetal, Figures("m", "[1, \"a\"]")),
                "results[0].samples[1] is string, not a number");
  ExpectRefused(Minimal(kMetal, Figures("m", "[1, 0]")), "results[0].samples[1] is 0");
  ExpectRefused(Minimal(kMetal, Figures("m", "[-1]")), "results[0].samples[0] is -1");
  ExpectRefused(Minimal(kMetal, Figures("m", "[1]") + "," + Figures("m", "[2]")),
                "results[1] gives cpu_pi of \"m\" in seconds a second time");
  ExpectRefused(Minimal(kMetal, Figures("m", "[1]", R"(, "cached": 1)")),
                "results[0].cached is neither true nor false");
  ExpectRefused(R"({"name": "A b", "nodes": []})", "\"A b\" is no name of a data set");
  ExpectRefused(R"({"nodes": [], "results": [], "features": {"kvm": {"x": 1}}})",
                "features.kvm.x is number, not a string");
  ExpectRefused(Minimal(kMetal, Figures("m", "[1e999]")), "number overflow");
  ExpectRefused(std::string(1000, '['), "nested too deep");
}

TEST(DataSetTest, ItsSizeIsLimited) {
  const auto data = ParseDataSet(std::string((1U << 20U) + 1, ' '));
  ASSERT_FALSE(data);
  EXPECT_EQ(data.error().code, ErrorCode::kResourceExhausted);
}

TEST(DataSetTest, TextsHoldNoControlCharacters) {
  const auto data =
      ParseDataSet(Minimal(R"({"node": "m\u001b[31m\n", "role": "host", "platform": "metal"})",
                           R"({"node": "m\u001b[31m\n", "benchmark": "cpu_pi", "unit": "s",)"
                           R"("samples": [1]})"));
  ASSERT_TRUE(data) << data.error().message;
  EXPECT_EQ(data->nodes[0].node, "m [31m");
}

TEST(DataSetTest, NamesAreSmallAndPlain) {
  EXPECT_TRUE(CheckDataSetName("pilot2011"));
  EXPECT_TRUE(CheckDataSetName("a.b_c-d"));
  for (const char* name : {"", "-a", "../x", "A", "a b", "a/b"}) {
    EXPECT_FALSE(CheckDataSetName(name)) << name;
  }
  EXPECT_FALSE(CheckDataSetName(std::string(65, 'a')));
}

TEST(DataSetTest, CategoriesFollowFromNames) {
  EXPECT_EQ(CategoryOf("compile"), "cpu");
  EXPECT_EQ(CategoryOf("fpu_raytracing"), "cpu");
  EXPECT_EQ(CategoryOf("net_ftp"), "network");
  EXPECT_EQ(CategoryOf("frobnicate"), "other");
}

}  // namespace
}  // namespace hypergauge::analysis
