#include "probes/noise/noise.h"

#include <cmath>
#include <numeric>

#include "base/statistics.h"
#include "probes/run_words.h"

namespace hypergauge::probes {
namespace {

constexpr int kLeastRounds = 3;
constexpr size_t kLeastPairs = 3;
constexpr double kPower80 = 3.5;

double Variation(std::span<const double> values) {
  const auto count = static_cast<double>(values.size());
  const double mean = std::accumulate(values.begin(), values.end(), 0.0) / count;
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return std::sqrt(squares / (count - 1)) / mean;
}

// ln-ratios of neighbouring rounds that both have a figure.
std::vector<double> Steps(std::span<const std::optional<double>> medians) {
  std::vector<double> steps;
  for (size_t i = 1; i < medians.size(); ++i) {
    if (medians[i - 1].value_or(0) > 0 && medians[i].value_or(0) > 0) {
      steps.push_back(std::log(*medians[i] / *medians[i - 1]));
    }
  }
  return steps;
}

std::string ReasonOf(const NoiseFigures& figures, const std::string& verdict) {
  if (figures.floor_ratio && figures.detectable_ratio) return "";
  const std::string why = verdict.empty() ? "" : "; others were " + verdict;
  if (figures.rounds < kLeastRounds) {
    return std::to_string(figures.rounds) + " clean rounds; " + std::to_string(kLeastRounds) +
           " are needed" + why;
  }
  if (!figures.floor_ratio) return "the median is 0";
  return "too few neighbouring clean rounds" + why;
}

}  // namespace

NoiseFigures NoiseOf(std::span<const std::optional<double>> medians, int blocks) {
  std::vector<double> values;
  for (const auto& median : medians) {
    if (median) values.push_back(*median);
  }
  NoiseFigures figures;
  figures.rounds = static_cast<int>(values.size());
  const auto summary = Summarize(values);
  if (!summary) return figures;
  figures.median = summary->median;
  if (summary->median > 0 && summary->count >= kLeastRounds) {
    figures.floor_ratio = summary->mad / summary->median;
    figures.variation_ratio = Variation(values);
  }
  const auto steps = Steps(medians);
  if (steps.size() >= kLeastPairs) {
    const double squares = std::inner_product(steps.begin(), steps.end(), steps.begin(), 0.0);
    const double deviation = std::sqrt(squares / static_cast<double>(steps.size()));
    figures.detectable_ratio = kPower80 * deviation / std::sqrt(blocks);
  }
  return figures;
}

NoiseCollector::Series& NoiseCollector::SeriesOf(const std::string& benchmark) {
  const auto [found, is_new] = series_.try_emplace(benchmark);
  if (is_new) order_.push_back(benchmark);
  return found->second;
}

void NoiseCollector::LeaveOut(const std::string& benchmark, const std::string& reason) {
  auto& series = SeriesOf(benchmark);
  series.verdict = "left out: " + reason;
  series.unsupported = false;
}

void NoiseCollector::Add(int round, const v1::Run& run) {
  auto& series = SeriesOf(run.benchmark());
  const auto index = static_cast<size_t>(round);
  if (series.medians.size() <= index) series.medians.resize(index + 1);
  if (run.verdict() != v1::VERDICT_CLEAN || run.measures().empty()) {
    series.verdict = VerdictWord(run.verdict());
    series.unsupported = run.verdict() == v1::VERDICT_UNSUPPORTED;
    if (!run.verdict_reason().empty()) series.verdict += ": " + run.verdict_reason();
    return;
  }
  series.primary = run.measures(0);
  series.primary.clear_samples();
  series.medians[index] = run.measures(0).median();
}

std::vector<BenchmarkNoise> NoiseCollector::Report(const Descriptors& descriptors,
                                                   int blocks) const {
  std::vector<BenchmarkNoise> report;
  for (const auto& name : order_) {
    const auto& series = series_.at(name);
    v1::Run named;
    named.set_benchmark(name);
    const auto* descriptor = DescriptorOf(named, descriptors);
    const auto figures = NoiseOf(series.medians, blocks);
    report.push_back({.benchmark = name,
                      .family = series.primary.family(),
                      .labels = ToMap(series.primary.labels()),
                      .unit = QuantityOf(descriptor, series.primary).unit(),
                      .figures = figures,
                      .reason = ReasonOf(figures, series.verdict),
                      .unsupported = series.unsupported});
  }
  return report;
}

}  // namespace hypergauge::probes
