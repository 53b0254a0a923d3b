#include "tests/bench/pair_group.h"

#include <algorithm>

namespace hypergauge::bench {
namespace {

using Figures = std::vector<double>;

Result<Figures> Measure(const std::function<Result<Figures>()>& side, const std::string& name,
                        size_t sets) {
  auto figures = side();
  if (!figures) return Annotate(figures.error(), name);
  if (figures->size() == sets) return figures;
  return Fail(ErrorCode::kInternal, name + " gave " + std::to_string(figures->size()) +
                                        " figures for " + std::to_string(sets) + " pair sets");
}

struct Pair {
  Figures native;
  Figures tool;
};

Result<Pair> TakePair(const PairGroup& group, bool native_first) {
  Pair pair;
  for (const bool native : {native_first, !native_first}) {
    auto figures = native ? Measure(group.native, "native", group.sets.size())
                          : Measure(group.tool, group.sets.front().tool, group.sets.size());
    if (!figures) return tl::unexpected(figures.error());
    (native ? pair.native : pair.tool) = std::move(*figures);
  }
  return pair;
}

}  // namespace

Result<GroupResult> RunGroup(const PairGroup& group, const PairPlan& plan) {
  if (auto prepared = group.prepare(); !prepared) return tl::unexpected(prepared.error());
  std::vector<std::vector<double>> values(group.sets.size());
  GroupResult result;
  for (result.pairs = 1;; ++result.pairs) {
    const auto pair = TakePair(group, result.pairs % 2 == 1);
    if (!pair) return tl::unexpected(pair.error());
    result.judgements.clear();
    for (size_t i = 0; i < group.sets.size(); ++i) {
      values[i].push_back(ComparePair(group.sets[i], pair->native[i], pair->tool[i]));
      result.judgements.push_back(Judge(group.sets[i], values[i]));
    }
    if (result.pairs < plan.least) continue;
    const bool clear = std::none_of(
        result.judgements.begin(), result.judgements.end(),
        [](const auto& judgement) { return judgement.verdict == Verdict::kInconclusive; });
    if (clear || result.pairs >= std::max(plan.least, plan.most)) return result;
  }
}

}  // namespace hypergauge::bench
