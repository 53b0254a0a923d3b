#include "aggregator/analyst/score_samples.h"

#include <set>
#include <string>
#include <utility>

#include "base/text_format.h"

namespace hypergauge::aggregator {
namespace {

constexpr const char* kRatio = "hypergauge_overhead_ratio";
constexpr const char* kLower = "hypergauge_overhead_lower_ratio";
constexpr const char* kUpper = "hypergauge_overhead_upper_ratio";
constexpr const char* kBlocks = "hypergauge_overhead_blocks";
constexpr const char* kDetectable = "hypergauge_overhead_smallest_detectable_change_ratio";
constexpr const char* kSuperNative = "hypergauge_overhead_super_native";
constexpr const char* kScore = "hypergauge_platform_score_ratio";
constexpr const char* kScoreLower = "hypergauge_platform_score_lower_ratio";
constexpr const char* kScoreUpper = "hypergauge_platform_score_upper_ratio";
constexpr const char* kRank = "hypergauge_platform_rank";

// A scrape with a series twice is refused whole.
class Collector {
 public:
  void Add(const char* family, const std::string& labels, double value) {
    if (seen_.insert(family + labels).second) samples_[family].push_back({labels, value, 0, {}});
  }
  exporter::SourceSamples Take() { return std::move(samples_); }

 private:
  exporter::SourceSamples samples_;
  std::set<std::string> seen_;
};

void AddOverhead(const v1::Overhead& overhead, Collector& out) {
  exporter::LabelSet labels(overhead.labels().begin(), overhead.labels().end());
  labels["node"] = overhead.node();
  labels["baseline"] = overhead.baseline();
  labels["pairing"] = overhead.substitute() ? "substitute" : "host";
  labels["platform"] = overhead.platform();
  labels["benchmark"] = overhead.benchmark();
  labels["suite"] = overhead.suite();
  const std::string rendered = RenderLabels(labels);
  out.Add(kRatio, rendered, overhead.ratio());
  out.Add(kBlocks, rendered, overhead.blocks());
  out.Add(kSuperNative, rendered, overhead.super_native() ? 1 : 0);
  if (overhead.upper() > 0) {
    out.Add(kLower, rendered, overhead.lower());
    out.Add(kUpper, rendered, overhead.upper());
  }
  if (overhead.has_smallest_detectable()) {
    out.Add(kDetectable, rendered, overhead.smallest_detectable());
  }
}

void AddScore(const std::string& platform, const std::string& category, const v1::Score& score,
              Collector& out) {
  const std::string rendered = RenderLabels({{"platform", platform}, {"category", category}});
  out.Add(kScore, rendered, score.ratio());
  if (score.upper() <= 0) return;
  out.Add(kScoreLower, rendered, score.lower());
  out.Add(kScoreUpper, rendered, score.upper());
}

}  // namespace

void AddScoreFamilies(exporter::Snapshot& snapshot) {
  const auto add = [&](const char* name, const char* help, const char* unit = "") {
    snapshot.families[name] = {name, help, exporter::MetricType::kGauge, unit};
  };
  add(kRatio, "Time of a guest / time of its baseline, the median of paired blocks", "ratio");
  add(kLower, "Lower end of the 95 % interval of hypergauge_overhead_ratio", "ratio");
  add(kUpper, "Upper end of the 95 % interval of hypergauge_overhead_ratio", "ratio");
  add(kBlocks, "Rounds that hypergauge_overhead_ratio rests on; runs where it is not paired");
  add(kDetectable, "The change of hypergauge_overhead_ratio that so many blocks find", "ratio");
  add(kSuperNative,
      "Whether a guest is more than 5 % faster than its baseline (1): to be reviewed");
  add(kScore,
      "Time on a platform / time on its baseline: geometric mean of a category's benchmarks; "
      "category all: of the categories",
      "ratio");
  add(kScoreLower, "Lower end of the 95 % interval of hypergauge_platform_score_ratio", "ratio");
  add(kScoreUpper, "Upper end of the 95 % interval of hypergauge_platform_score_ratio", "ratio");
  add(kRank, "A platform's place, 1 for the best; equal where intervals overlap");
}

exporter::SourceSamples ScoreSamples(const v1::CompareResponse& compared) {
  Collector out;
  for (const auto& overhead : compared.overheads()) AddOverhead(overhead, out);
  for (const auto& platform : compared.platforms()) {
    for (const auto& [category, score] : platform.categories()) {
      AddScore(platform.platform(), category, score, out);
    }
    if (!platform.has_overall()) continue;
    AddScore(platform.platform(), "all", platform.overall(), out);
    if (platform.rank() > 0) {
      out.Add(kRank, RenderLabels({{"platform", platform.platform()}}), platform.rank());
    }
  }
  return out.Take();
}

}  // namespace hypergauge::aggregator
