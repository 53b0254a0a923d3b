#include "aggregator/analysis/overhead.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <iterator>

#include "base/bootstrap.h"

namespace hypergauge::analysis {
namespace {

constexpr double kPower80 = 3.5;
constexpr size_t kBootstrapFrom = 20;
constexpr size_t kMostMissing = 1'000'000'000;

bool HasLogarithm(double figure) {
  return std::isfinite(figure) && figure > 0;
}

std::optional<double> MeanLog(std::span<const double> figures) {
  double sum = 0;
  size_t count = 0;
  for (const double figure : figures) {
    if (!HasLogarithm(figure)) continue;
    sum += std::log(figure);
    ++count;
  }
  if (count == 0) return std::nullopt;
  return sum / static_cast<double>(count);
}

// In two steps, since squares of values far from 0 lose what they differ by.
double StandardDeviation(std::span<const double> values) {
  if (values.size() < 2) return 0;
  const auto count = static_cast<double>(values.size());
  double mean = 0;
  for (const double value : values) mean += value / count;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return std::sqrt(squares / (count - 1));
}

std::optional<Interval> IntervalOf(std::span<const double> log_ratios) {
  if (log_ratios.size() < kLeastBlocks) return std::nullopt;
  return log_ratios.size() < kBootstrapFrom ? MedianInterval(log_ratios)
                                            : BootstrapMedianInterval(log_ratios);
}

// +-2 % is taken in logarithms, so that exchanging the sides changes no answer.
Answer Judge(const std::optional<Interval>& log_interval) {
  if (!log_interval) return Answer::kInconclusive;
  const double margin = std::log1p(kEquivalentEffect);
  if (log_interval->low >= -margin && log_interval->high <= margin) return Answer::kEquivalent;
  if (log_interval->low > 0 || log_interval->high < 0) return Answer::kDifferent;
  return Answer::kInconclusive;
}

// What follows from the median, its interval and the deviation, all of log-ratios.
Overhead Conclude(double median, const std::optional<Interval>& log_interval, size_t blocks,
                  double deviation, bool deviation_known) {
  Overhead result;
  result.ratio = std::exp(median);
  result.blocks = blocks;
  result.deviation = deviation;
  if (log_interval) {
    result.interval = Interval{std::exp(log_interval->low), std::exp(log_interval->high)};
  }
  if (deviation_known) {
    const auto missing = [&](double effect) {
      const size_t wanted = BlocksFor(deviation, effect);
      return wanted > blocks ? wanted - blocks : 0;
    };
    result.missing_for_2_percent = missing(0.02);
    result.missing_for_5_percent = missing(0.05);
    if (blocks >= kLeastBlocks) {
      result.smallest_detectable =
          std::expm1(kPower80 * deviation / std::sqrt(static_cast<double>(blocks)));
    }
  }
  result.answer = Judge(log_interval);
  result.super_native = median < -std::log1p(kSuperNativeEffect);
  return result;
}

std::vector<double> Logs(std::span<const double> figures) {
  std::vector<double> logs;
  for (const double figure : figures) {
    if (HasLogarithm(figure)) logs.push_back(std::log(figure));
  }
  return logs;
}

// Sorted, so that what RatioInterval draws does not hang on the order.
std::vector<double> SortedPositive(std::span<const double> figures) {
  std::vector<double> sorted;
  std::copy_if(figures.begin(), figures.end(), std::back_inserter(sorted), HasLogarithm);
  std::sort(sorted.begin(), sorted.end());
  return sorted;
}

}  // namespace

std::optional<double> LogRatio(const Block& block, bool higher_is_better) {
  const auto host = MeanLog(block.host);
  const auto guest = MeanLog(block.guest);
  if (!host || !guest) return std::nullopt;
  return higher_is_better ? *host - *guest : *guest - *host;
}

const char* AnswerWord(Answer answer) {
  switch (answer) {
    case Answer::kEquivalent:
      return "equivalent";
    case Answer::kDifferent:
      return "different";
    case Answer::kInconclusive:
      return "inconclusive";
  }
  return "";
}

size_t BlocksFor(double deviation, double effect) {
  const double root = kPower80 * deviation / effect;
  const double wanted = std::ceil(root * root);
  if (!(wanted < static_cast<double>(kMostMissing))) return kMostMissing;
  return std::max(kLeastBlocks, static_cast<size_t>(wanted));
}

std::optional<Overhead> OverheadOf(std::span<const double> log_ratios) {
  std::vector<double> finite;
  std::copy_if(log_ratios.begin(), log_ratios.end(), std::back_inserter(finite),
               [](double value) { return std::isfinite(value); });
  // Sorted, so that sums round alike whatever the order was.
  std::sort(finite.begin(), finite.end());
  const auto median = Median(finite);
  if (!median) return std::nullopt;
  return Conclude(*median, IntervalOf(finite), finite.size(), StandardDeviation(finite),
                  finite.size() >= 2);
}

std::optional<Overhead> UnpairedOverheadOf(std::span<const double> baseline,
                                           std::span<const double> guest, bool higher_is_better) {
  // As times: what is higher for the better is turned over.
  const auto below = SortedPositive(higher_is_better ? guest : baseline);
  const auto above = SortedPositive(higher_is_better ? baseline : guest);
  if (below.empty() || above.empty()) return std::nullopt;
  const size_t runs = std::min(below.size(), above.size());
  std::optional<Interval> log_interval;
  if (runs >= kLeastBlocks) {
    const auto interval = RatioInterval(below, above);
    if (interval) log_interval = Interval{std::log(interval->low), std::log(interval->high)};
  }
  return Conclude(std::log(*Median(above)) - std::log(*Median(below)), log_interval, runs,
                  std::hypot(StandardDeviation(Logs(below)), StandardDeviation(Logs(above))),
                  runs >= 2);
}

namespace {

std::string ClockText(const RunFacts& facts) {
  if (!facts.clock_ratio) return "not compared with the aggregator's";
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.6f +- %.6f of the aggregator's", *facts.clock_ratio,
                facts.clock_error);
  return text.data();
}

std::string MarksText(const RunFacts& facts) {
  std::string text;
  for (const auto& mark : facts.marks) text += (text.empty() ? "" : ", ") + mark;
  return text.empty() ? "none" : text;
}

std::string OrUnknown(const std::string& text) {
  return text.empty() ? "unknown" : text;
}

}  // namespace

std::vector<std::string> FactsToReview(const RunFacts& baseline, const RunFacts& guest) {
  std::vector<std::string> facts;
  facts.push_back("clock: the guest's ran at " + ClockText(guest) + ", the baseline's at " +
                  ClockText(baseline));
  if (guest.clocksource != baseline.clocksource) {
    facts.push_back("clock source: " + OrUnknown(guest.clocksource) + " on the guest, " +
                    OrUnknown(baseline.clocksource) + " on the baseline");
  }
  if (!guest.marks.empty() || !baseline.marks.empty()) {
    facts.push_back("marks: " + MarksText(guest) + " on the guest, " + MarksText(baseline) +
                    " on the baseline");
  }
  if (guest.threads != baseline.threads || guest.online_cpus != baseline.online_cpus) {
    const auto text = [](const RunFacts& side) {
      return std::to_string(side.threads) + " threads on " +
             (side.online_cpus == 0 ? "unknown" : std::to_string(side.online_cpus)) + " CPUs";
    };
    facts.push_back("threads: " + text(guest) + " of the guest, " + text(baseline) +
                    " of the baseline");
  }
  if (guest.benchmark_build != baseline.benchmark_build) {
    facts.push_back("build: hypergauge-bench " + OrUnknown(guest.benchmark_build.substr(0, 12)) +
                    " on the guest, " + OrUnknown(baseline.benchmark_build.substr(0, 12)) +
                    " on the baseline");
  }
  if (facts.size() == 1) {
    facts.emplace_back("clock source, marks, threads and build are alike on both sides");
  }
  return facts;
}

}  // namespace hypergauge::analysis
