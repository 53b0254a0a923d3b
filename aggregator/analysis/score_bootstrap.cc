#include "aggregator/analysis/score_bootstrap.h"

#include <algorithm>
#include <cmath>

#include "aggregator/analysis/overhead.h"
#include "base/bootstrap.h"

namespace hypergauge::analysis {
namespace {

constexpr uint64_t kSeed = 2011;
constexpr size_t kMostValues = 20'000'000;  // that all draws together look at
constexpr size_t kLeastDraws = 200;
constexpr size_t kMostDraws = 2'000;

// Student's 97.5 % quantile over that of the normal distribution, times what a bootstrap's variance
// lacks: for n of what is drawn. Source: Hesterberg (2015), table 3 and section 5.
double WideningFor(size_t count) {
  if (count < 2) return 1;
  const double degrees = static_cast<double>(count) - 1;
  const double student = 1.96 + 2.372 / degrees + 2.823 / (degrees * degrees);
  return student / 1.96 * std::sqrt(static_cast<double>(count) / degrees);
}

double MedianOfDraw(const std::vector<double>& sorted, std::vector<size_t>& places,
                    std::mt19937_64& random) {
  places.resize(sorted.size());
  for (auto& place : places) place = DrawBelow(sorted.size(), random);
  const auto middle = places.begin() + static_cast<std::ptrdiff_t>(places.size() / 2);
  std::nth_element(places.begin(), middle, places.end());
  if (places.size() % 2 == 1) return sorted[*middle];
  return (sorted[*std::max_element(places.begin(), middle)] + sorted[*middle]) / 2;
}

}  // namespace

ScoreBootstrap::ScoreBootstrap(std::span<const NodeFigure> figures) : random_(kSeed) {
  for (const auto& figure : figures) Add(figure);
  values_ = medians_;
  weights_.assign(figures.size(), 1);
  Settle(figures);
}

void ScoreBootstrap::Add(const NodeFigure& figure) {
  const auto [found, is_new] = host_numbers_.try_emplace(figure.host, hosts_.size());
  if (is_new) hosts_.emplace_back();
  host_of_.push_back(found->second);
  std::vector<double> ratios;
  auto& rounds = hosts_[found->second].rounds;
  for (const auto& each : figure.rounds) {
    rounds.push_back(each.round);
    ratios.push_back(each.log_ratio);
  }
  sides_.emplace_back(figure.baseline_logs, figure.node_logs);
  auto& [baseline, node] = sides_.back();
  std::sort(baseline.begin(), baseline.end());
  std::sort(node.begin(), node.end());
  medians_.push_back(ratios.empty() ? Median(node).value_or(0) - Median(baseline).value_or(0)
                                    : *Median(ratios));
}

// Once all rounds of each host are known.
void ScoreBootstrap::Settle(std::span<const NodeFigure> figures) {
  size_t values = 0;
  for (auto& host : hosts_) {
    std::sort(host.rounds.begin(), host.rounds.end());
    host.rounds.erase(std::unique(host.rounds.begin(), host.rounds.end()), host.rounds.end());
    host.counts.assign(host.rounds.size(), 0);
  }
  size_t least = draws_hosts() ? hosts_.size() : SIZE_MAX;
  for (size_t i = 0; i < figures.size(); ++i) {
    const auto& rounds = hosts_[host_of_[i]].rounds;
    Paired paired;
    for (const auto& each : figures[i].rounds) {
      const auto place = std::lower_bound(rounds.begin(), rounds.end(), each.round);
      paired.emplace_back(each.log_ratio, static_cast<size_t>(place - rounds.begin()));
    }
    std::sort(paired.begin(), paired.end());
    const auto& [baseline, node] = sides_[i];
    values += paired.size() + baseline.size() + node.size();
    const size_t blocks = paired.empty() ? std::min(baseline.size(), node.size()) : paired.size();
    if (!draws_hosts() && blocks >= kLeastBlocks) least = std::min(least, blocks);
    paired_.push_back(std::move(paired));
  }
  if (draws_hosts()) values = figures.size();
  draws_ = std::clamp(kMostValues / std::max<size_t>(1, values), kLeastDraws, kMostDraws);
  widening_ = WideningFor(least == SIZE_MAX ? 0 : least);
}

// Of the rounds that were drawn; its own where none of its rounds was.
double ScoreBootstrap::DrawnMedian(size_t figure) {
  const auto& ratios = paired_[figure];
  if (ratios.empty()) {
    const auto& [baseline, node] = sides_[figure];
    if (baseline.empty() || node.empty()) return medians_[figure];
    const double below = MedianOfDraw(baseline, places_, random_);
    return MedianOfDraw(node, places_, random_) - below;
  }
  const auto& counts = hosts_[host_of_[figure]].counts;
  size_t drawn = 0;
  for (const auto& [ratio, place] : ratios) drawn += counts[place];
  if (drawn == 0) return medians_[figure];
  size_t passed = 0;
  std::optional<double> lower_middle;
  for (const auto& [ratio, place] : ratios) {
    passed += counts[place];
    if (!lower_middle && 2 * passed >= drawn) lower_middle = ratio;
    if (2 * passed > drawn) return (*lower_middle + ratio) / 2;
  }
  return medians_[figure];
}

void ScoreBootstrap::Draw() {
  if (draws_hosts()) {
    std::vector<size_t> drawn(hosts_.size(), 0);
    for (size_t i = 0; i < hosts_.size(); ++i) ++drawn[DrawBelow(hosts_.size(), random_)];
    for (size_t i = 0; i < weights_.size(); ++i) weights_[i] = drawn[host_of_[i]];
    return;
  }
  for (auto& host : hosts_) {
    std::fill(host.counts.begin(), host.counts.end(), 0);
    for (size_t i = 0; i < host.rounds.size(); ++i) {
      ++host.counts[DrawBelow(host.rounds.size(), random_)];
    }
  }
  for (size_t i = 0; i < values_.size(); ++i) values_[i] = DrawnMedian(i);
}

Interval RatioPercentiles(std::span<const double> logs, double estimate, double widening) {
  const double low = Quantile(logs, 0.025).value_or(estimate);
  const double high = Quantile(logs, 0.975).value_or(estimate);
  return {std::exp(estimate + widening * std::min(0.0, low - estimate)),
          std::exp(estimate + widening * std::max(0.0, high - estimate))};
}

}  // namespace hypergauge::analysis
