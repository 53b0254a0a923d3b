#include "aggregator/store/series_key.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <string_view>

namespace hypergauge::aggregator {
namespace {

// What a benchmark's code met, and not what it was told to do.
constexpr std::array<std::string_view, 7> kConditions = {
    "clocksource",      "huge_pages", "mitigations", "path",
    "sha_instructions", "tool_path",  "write_cache"};

bool IsCondition(std::string_view name) {
  return std::find(kConditions.begin(), kConditions.end(), name) != kConditions.end();
}

}  // namespace

int64_t EffectiveStart(const v1::Run& run) {
  return run.received_unix_nanos() > 0
             ? std::min<int64_t>(run.started_unix_nanos(), run.received_unix_nanos())
             : run.started_unix_nanos();
}

std::string LabelsText(const std::map<std::string, std::string>& labels) {
  auto json = nlohmann::json::object();  // which keeps its keys in order
  for (const auto& [name, value] : labels) json[name] = value;
  return json.dump(-1, ' ', /*ensure_ascii=*/false, nlohmann::json::error_handler_t::replace);
}

Result<std::map<std::string, std::string>> ParseLabels(const std::string& text) {
  const auto json = nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
  const auto corrupt = [] {
    return Fail(ErrorCode::kCorrupt, "the store holds labels that cannot be read");
  };
  if (!json.is_object()) return corrupt();
  std::map<std::string, std::string> labels;
  for (const auto& [name, value] : json.items()) {
    if (!value.is_string()) return corrupt();
    labels[name] = value.get<std::string>();
  }
  return labels;
}

std::string JoinedKey(const SeriesKey& key) {
  // No part holds a line break: names and hashes are checked, JSON escapes it.
  constexpr char kBetween = '\n';
  std::string joined;
  for (const auto* part :
       {&key.node_id, &key.benchmark, &key.suite, &key.family, &key.labels, &key.segment}) {
    joined += *part;
    joined += kBetween;
  }
  return joined;
}

std::string SegmentOf(const v1::Run& run) {
  return std::to_string(run.benchmark_version()) + "/" + run.build().bench_sha256();
}

SeriesKey KeyOf(const v1::Run& run, const v1::Measure& measure) {
  std::map<std::string, std::string> labels(measure.labels().begin(), measure.labels().end());
  for (const auto& [name, value] : run.labels()) {
    if (!IsCondition(name)) labels.insert({name, value});
  }
  return {run.id().node_id(), run.benchmark(),    run.suite(),
          measure.family(),   LabelsText(labels), SegmentOf(run)};
}

}  // namespace hypergauge::aggregator
