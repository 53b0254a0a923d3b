// Figures as a data set that `hypergauge import` takes: of each benchmark on each node one series,
// that of the newest segment with the most runs, and of many runs some, spread evenly.
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <tuple>
#include <utility>
#include <vector>

#include "cli/export_writer.h"
#include "cli/words.h"

namespace hypergauge::cli {
namespace {

using Json = nlohmann::ordered_json;

// Of a result: more make an interval hardly narrower, and comparing them takes long.
constexpr size_t kMostSamples = 50;
constexpr size_t kMostBytes = size_t{1} << 20U;  // of what import takes

struct Figures {
  v1::HistorySeries like;  // without points
  int64_t last_unix_nanos = 0;
  std::vector<double> samples;
};

class DatasetWriter : public ExportWriter {
 public:
  DatasetWriter(std::string name, std::ostream& out) : name_(std::move(name)), out_(out) {}

  void Add(const v1::Node& node, const v1::HistorySeries& series) override {
    if (series.unit().empty()) return;  // nobody knows any more what it was
    const auto key =
        std::tuple(series.family(), LabelsText(series.labels()), series.suite(), series.segment());
    auto& figures = benchmarks_[{series.node(), series.benchmark()}][key];
    figures.like = series;
    figures.like.clear_points();
    for (const auto& point : series.points()) {
      figures.last_unix_nanos = point.at_unix_nanos();
      if (std::isfinite(point.value()) && point.value() > 0) {
        figures.samples.push_back(point.value());
      }
    }
    nodes_[series.node()] = NodeJson(node, series.node());
  }

  Result<std::string> Finish() override {
    Json json;
    json["name"] = name_;
    json["source"] = "runs of a fleet, exported by hypergauge";
    json["nodes"] = Json::array();
    json["results"] = Json::array();
    size_t thinned = 0;
    for (const auto& [name, node] : nodes_) json["nodes"].push_back(node);
    for (const auto& [key, candidates] : benchmarks_) {
      const auto* best = BestOf(candidates);
      if (best == nullptr) continue;
      json["results"].push_back(ResultJson(*best));
      if (best->samples.size() > kMostSamples) ++thinned;
    }
    if (json["results"].empty()) {
      return Fail(ErrorCode::kNotFound, "no clean runs in this time: there is nothing to export");
    }
    const std::string text = json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
    if (text.size() > kMostBytes) {
      return Fail(ErrorCode::kResourceExhausted,
                  "the data set has " + std::to_string(text.size()) + " bytes, import takes " +
                      std::to_string(kMostBytes) +
                      "; ask for fewer nodes or benchmarks, or a shorter time");
    }
    out_ << text;
    if (thinned == 0) return std::string();
    return std::to_string(thinned) + " results have " + std::to_string(kMostSamples) +
           " of their runs, spread evenly: other forms of export have all";
  }

 private:
  using Candidates =
      std::map<std::tuple<std::string, std::string, std::string, std::string>, Figures>;

  static Json NodeJson(const v1::Node& node, const std::string& label) {
    Json json;
    json["node"] = label;
    json["role"] = EnumWord(v1::Role_Name(node.role()), "ROLE_");
    json["platform"] = node.platform().name();
    if (!node.placement().host().empty()) json["host"] = node.placement().host();
    return json;
  }

  static std::vector<double> Thinned(const std::vector<double>& samples) {
    if (samples.size() <= kMostSamples) return samples;
    std::vector<double> kept;
    for (size_t i = 0; i < kMostSamples; ++i) {
      kept.push_back(samples[i * (samples.size() - 1) / (kMostSamples - 1)]);
    }
    return kept;
  }

  static Json ResultJson(const Figures& figures) {
    Json json;
    json["node"] = figures.like.node();
    json["benchmark"] = figures.like.benchmark();
    json["metric"] = figures.like.family();
    json["unit"] = figures.like.unit();
    json["lower_is_better"] = figures.like.direction() != v1::DIRECTION_HIGHER_IS_BETTER;
    json["samples"] = Thinned(figures.samples);
    return json;
  }

  // Figures of an older version of the benchmark are not to be mixed with those of today.
  static const Figures* BestOf(const Candidates& candidates) {
    const Figures* newest = nullptr;
    for (const auto& [key, figures] : candidates) {
      if (figures.samples.empty()) continue;
      if (newest == nullptr || figures.last_unix_nanos > newest->last_unix_nanos) {
        newest = &figures;
      }
    }
    const Figures* best = newest;
    for (const auto& [key, figures] : candidates) {
      if (best == nullptr || figures.like.segment() != newest->like.segment()) continue;
      if (figures.samples.size() > best->samples.size()) best = &figures;
    }
    return best;
  }

  std::string name_;
  std::ostream& out_;
  std::map<std::string, Json> nodes_;
  std::map<std::pair<std::string, std::string>, Candidates> benchmarks_;  // by node and benchmark
};

}  // namespace

std::unique_ptr<ExportWriter> MakeDatasetWriter(const std::string& name, std::ostream& out) {
  return std::make_unique<DatasetWriter>(name, out);
}

}  // namespace hypergauge::cli
