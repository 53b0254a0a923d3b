#include "aggregator/api/analysis_api.h"

#include <algorithm>
#include <iterator>
#include <set>
#include <string>
#include <utility>

#include "aggregator/analyst/regression_messages.h"
#include "aggregator/comparison/compare.h"
#include "base/printable.h"

namespace hypergauge::aggregator {
namespace {

constexpr int kMostNames = 1000;
constexpr size_t kMostNote = 1024;

// Of names that a request lists.
template <typename Names>
Result<std::set<std::string>> Chosen(const Names& names, const char* field) {
  if (names.size() > kMostNames) {
    return Fail(ErrorCode::kInvalidArgument,
                std::string(field) + ": at most " + std::to_string(kMostNames));
  }
  return std::set<std::string>(names.begin(), names.end());
}

bool IsWanted(const std::set<std::string>& chosen, const std::string& name) {
  return chosen.empty() || chosen.contains(name);
}

bool Shows(const v1::Regression& regression, const std::set<std::string>& nodes) {
  if (IsWanted(nodes, regression.subject())) return true;
  return std::any_of(regression.children().begin(), regression.children().end(),
                     [&](const auto& child) { return nodes.contains(child.node()); });
}

Error NoSuchRegression(uint64_t id) {
  return {ErrorCode::kNotFound, "id: there is no regression " + std::to_string(id)};
}

}  // namespace

Result<v1::ListRegressionsResponse> AnalysisApi::ListRegressions(
    const v1::ListRegressionsRequest& request) const {
  const auto nodes = Chosen(request.nodes(), "nodes");
  if (!nodes) return tl::unexpected(nodes.error());
  if (request.states_size() > kMostNames) {
    return Fail(ErrorCode::kInvalidArgument, "states: at most " + std::to_string(kMostNames));
  }
  std::set<int> states(request.states().begin(), request.states().end());
  for (const int state : states) {
    if (state == v1::Regression::STATE_UNSPECIFIED || !v1::Regression::State_IsValid(state)) {
      return Fail(ErrorCode::kInvalidArgument,
                  "states: " + std::to_string(state) + " is no state of a regression");
    }
  }
  const auto most = request.limit() == 0 ? kMost : std::min(request.limit(), kMost);
  auto all = analyst_.Open();
  const bool past = std::any_of(states.begin(), states.end(), [](int state) {
    return !IsOpen(static_cast<v1::Regression::State>(state));
  });
  if (past) {
    auto stored = store_.PastRegressions({states, request.improvements(), *nodes, most});
    if (!stored) return tl::unexpected(stored.error());
    std::move(stored->begin(), stored->end(), std::back_inserter(all));
  }
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.id() > b.id(); });
  v1::ListRegressionsResponse response;
  for (auto& regression : all) {
    if (static_cast<uint32_t>(response.regressions_size()) >= most) break;
    if (!states.empty() && !states.contains(regression.state())) continue;
    if (regression.effect_ratio() < 0 && !request.improvements()) continue;
    if (Shows(regression, *nodes)) response.mutable_regressions()->Add(std::move(regression));
  }
  return response;
}

Result<v1::Regression> AnalysisApi::GetRegression(const v1::GetRegressionRequest& request) const {
  for (auto& regression : analyst_.Open()) {
    if (regression.id() == request.id()) return std::move(regression);
  }
  auto stored = store_.FindRegression(request.id());
  if (!stored) return tl::unexpected(stored.error());
  if (!*stored) return tl::unexpected(NoSuchRegression(request.id()));
  return std::move(**stored);
}

Result<v1::Regression> AnalysisApi::Steer(const v1::SteerRegressionRequest& request, Order order) {
  if (request.note().size() > kMostNote || HasControlCharacters(request.note())) {
    return Fail(ErrorCode::kInvalidArgument,
                "note: at most " + std::to_string(kMostNote) + " bytes without control characters");
  }
  auto done = (analyst_.*order)(request.id(), request.note());
  if (done || done.error().code == ErrorCode::kUnavailable) return done;
  const auto found = store_.FindRegression(request.id());
  if (!found) return tl::unexpected(found.error());
  if (!*found) return tl::unexpected(NoSuchRegression(request.id()));
  if (done.error().code == ErrorCode::kNotFound) {
    return Fail(ErrorCode::kUnavailable, "id: regression " + std::to_string(request.id()) +
                                             " is over: " + WordOf((*found)->state()));
  }
  // The same request may be right later, or would have been before.
  if (done.error().code == ErrorCode::kInvalidArgument) {
    return Fail(ErrorCode::kUnavailable, done.error().message);
  }
  return done;
}

Result<v1::Regression> AnalysisApi::Acknowledge(const v1::SteerRegressionRequest& request) {
  return Steer(request, &Analyst::Acknowledge);
}

Result<v1::Regression> AnalysisApi::Accept(const v1::SteerRegressionRequest& request) {
  return Steer(request, &Analyst::Accept);
}

Result<v1::Regression> AnalysisApi::Mute(const v1::SteerRegressionRequest& request) {
  return Steer(request, &Analyst::Mute);
}

Result<v1::ListOverheadsResponse> AnalysisApi::ListOverheads(
    const v1::ListOverheadsRequest& request) const {
  const auto nodes = Chosen(request.nodes(), "nodes");
  if (!nodes) return tl::unexpected(nodes.error());
  const auto benchmarks = Chosen(request.benchmarks(), "benchmarks");
  if (!benchmarks) return tl::unexpected(benchmarks.error());
  const auto most =
      request.limit() == 0 ? kMostOverheads : std::min(request.limit(), kMostOverheads);
  v1::ListOverheadsResponse response;
  const auto latest = scoreboard_.Latest();
  for (const auto& overhead : latest->overheads()) {
    if (!IsWanted(*nodes, overhead.node()) || !IsWanted(*benchmarks, overhead.benchmark())) {
      continue;
    }
    if (static_cast<uint32_t>(response.overheads_size()) < most) {
      *response.add_overheads() = overhead;
    } else {
      response.set_left_out(response.left_out() + 1);
    }
  }
  return response;
}

Result<v1::ListPlatformsResponse> AnalysisApi::ListPlatforms(
    const v1::ListPlatformsRequest& request) const {
  v1::ListPlatformsResponse response;
  if (!request.versions()) {
    *response.mutable_platforms() = scoreboard_.Latest()->platforms();
    return response;
  }
  v1::CompareRequest compare;
  compare.set_versions(true);
  auto compared = Compare(compare);
  if (!compared) return tl::unexpected(compared.error());
  *response.mutable_platforms() = std::move(*compared->mutable_platforms());
  return response;
}

Result<v1::ImportDatasetResponse> AnalysisApi::ImportDataset(
    const v1::ImportDatasetRequest& request) {
  return ImportDataSet(store_, request);
}

Result<v1::ListDatasetsResponse> AnalysisApi::ListDatasets(
    const v1::ListDatasetsRequest& /*request*/) const {
  return ListDataSets(store_);
}

Result<v1::CompareResponse> AnalysisApi::Compare(const v1::CompareRequest& request) const {
  return comparison_.Compare(request);
}

}  // namespace hypergauge::aggregator
