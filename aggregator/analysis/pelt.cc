#include "aggregator/analysis/pelt.h"

#include <algorithm>
#include <limits>

namespace hypergauge::analysis {
namespace {

// What it costs to describe values [from, to) by their mean, from running sums.
class Cost {
 public:
  explicit Cost(std::span<const double> values) : sums_(values.size() + 1) {
    for (size_t i = 0; i < values.size(); ++i) {
      sums_[i + 1] = {sums_[i].value + values[i], sums_[i].square + values[i] * values[i]};
    }
  }

  double operator()(size_t from, size_t to) const {
    const double sum = sums_[to].value - sums_[from].value;
    return sums_[to].square - sums_[from].square - sum * sum / static_cast<double>(to - from);
  }

 private:
  struct Sums {
    double value = 0;
    double square = 0;
  };
  std::vector<Sums> sums_;
};

// A place where the last piece may begin.
struct Start {
  size_t at;
  size_t until;  // no longer worth trying for a piece that ends here or later
};

}  // namespace

std::vector<size_t> CutByMean(std::span<const double> values, double penalty, size_t shortest) {
  const size_t n = values.size();
  if (n < 2 * shortest) return {};
  const Cost cost(values);
  constexpr double kInfinite = std::numeric_limits<double>::infinity();
  constexpr size_t kAlways = std::numeric_limits<size_t>::max();
  std::vector<double> best(n + 1, kInfinite);  // of the values before an index
  std::vector<size_t> last(n + 1, 0);          // where the last piece of that begins
  best[0] = -penalty;
  std::vector<Start> starts;
  for (size_t end = shortest; end <= n; ++end) {
    if (const size_t at = end - shortest; best[at] < kInfinite) starts.push_back({at, kAlways});
    for (const Start& start : starts) {
      const double total = best[start.at] + cost(start.at, end) + penalty;
      if (total < best[end]) {
        best[end] = total;
        last[end] = start.at;
      }
    }
    // A start that cannot beat a cut here never will, once the piece behind the cut is long enough.
    for (Start& start : starts) {
      if (start.until == kAlways && best[start.at] + cost(start.at, end) > best[end]) {
        start.until = end + shortest;
      }
    }
    std::erase_if(starts, [end](const Start& start) { return start.until <= end + 1; });
  }
  std::vector<size_t> cuts;
  for (size_t at = last[n]; at > 0; at = last[at]) cuts.push_back(at);
  std::reverse(cuts.begin(), cuts.end());
  return cuts;
}

}  // namespace hypergauge::analysis
