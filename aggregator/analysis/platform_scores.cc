#include "aggregator/analysis/platform_scores.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>
#include <set>
#include <tuple>

#include "aggregator/analysis/overhead.h"
#include "aggregator/analysis/score_bootstrap.h"

namespace hypergauge::analysis {
namespace {

void KeepFinite(std::vector<double>& values) {
  values.erase(std::remove_if(values.begin(), values.end(),
                              [](double value) { return !std::isfinite(value); }),
               values.end());
}

size_t BlocksOf(const NodeFigure& figure) {
  return figure.rounds.empty() ? std::min(figure.baseline_logs.size(), figure.node_logs.size())
                               : figure.rounds.size();
}

// What is scored: a mean of logarithms of its parts, and what the draws made of it.
struct Mean {
  std::vector<size_t> parts;
  bool settled = false;
  double log = 0;
  std::vector<double> drawn;

  [[nodiscard]] Estimate ToEstimate(double widening) const {
    Estimate estimate{.ratio = std::exp(log), .interval = std::nullopt};
    if (settled) estimate.interval = RatioPercentiles(drawn, log, widening);
    return estimate;
  }
};

// Those of the parts that are settled; all where none is.
template <typename IsSettled>
Mean MeanOf(const std::vector<size_t>& parts, const IsSettled& is_settled) {
  Mean mean;
  std::copy_if(parts.begin(), parts.end(), std::back_inserter(mean.parts), is_settled);
  mean.settled = !mean.parts.empty();
  if (!mean.settled) mean.parts = parts;
  return mean;
}

double MeanLog(const std::vector<Mean>& all, const std::vector<size_t>& parts) {
  double sum = 0;
  for (const size_t part : parts) sum += all[part].log;
  return sum / static_cast<double>(parts.size());
}

double MeanDrawn(const std::vector<Mean>& all, const std::vector<size_t>& parts) {
  double sum = 0;
  for (const size_t part : parts) sum += all[part].drawn.back();
  return sum / static_cast<double>(parts.size());
}

// One platform's figures, from the nodes up to the overall one.
class Scorer {
 public:
  explicit Scorer(const std::vector<NodeFigure>& figures) : figures_(figures), bootstrap_(figures) {
    AddBenchmarks();
    AddCategories();
  }

  PlatformScore Score() {
    const bool any = std::any_of(benchmarks_.begin(), benchmarks_.end(),
                                 [](const Mean& mean) { return mean.settled; });
    for (size_t i = 0; any && i < bootstrap_.draws(); ++i) Draw();
    return Gather();
  }

 private:
  void AddBenchmarks();
  void AddCategories();
  void Draw();
  [[nodiscard]] double DrawnOf(const Mean& benchmark) const;
  [[nodiscard]] PlatformScore Gather() const;

  const std::vector<NodeFigure>& figures_;
  ScoreBootstrap bootstrap_;
  std::vector<Mean> benchmarks_;  // of figures
  std::vector<Mean> categories_;  // of benchmarks
  std::vector<std::string> category_names_;
  std::optional<Mean> overall_;  // of categories
};

void Scorer::AddBenchmarks() {
  std::map<std::pair<std::string, std::string>, std::vector<size_t>> parts;
  for (size_t i = 0; i < figures_.size(); ++i) {
    parts[{figures_[i].category, figures_[i].benchmark}].push_back(i);
  }
  for (const auto& [name, members] : parts) {
    auto mean = MeanOf(members, [&](size_t figure) {
      return bootstrap_.draws_hosts() || BlocksOf(figures_[figure]) >= kLeastBlocks;
    });
    if (bootstrap_.draws_hosts()) {
      std::set<std::string> hosts;
      for (const size_t figure : mean.parts) hosts.insert(figures_[figure].host);
      mean.settled = hosts.size() >= kLeastHosts;
    }
    for (const size_t figure : mean.parts) mean.log += bootstrap_.MedianOf(figure);
    mean.log /= static_cast<double>(mean.parts.size());
    benchmarks_.push_back(std::move(mean));
  }
}

void Scorer::AddCategories() {
  std::map<std::string, std::vector<size_t>> parts;
  for (size_t i = 0; i < benchmarks_.size(); ++i) {
    const auto& sample = figures_[benchmarks_[i].parts.front()];
    if (!sample.cached) parts[sample.category].push_back(i);
  }
  std::vector<size_t> all;
  for (const auto& [name, members] : parts) {
    all.push_back(categories_.size());
    category_names_.push_back(name);
    categories_.push_back(MeanOf(members, [&](size_t i) { return benchmarks_[i].settled; }));
    categories_.back().log = MeanLog(benchmarks_, categories_.back().parts);
  }
  if (all.empty()) return;
  overall_ = MeanOf(all, [&](size_t i) { return categories_[i].settled; });
  overall_->log = MeanLog(categories_, overall_->parts);
}

double Scorer::DrawnOf(const Mean& benchmark) const {
  double sum = 0;
  size_t weight = 0;
  for (const size_t figure : benchmark.parts) {
    sum += static_cast<double>(bootstrap_.WeightOf(figure)) * bootstrap_.ValueOf(figure);
    weight += bootstrap_.WeightOf(figure);
  }
  return weight == 0 ? benchmark.log : sum / static_cast<double>(weight);
}

void Scorer::Draw() {
  bootstrap_.Draw();
  for (auto& benchmark : benchmarks_) benchmark.drawn.push_back(DrawnOf(benchmark));
  for (auto& category : categories_) {
    category.drawn.push_back(MeanDrawn(benchmarks_, category.parts));
  }
  if (overall_) overall_->drawn.push_back(MeanDrawn(categories_, overall_->parts));
}

PlatformScore Scorer::Gather() const {
  PlatformScore score;
  std::set<std::string> nodes;
  std::set<std::string> hosts;
  for (const auto& figure : figures_) {
    nodes.insert(figure.node);
    hosts.insert(figure.host);
  }
  score.platform = figures_.front().platform;
  score.nodes = nodes.size();
  score.hosts = hosts.size();
  const double widening = bootstrap_.widening();
  for (const auto& mean : benchmarks_) {
    const auto& sample = figures_[mean.parts.front()];
    BenchmarkScore each{.benchmark = sample.benchmark,
                        .category = sample.category,
                        .cached = sample.cached,
                        .estimate = mean.ToEstimate(widening)};
    each.nodes = mean.parts.size();
    for (const size_t figure : mean.parts) each.blocks += BlocksOf(figures_[figure]);
    score.benchmarks.push_back(std::move(each));
  }
  double worst = 0;
  for (size_t i = 0; i < categories_.size(); ++i) {
    score.categories.push_back({category_names_[i], categories_[i].ToEstimate(widening)});
    if (score.categories.back().estimate.ratio > worst) {
      worst = score.categories.back().estimate.ratio;
      score.worst_category = category_names_[i];
    }
  }
  if (overall_) score.overall = overall_->ToEstimate(widening);
  return score;
}

bool Before(const NodeFigure& a, const NodeFigure& b) {
  return std::tie(a.platform, a.host, a.node, a.benchmark) <
         std::tie(b.platform, b.host, b.node, b.benchmark);
}

std::vector<NodeFigure> Usable(std::vector<NodeFigure> figures) {
  for (auto& figure : figures) {
    auto& rounds = figure.rounds;
    rounds.erase(
        std::remove_if(rounds.begin(), rounds.end(),
                       [](const RoundRatio& each) { return !std::isfinite(each.log_ratio); }),
        rounds.end());
    KeepFinite(figure.baseline_logs);
    KeepFinite(figure.node_logs);
  }
  figures.erase(std::remove_if(figures.begin(), figures.end(),
                               [](const NodeFigure& figure) { return BlocksOf(figure) == 0; }),
                figures.end());
  std::stable_sort(figures.begin(), figures.end(), Before);
  return figures;
}

// Better for certain.
bool Apart(const PlatformScore& better, const PlatformScore& worse) {
  return better.overall->interval && worse.overall->interval &&
         better.overall->interval->high < worse.overall->interval->low;
}

}  // namespace

std::vector<PlatformScore> ScorePlatforms(std::vector<NodeFigure> figures) {
  const auto usable = Usable(std::move(figures));
  std::vector<PlatformScore> platforms;
  for (size_t begin = 0; begin < usable.size();) {
    size_t end = begin;
    while (end < usable.size() && usable[end].platform == usable[begin].platform) ++end;
    const std::vector<NodeFigure> of_one(usable.begin() + static_cast<std::ptrdiff_t>(begin),
                                         usable.begin() + static_cast<std::ptrdiff_t>(end));
    platforms.push_back(Scorer(of_one).Score());
    begin = end;
  }
  Rank(platforms);
  return platforms;
}

void Rank(std::vector<PlatformScore>& platforms) {
  std::stable_sort(platforms.begin(), platforms.end(), [](const auto& a, const auto& b) {
    if (a.overall.has_value() != b.overall.has_value()) return a.overall.has_value();
    if (a.overall && a.overall->ratio != b.overall->ratio) {
      return a.overall->ratio < b.overall->ratio;
    }
    return a.platform < b.platform;
  });
  for (auto& platform : platforms) {
    platform.place = 0;
    platform.tied = false;
    if (!platform.overall) continue;
    platform.place = 1;
    for (const auto& other : platforms) {
      if (&other == &platform || !other.overall) continue;
      if (Apart(other, platform)) {
        ++platform.place;
      } else if (!Apart(platform, other)) {
        platform.tied = true;
      }
    }
  }
}

}  // namespace hypergauge::analysis
