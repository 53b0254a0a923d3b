#include "base/units.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <iterator>
#include <utility>

namespace hypergauge {
namespace {

struct UnitName {
  std::string_view unit;
  std::string_view symbol;
};

constexpr std::array kUnits = {
    UnitName{"seconds", "s"},
    UnitName{"bytes", "B"},
    UnitName{"bytes_per_second", "B/s"},
    UnitName{"operations_per_second", "ops/s"},
    UnitName{"events_per_second", "events/s"},
    UnitName{"connections_per_second", "conn/s"},
    UnitName{"ratio", ""},
};

// Three significant digits: 1.23, 12.3, 123.
std::string ThreeDigits(double value) {
  const double size = std::abs(value);
  const int decimals = size >= 99.95 || value == 0 ? 0 : size >= 9.995 ? 1 : 2;
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
  return text.data();
}

// The SI prefix that leaves 1 to 999 in front of the decimal point.
std::pair<double, std::string_view> Scale(double size, bool may_shrink) {
  constexpr std::array<std::pair<double, std::string_view>, 9> kPrefixes = {{{1e12, "T"},
                                                                             {1e9, "G"},
                                                                             {1e6, "M"},
                                                                             {1e3, "k"},
                                                                             {1, ""},
                                                                             {1e-3, "m"},
                                                                             {1e-6, "µ"},
                                                                             {1e-9, "n"},
                                                                             {1e-12, "p"}}};
  for (const auto& [factor, prefix] : kPrefixes) {
    // Rounding to three digits must not print "1000 µs" for 999.9 µs.
    if (size >= factor * 0.9995 && (may_shrink || factor >= 1)) return {factor, prefix};
  }
  return {1, ""};
}

}  // namespace

std::string UnitSymbol(std::string_view unit) {
  for (const auto& known : kUnits) {
    if (known.unit == unit) return std::string(known.symbol);
  }
  return std::string(unit);
}

std::string FormatFigure(double value, std::string_view unit) {
  if (!std::isfinite(value)) return std::isnan(value) ? "NaN" : value > 0 ? "inf" : "-inf";
  const std::string symbol = UnitSymbol(unit);
  if (unit == "ratio") return ThreeDigits(value);
  const bool is_time = unit == "seconds";
  // Minutes of a long benchmark read better as seconds than as kiloseconds.
  const auto [factor, prefix] = is_time && std::abs(value) >= 1
                                    ? std::pair<double, std::string_view>{1, ""}
                                    : Scale(std::abs(value), is_time);
  std::string text = ThreeDigits(value / factor);
  if (!symbol.empty() || !prefix.empty()) text += ' ';
  return text.append(prefix).append(symbol);
}

Result<uint64_t> ParseBytes(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, uint64_t>, 8> kByteUnits = {
      {{"", 1},
       {"B", 1},
       {"kB", 1000},
       {"KiB", 1024},
       {"MB", 1'000'000},
       {"MiB", uint64_t{1} << 20U},
       {"GB", 1'000'000'000},
       {"GiB", uint64_t{1} << 30U}}};
  uint64_t count = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), count);
  const auto unit = text.substr(static_cast<size_t>(end - text.data()));
  for (const auto& [name, factor] : kByteUnits) {
    if (error == std::errc() && unit == name && count <= UINT64_MAX / factor) {
      return count * factor;
    }
  }
  return Fail(ErrorCode::kInvalidArgument,
              "\"" + std::string(text) + "\" is no number of bytes; write 1500, 64MiB or 2GB");
}

}  // namespace hypergauge
