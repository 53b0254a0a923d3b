#include "aggregator/analyst/noise_samples.h"

#include <set>
#include <string>

#include "aggregator/store/series_key.h"
#include "base/text_format.h"

namespace hypergauge::aggregator {
namespace {

constexpr const char* kFloor = "hypergauge_series_noise_floor_ratio";
constexpr const char* kDetectable = "hypergauge_series_smallest_detectable_change_ratio";

}  // namespace

void AddNoiseFamilies(exporter::Snapshot& snapshot) {
  const auto add = [&](const char* name, const char* help) {
    snapshot.families[name] = {name, help, exporter::MetricType::kGauge, "ratio"};
  };
  add(kFloor,
      "Standard deviation of a benchmark's primary figure over clean runs since its level changed "
      "last / that level, spikes clipped");
  add(kDetectable,
      "Change of a benchmark's primary figure that is suspected within 20 runs with 80 % power; no "
      "less than analysis.min_effect");
}

exporter::SourceSamples NoiseSamples(const std::vector<analysis::SeriesNoise>& series,
                                     const NodeLabels& label_of) {
  exporter::SourceSamples samples;
  std::set<std::string> seen;  // a scrape with a series twice is refused whole
  for (const auto& each : series) {
    const auto node = label_of(each.node);
    if (node.empty()) continue;
    exporter::LabelSet labels;
    // The engine only hands back what it was given.
    if (const auto own = ParseLabels(each.labels)) labels.insert(own->begin(), own->end());
    labels["node"] = node;
    labels["benchmark"] = each.benchmark;
    labels["suite"] = each.suite;
    labels["family"] = each.family;
    const auto rendered = RenderLabels(labels);
    if (!seen.insert(rendered).second) continue;
    samples[kFloor].push_back({rendered, each.floor, 0, {}});
    samples[kDetectable].push_back({rendered, each.smallest_step, 0, {}});
  }
  return samples;
}

}  // namespace hypergauge::aggregator
