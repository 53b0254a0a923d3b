#include "probes/spread_bar.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

namespace hypergauge::probes {
namespace {

struct Glyphs {
  const char* line;
  const char* box;
  const char* median;
  const char* least;
  const char* greatest;
  const char* less;  // than the bar can show
  const char* more;
};

constexpr Glyphs kUtf8 = {"─", "▓", "┃", "├", "┤", "◀", "▶"};
constexpr Glyphs kAscii = {"-", "=", "|", "[", "]", "<", ">"};

constexpr std::array kRanges = {0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0};

// Columns from the median, negative to its left.
int ColumnOf(double deviation, double range) {
  const double column = std::round(deviation / range * kBarHalf);
  return static_cast<int>(std::clamp(column, -1.0 * kBarHalf, 1.0 * kBarHalf));
}

std::string Percent(double ratio) {
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%+g %%", 100 * ratio);
  return text.data();
}

}  // namespace

double LargestDeviation(std::span<const double> samples, double median) {
  if (samples.empty() || median <= 0) return 0;
  const auto [least, greatest] = std::minmax_element(samples.begin(), samples.end());
  return std::max(median - *least, *greatest - median) / median;
}

double BarRange(std::span<const double> deviations) {
  const double wanted = Quantile(deviations, 0.75).value_or(0);
  const auto* const found =
      std::find_if(kRanges.begin(), kRanges.end(), [&](double each) { return each >= wanted; });
  return found == kRanges.end() ? kRanges.back() : *found;
}

std::string BarTitle(double range) {
  const std::string left = Percent(-range);
  const std::string right = Percent(range);
  const auto used = left.size() + right.size();
  return left + std::string(used < kBarWidth ? kBarWidth - used : 1, ' ') + right;
}

std::string SpreadBar(std::span<const double> samples, double range, bool utf8) {
  const auto summary = Summarize(samples);
  if (!summary || summary->median <= 0) return "";
  const auto [least, greatest] = std::minmax_element(samples.begin(), samples.end());
  const double low = *least / summary->median - 1;
  const double high = *greatest / summary->median - 1;
  const int first = ColumnOf(low, range);
  const int last = ColumnOf(high, range);
  const int box = ColumnOf(summary->mad / summary->median, range);
  const Glyphs& glyphs = utf8 ? kUtf8 : kAscii;
  std::string bar;
  for (int column = -kBarHalf; column <= kBarHalf; ++column) {
    if (column == 0) {
      bar += glyphs.median;
    } else if (column < first || column > last) {
      bar += ' ';
    } else if (column == first) {
      bar += low < -range ? glyphs.less : glyphs.least;
    } else if (column == last) {
      bar += high > range ? glyphs.more : glyphs.greatest;
    } else {
      bar += std::abs(column) <= box ? glyphs.box : glyphs.line;
    }
  }
  return bar;
}

}  // namespace hypergauge::probes
