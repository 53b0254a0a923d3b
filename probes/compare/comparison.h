#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/bootstrap.h"
#include "probes/compare/saved_runs.h"

namespace hypergauge::probes {

enum class Answer {
  kBetter,
  kWorse,
  kInconclusive,
  kNotComparable,
};

/// "better", "worse", "inconclusive", "not comparable".
[[nodiscard]] const char* AnswerWord(Answer answer);

/// One side of a compared quantity: the samples of all its clean runs together.
struct ComparedSide {
  std::vector<double> samples;
  std::vector<double> run_medians;  ///< one a clean run
  /// Of the samples (of the disturbed runs' where none is clean), or of the runs' medians.
  std::optional<double> median;
  int runs = 0;  ///< of this quantity or, where it failed, of its benchmark
  int clean_runs = 0;
  std::string verdict;  ///< of the last run that is not clean, with its reason; empty for none
};

struct ComparedQuantity {
  std::string benchmark;
  std::string family;
  std::map<std::string, std::string> labels;
  std::string unit;
  bool higher_is_better = false;
  ComparedSide a;
  ComparedSide b;
  std::optional<double> ratio;       ///< median of B / median of A
  std::optional<Interval> interval;  ///< 95 %, by RatioInterval
  bool over_runs = false;  ///< ratio and interval are those of whole runs, not of pooled samples
  Answer answer = Answer::kInconclusive;
  std::string reason;  ///< why it is inconclusive or not comparable
};

struct Comparison {
  std::vector<ComparedQuantity> quantities;  ///< in the order of A, then those that only B has
  std::vector<std::string> warnings;         ///< what differs between the two files, once each
};

/// Compares quantity by quantity. Different benchmark versions, suites, threads, labels or builds
/// of hypergauge-bench are not comparable, nor are quantities that the probe never ranks, nor is
/// what measured a cache. Where
/// they are, the answer is inconclusive with fewer than 6 samples on a side, without a clean run,
/// with a sample of 0, and where the interval holds 1. With 6 clean runs on each side the runs'
/// medians are drawn again, so that the interval holds how runs differ; else the pooled samples
/// are, which do not know it. Source: Davison and Hinkley, Bootstrap Methods and their
/// Application, section 3.8, on samples that come in groups.
[[nodiscard]] Comparison Compare(const std::vector<SavedRun>& a, const std::vector<SavedRun>& b);

}  // namespace hypergauge::probes
