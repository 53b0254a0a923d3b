// What others make of the exposition: prometheus-cpp's own serializer and promtool.
#include <gtest/gtest.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <cmath>
#include <limits>
#include <string>

#include "base/text_format.h"
#include "exporter/exposition.h"
#include "tests/support/process.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/exporter/example_snapshot.h"

namespace hypergauge::exporter {
namespace {

using hypergauge::testing::RunProcess;
using hypergauge::testing::TempDir;

prometheus::ClientMetric Metric(const LabelSet& labels) {
  prometheus::ClientMetric metric;
  for (const auto& [name, value] : labels) metric.label.push_back({name, value});
  return metric;
}

prometheus::MetricFamily Gauges(const std::vector<std::pair<LabelSet, double>>& values) {
  prometheus::MetricFamily family{
      "a_gauge_seconds", "What it is.", prometheus::MetricType::Gauge, {}};
  for (const auto& [labels, value] : values) {
    family.metric.push_back(Metric(labels));
    family.metric.back().gauge.value = value;
  }
  return family;
}

prometheus::MetricFamily HalfSecondHistogram() {
  auto metric = Metric({{"arch", "x"}});
  metric.histogram = {3, 6.25, {{1, 0.5}, {2, 2.5}, {3, std::numeric_limits<double>::infinity()}}};
  return {"b_histogram_seconds", "How long.", prometheus::MetricType::Histogram, {metric}};
}

// Where prometheus-cpp is right: no line breaks in help, no NaN ("Nan"), no more than 16 digits,
// buckets that are no integers, `le` last by name.
TEST(Reference, AgreesWithPrometheusCppWhereThatIsRight) {
  const LabelSet hostile = {{"node", "quote \" backslash \\ line\nbreak"}};
  const auto expected =
      prometheus::TextSerializer().Serialize({Gauges({{{}, 0.25},
                                                      {{{"node", "x"}, {"stat", "p50"}}, 1e-9},
                                                      {hostile, -123456.789},
                                                      {{{"node", "inf"}}, HUGE_VAL}}),
                                              HalfSecondHistogram()});
  Snapshot snapshot;
  snapshot.families["a_gauge_seconds"] = {"a_gauge_seconds", "What it is.", MetricType::kGauge,
                                          "seconds"};
  snapshot.families["b_histogram_seconds"] = {"b_histogram_seconds", "How long.",
                                              MetricType::kHistogram, "seconds"};
  SourceSamples samples;
  samples["a_gauge_seconds"] = {{"", 0.25, 0, ""},
                                {RenderLabels({{"node", "x"}, {"stat", "p50"}}), 1e-9, 0, ""},
                                {RenderLabels(hostile), -123456.789, 0, ""},
                                {RenderLabels({{"node", "inf"}}), HUGE_VAL, 0, ""}};
  const auto bucket = [](double bound) {
    return RenderLabels({{"arch", "x"}, {"le", FormatBound(bound)}});
  };
  samples["b_histogram_seconds"] = {{RenderLabels({{"arch", "x"}}), 3, 0, "_count"},
                                    {RenderLabels({{"arch", "x"}}), 6.25, 0, "_sum"},
                                    {bucket(0.5), 1, 0, "_bucket"},
                                    {bucket(2.5), 2, 0, "_bucket"},
                                    {bucket(HUGE_VAL), 3, 0, "_bucket"}};
  snapshot.sources.push_back(std::make_shared<SourceSamples>(samples));
  EXPECT_EQ(WriteExposition(snapshot, Format::kText004, testing::kNow), expected);
}

// promtool comes with Debian's package prometheus; without it the shell says so and this fails.
TEST(Reference, PromtoolFindsNothingToSayAboutTheExample) {
  const TempDir folder;
  const auto text = WriteExposition(testing::ExampleSnapshot(), Format::kText004, testing::kNow);
  const auto file = folder.Write("metrics", text);
  const auto checked = RunProcess({"sh", "-c", "exec promtool check metrics < \"$0\"", file});
  EXPECT_EQ(checked.output, "");
  EXPECT_EQ(checked.exit_code, 0);
}

}  // namespace
}  // namespace hypergauge::exporter
