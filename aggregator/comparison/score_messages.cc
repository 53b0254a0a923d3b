#include "aggregator/comparison/score_messages.h"

#include <map>
#include <set>
#include <utility>

namespace hypergauge::aggregator {
namespace {

v1::Score ScoreOf(const analysis::Estimate& estimate) {
  v1::Score score;
  score.set_ratio(estimate.ratio);
  if (estimate.interval) {
    score.set_lower(estimate.interval->low);
    score.set_upper(estimate.interval->high);
  }
  return score;
}

v1::Overhead::Answer AnswerOf(analysis::Answer answer) {
  switch (answer) {
    case analysis::Answer::kEquivalent:
      return v1::Overhead::ANSWER_EQUIVALENT;
    case analysis::Answer::kDifferent:
      return v1::Overhead::ANSWER_DIFFERENT;
    case analysis::Answer::kInconclusive:
      return v1::Overhead::ANSWER_INCONCLUSIVE;
  }
  return v1::Overhead::ANSWER_UNSPECIFIED;
}

}  // namespace

void PutOverhead(const analysis::Overhead& overhead, v1::Overhead& message) {
  message.set_ratio(overhead.ratio);
  if (overhead.interval) {
    message.set_lower(overhead.interval->low);
    message.set_upper(overhead.interval->high);
  }
  message.set_blocks(static_cast<uint32_t>(overhead.blocks));
  if (overhead.missing_for_2_percent) {
    message.set_missing_for_2_percent(static_cast<uint32_t>(*overhead.missing_for_2_percent));
  }
  if (overhead.missing_for_5_percent) {
    message.set_missing_for_5_percent(static_cast<uint32_t>(*overhead.missing_for_5_percent));
  }
  if (overhead.smallest_detectable) {
    message.set_smallest_detectable(*overhead.smallest_detectable);
  }
  message.set_answer(AnswerOf(overhead.answer));
  message.set_super_native(overhead.super_native);
}

v1::PlatformScore ToMessage(const analysis::PlatformScore& score) {
  v1::PlatformScore message;
  message.set_platform(score.platform);
  if (score.overall) *message.mutable_overall() = ScoreOf(*score.overall);
  for (const auto& category : score.categories) {
    (*message.mutable_categories())[category.category] = ScoreOf(category.estimate);
  }
  for (const auto& benchmark : score.benchmarks) {
    (*message.mutable_benchmarks())[benchmark.benchmark] = ScoreOf(benchmark.estimate);
    if (benchmark.cached) {
      message.add_unranked(benchmark.benchmark);
      continue;
    }
    auto& worst = (*message.mutable_worst())[benchmark.category];
    if (benchmark.estimate.ratio > worst.ratio()) worst = ScoreOf(benchmark.estimate);
  }
  message.set_worst_category(score.worst_category);
  message.set_rank(static_cast<uint32_t>(score.place));
  message.set_tied(score.tied);
  message.set_nodes(static_cast<uint32_t>(score.nodes));
  message.set_hosts(static_cast<uint32_t>(score.hosts));
  return message;
}

void PutPilotScores(std::span<const analysis::PilotScore> scores, v1::CompareResponse& response) {
  std::map<std::string, v1::PlatformScore> known;
  for (const auto& platform : response.platforms()) known[platform.platform()] = platform;
  response.clear_platforms();
  double last = 0;
  uint32_t place = 0;
  for (const auto& score : scores) {
    auto message = known[score.platform];
    known.erase(score.platform);
    message.set_platform(score.platform);
    message.set_tied(false);
    message.set_rank(0);
    if (score.points) {
      ++place;
      const bool equal = place > 1 && *score.points == last;
      auto* before = equal ? response.mutable_platforms(response.platforms_size() - 1) : nullptr;
      if (before != nullptr) before->set_tied(true);
      message.set_tied(equal);
      message.set_rank(equal ? before->rank() : place);
      message.set_points(*score.points);
      last = *score.points;
    }
    for (const auto& [test, points] : score.tests) (*message.mutable_test_points())[test] = points;
    *response.add_platforms() = std::move(message);
  }
  for (auto& [name, message] : known) {
    message.set_rank(0);
    message.set_tied(false);
    *response.add_platforms() = std::move(message);
  }
}

std::vector<std::string> NotesOnCoverage(std::span<const analysis::PlatformScore> scores) {
  std::set<std::string> all;
  for (const auto& score : scores) {
    for (const auto& each : score.benchmarks) {
      if (!each.cached) all.insert(each.benchmark);
    }
  }
  std::vector<std::string> notes;
  for (const auto& score : scores) {
    auto missing = all;
    for (const auto& each : score.benchmarks) missing.erase(each.benchmark);
    if (missing.empty()) continue;
    std::string names;
    for (const auto& name : missing) names += (names.empty() ? "" : ", ") + name;
    notes.push_back(score.platform + " was not measured by " + names +
                    ": its overall figure rests on fewer benchmarks than those of others.");
  }
  return notes;
}

}  // namespace hypergauge::aggregator
