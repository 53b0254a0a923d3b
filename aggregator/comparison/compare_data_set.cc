#include <algorithm>
#include <set>
#include <utility>

#include "aggregator/comparison/compare.h"
#include "aggregator/comparison/score_messages.h"
#include "base/printable.h"

namespace hypergauge::aggregator {
namespace {

constexpr const char* kNoIntervals =
    "A figure with fewer than 6 samples on either side has no interval: what it says of one day "
    "and one pair of machines may be chance, and no platform is better than another for certain.";
constexpr const char* kCached = "Figures that measure a cache are shown and not ranked: ";
constexpr const char* kCachedInScale =
    "The pilot's scale takes disk_dd as it was measured, page cache included: it is kept for "
    "comparing with the pilot's own ranking.";
constexpr const char* kSubstitute =
    "Guests are compared with a bare-metal machine of the same hardware, not with the very host "
    "that they run on.";

v1::Overhead ToMessage(const analysis::DataSetOverhead& each) {
  v1::Overhead message;
  message.set_node(each.figure.node);
  message.set_baseline(each.baseline);
  message.set_substitute(each.substitute);
  message.set_platform(each.figure.platform);
  message.set_benchmark(each.figure.benchmark);
  message.set_category(each.figure.category);
  message.set_unranked(each.figure.cached);
  message.set_unit(each.unit);
  message.set_baseline_median(each.baseline_median);
  message.set_node_median(each.node_median);
  PutOverhead(each.overhead, message);
  if (each.overhead.super_native) {
    message.add_review(
        "the data set says nothing of clocks, caches, threads and builds: the guest may have "
        "counted time wrong, or run another build");
  }
  return message;
}

void PutFeatures(const analysis::DataSet& data, v1::CompareResponse& response) {
  for (const auto& [platform, features] : data.features) {
    auto& row = *response.add_features();
    row.set_platform(platform);
    for (const auto& [name, text] : features) {
      auto& feature = *row.add_features();
      feature.set_name(name);
      feature.set_text(text);
    }
  }
  for (const auto& [subject, text] : data.conclusions) {
    auto& conclusion = *response.add_conclusions();
    conclusion.set_subject(subject);
    conclusion.set_text(text);
  }
}

void PutNotes(const std::vector<analysis::DataSetOverhead>& overheads,
              v1::CompareResponse& response) {
  std::set<std::string> cached;
  bool all_have_intervals = true;
  bool substitutes = false;
  for (const auto& each : overheads) {
    if (each.figure.cached) cached.insert(each.figure.benchmark);
    if (!each.overhead.interval) all_have_intervals = false;
    substitutes = substitutes || each.substitute;
  }
  if (!all_have_intervals) response.add_notes(kNoIntervals);
  if (substitutes) response.add_notes(kSubstitute);
  if (cached.empty()) return;
  std::string names;
  for (const auto& name : cached) names += (names.empty() ? "" : ", ") + name;
  response.add_notes(kCached + names + ".");
  if (response.scale() == kPilotScale) response.add_notes(kCachedInScale);
}

Result<void> PutPilotScale(const analysis::DataSet& data, v1::CompareResponse& response) {
  const auto times = analysis::PilotTimesOf(data);
  for (const char* test : analysis::kPilotTests) {
    const bool there = std::any_of(times.begin(), times.end(),
                                   [&](const auto& each) { return each.test == test; });
    if (there) continue;
    return Fail(ErrorCode::kNotFound, std::string("the pilot's scale rests on compile and disk_dd; "
                                                  "there is no figure of ") +
                                          test);
  }
  PutPilotScores(analysis::PilotScale(times), response);
  return {};
}

}  // namespace

Result<v1::CompareResponse> CompareDataSet(const analysis::DataSet& data,
                                           const std::string& scale) {
  v1::CompareResponse response;
  response.set_scale(scale.empty() ? kRatioScale : scale);
  if (response.scale() != kRatioScale && response.scale() != kPilotScale) {
    return Fail(ErrorCode::kInvalidArgument,
                "scale is \"" + Printable(scale, 64) + "\"; it is ratio or pilot");
  }
  response.set_dataset(data.name);
  response.set_source(data.source);
  const auto overheads = analysis::OverheadsOf(data);
  std::vector<analysis::NodeFigure> figures;
  for (const auto& each : overheads) {
    *response.add_overheads() = ToMessage(each);
    figures.push_back(each.figure);
  }
  const auto scores = analysis::ScorePlatforms(std::move(figures));
  for (const auto& score : scores) *response.add_platforms() = aggregator::ToMessage(score);
  if (response.scale() == kPilotScale) {
    if (auto put = PutPilotScale(data, response); !put) return tl::unexpected(put.error());
  }
  PutNotes(overheads, response);
  for (const auto& note : NotesOnCoverage(scores)) response.add_notes(note);
  PutFeatures(data, response);
  return response;
}

}  // namespace hypergauge::aggregator
