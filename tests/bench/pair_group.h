#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/result.h"
#include "probes/benchmark.h"
#include "tests/bench/pair_verdict.h"

namespace hypergauge::bench {

/// Pair sets that one run of a benchmark of ours and a few runs of a tool yield together.
struct PairGroup {
  std::string benchmark;
  std::vector<PairSet> sets;
  /// Before the first pair: what both sides need. Errors end the group.
  std::function<Result<void>()> prepare;
  /// One measurement by either side: a figure a set. They have passed their gates: answers, counts
  /// of operations and bytes, and that the device was reached.
  std::function<Result<std::vector<double>>()> native;
  std::function<Result<std::vector<double>>()> tool;
};

/// All groups. `context` outlives them: its work_dir holds the files of both sides, and its stop
/// ends every measurement.
[[nodiscard]] std::vector<PairGroup> CpuGroups(probes::Context& context);
[[nodiscard]] std::vector<PairGroup> DiskGroups(probes::Context& context);
[[nodiscard]] std::vector<PairGroup> NetworkGroups(probes::Context& context);

/// How many pairs are taken: at least `least`, further ones while a set is inconclusive.
struct PairPlan {
  size_t least = 8;
  size_t most = 24;
};

struct GroupResult {
  std::vector<Judgement> judgements;  ///< of the sets, in their order
  size_t pairs = 0;
};

/// Takes pairs in alternating order: ours first, then the tool first, and so on.
/// Errors: the first failed measurement's, with the side's name in front.
[[nodiscard]] Result<GroupResult> RunGroup(const PairGroup& group, const PairPlan& plan);

}  // namespace hypergauge::bench
