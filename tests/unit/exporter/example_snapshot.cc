#include "tests/unit/exporter/example_snapshot.h"

#include <limits>

#include "base/text_format.h"

namespace hypergauge::exporter::testing {
namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

Sample At(const LabelSet& labels, double value, const std::string& suffix = "",
          int64_t expires = 0) {
  return {RenderLabels(labels), value, expires, suffix};
}

void AddFamily(Snapshot& snapshot, const std::string& name, const std::string& help,
               MetricType type, const std::string& unit = "") {
  snapshot.families[name] = {name, help, type, unit};
}

SourceSamples FirstNode() {
  SourceSamples samples;
  samples["hypergauge_cpu_blowfish_seconds"] = {
      At({{"node", "host-1"}, {"threads", "1"}}, 0.123456789, "", kNow + 1),
      At({{"node", "host-1"}, {"threads", "8"}}, 0.1 + 0.2, "", kNow),
  };
  samples["hypergauge_gone_seconds"] = {At({{"node", "host-1"}}, 1, "", kNow - 1)};
  samples["hypergauge_node_info"] = {At({{"node", "host-1"}, {"platform", "metal"}}, 1)};
  samples["hypergauge_runs_total"] = {
      At({{"node", "host-1"}, {"verdict", "clean"}}, 9007199254740992)};
  samples["hypergauge_without_family"] = {At({}, 1)};
  samples["not a name\n{} 1"] = {At({}, 1)};
  return samples;
}

SourceSamples HostileNode() {
  SourceSamples samples;
  samples["hypergauge_cpu_blowfish_seconds"] = {
      At({{"node", "a\"} 1\nhypergauge_forged_total{b=\"\\"}, {"threads", "1"}}, 2.5)};
  samples["hypergauge_node_info"] = {At({{"node", "\xff\xc0\xaf\xed\xa0\x80"},
                                         {"platform", "gr\xc3\xbc\xc3\x9f \xf0\x9f\x98\x80"}},
                                        1),
                                     At({{"node", ""}, {"platform", "\x01|\t\r#{}"}}, 1)};
  samples["hypergauge_runs_total"] = {At({{"node", "wrong suffix"}}, 7, "_created")};
  return samples;
}

SourceSamples Aggregator() {
  SourceSamples samples;
  samples["hypergauge_edge_ratio"] = {
      At({{"case", "denormal"}}, std::numeric_limits<double>::denorm_min()),
      At({{"case", "infinite"}}, kInfinity),
      At({{"case", "large"}}, 1e21),
      At({{"case", "largest"}}, std::numeric_limits<double>::max()),
      At({{"case", "minus infinite"}}, -kInfinity),
      At({{"case", "minus zero"}}, -0.0),
      At({{"case", "not a number"}}, kNaN),
      At({{"case", "small"}}, 1e-9),
      At({{"case", "third"}}, 1.0 / 3),
      At({{"case", "zero"}}, 0),
  };
  samples["hypergauge_rtt_seconds"] = {At({{"quantile", FormatBound(0.5)}}, 0.25),
                                       At({{"quantile", FormatBound(0.99)}}, 1.5),
                                       At({}, 12.75, "_sum"), At({}, 40, "_count")};
  samples["hypergauge_scrape_duration_seconds"] = {
      At({{"le", FormatBound(0.005)}}, 1, "_bucket"), At({{"le", FormatBound(1)}}, 2, "_bucket"),
      At({{"le", FormatBound(kInfinity)}}, 3, "_bucket"), At({}, 7.5, "_sum"), At({}, 3, "_count")};
  samples["hypergauge_thing"] = {At({}, 42)};
  return samples;
}

}  // namespace

Snapshot ExampleSnapshot() {
  Snapshot snapshot;
  AddFamily(snapshot, "hypergauge_cpu_blowfish_seconds", "Time of a batch.", MetricType::kGauge,
            "seconds");
  AddFamily(snapshot, "hypergauge_edge_ratio", "Edges of double.", MetricType::kGauge, "seconds");
  AddFamily(snapshot, "hypergauge_gone_seconds", "All expired.", MetricType::kGauge, "seconds");
  AddFamily(snapshot, "hypergauge_node_info", "A \"quote\", a \\ and a\nline break, \xff.",
            MetricType::kInfo, "info");
  AddFamily(snapshot, "hypergauge_nothing_seconds", "No source has it.", MetricType::kGauge);
  AddFamily(snapshot, "hypergauge_rtt_seconds", "A summary.", MetricType::kSummary, "seconds");
  AddFamily(snapshot, "hypergauge_runs_total", "Runs by verdict.", MetricType::kCounter);
  AddFamily(snapshot, "hypergauge_scrape_duration_seconds", "A histogram.", MetricType::kHistogram,
            "seconds");
  AddFamily(snapshot, "hypergauge_thing", "Nobody knows what it is.", MetricType::kUnknown);
  AddFamily(snapshot, "not a name\n{} 1", "Forged.", MetricType::kGauge);
  for (auto& samples : {FirstNode(), HostileNode(), Aggregator()}) {
    snapshot.sources.push_back(std::make_shared<SourceSamples>(samples));
  }
  return snapshot;
}

}  // namespace hypergauge::exporter::testing
