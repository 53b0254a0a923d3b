#include "tests/bench/pair_verdict.h"

#include <cstdio>
#include <random>
#include <vector>

namespace hypergauge::bench {
namespace {

constexpr size_t kEnoughToResample = 20;
constexpr int kResamples = 4000;

Interval Bootstrap(std::span<const double> values) {
  std::mt19937 random(1);
  std::uniform_int_distribution<size_t> any(0, values.size() - 1);
  std::vector<double> medians;
  std::vector<double> drawn(values.size());
  for (int i = 0; i < kResamples; ++i) {
    for (double& value : drawn) value = values[any(random)];
    medians.push_back(*Median(drawn));
  }
  return {.low = *Quantile(medians, 0.025), .high = *Quantile(medians, 0.975)};
}

std::string Format(const PairSet& set, double value) {
  char text[32];
  const char* format = set.compare == Compare::kRatio ? "%.3f" : "%+.4f";
  std::snprintf(text, sizeof(text), format, value);
  return text;
}

std::string Padded(std::string text, size_t width) {
  if (text.size() < width) text.append(width - text.size(), ' ');
  return text;
}

}  // namespace

std::optional<Interval> PairInterval(std::span<const double> values) {
  if (values.size() < kEnoughToResample) return MedianInterval(values);
  return Bootstrap(values);
}

double ComparePair(const PairSet& set, double native, double tool) {
  return set.compare == Compare::kRatio ? native / tool : native - tool;
}

Judgement Judge(const PairSet& set, std::span<const double> values) {
  Judgement result{.median = Median(values).value_or(0), .interval = PairInterval(values)};
  if (!result.interval) return result;
  const auto [low, high] = *result.interval;
  if (low >= set.low && high <= set.high) {
    result.verdict = Verdict::kOk;
  } else if (high < set.low || low > set.high) {
    result.verdict = Verdict::kOutside;
  }
  return result;
}

std::string ToString(Verdict verdict) {
  switch (verdict) {
    case Verdict::kOk:
      return "ok";
    case Verdict::kOutside:
      return "outside";
    case Verdict::kInconclusive:
      return "inconclusive";
  }
  return "inconclusive";
}

std::string Line(const PairSet& set, const Judgement& judgement, size_t pairs) {
  constexpr size_t kNameWidth = 40;
  constexpr size_t kToolWidth = 9;
  const std::string interval = judgement.interval
                                   ? "[" + Format(set, judgement.interval->low) + ", " +
                                         Format(set, judgement.interval->high) + "]"
                                   : "[none below 6 pairs]";
  return Padded(set.name, kNameWidth) + Padded(set.tool, kToolWidth) +
         (set.compare == Compare::kRatio ? "ratio " : "difference ") +
         Format(set, judgement.median) + "  " + Padded(interval, 18) + "  band " +
         Format(set, set.low) + " to " + Format(set, set.high) + "  " + std::to_string(pairs) +
         " pairs  " + ToString(judgement.verdict);
}

}  // namespace hypergauge::bench
