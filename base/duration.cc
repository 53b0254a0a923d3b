#include "base/duration.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <cstdlib>

namespace hypergauge {
namespace {

using std::chrono::milliseconds;

struct DurationUnit {
  std::string_view name;
  milliseconds size;
};

// Largest first; "ms" is told from "m" by taking all letters.
constexpr std::array kUnits = {
    DurationUnit{"w", std::chrono::days(7)},    DurationUnit{"d", std::chrono::days(1)},
    DurationUnit{"h", std::chrono::hours(1)},   DurationUnit{"m", std::chrono::minutes(1)},
    DurationUnit{"s", std::chrono::seconds(1)}, DurationUnit{"ms", milliseconds(1)},
};
constexpr milliseconds kLongest = std::chrono::days(36'500);  // fits nanoseconds in 64 bits

}  // namespace

Result<std::chrono::nanoseconds> ParseDuration(std::string_view text) {
  const auto bad = [&] {
    return Fail(ErrorCode::kInvalidArgument,
                "\"" + std::string(text) + "\" is no duration; write for example 30s, 5m or 1h30m");
  };
  if (text == "0") return std::chrono::nanoseconds(0);
  if (text.empty()) return bad();
  milliseconds total{};
  size_t next_unit = 0;
  for (std::string_view rest = text; !rest.empty();) {
    uint32_t count = 0;
    const auto [number_end, error] = std::from_chars(rest.data(), rest.data() + rest.size(), count);
    if (error != std::errc() || number_end == rest.data()) return bad();
    rest.remove_prefix(static_cast<size_t>(number_end - rest.data()));
    const auto letters = std::min(rest.find_first_of("0123456789"), rest.size());
    while (next_unit < kUnits.size() && kUnits[next_unit].name != rest.substr(0, letters)) {
      ++next_unit;
    }
    if (next_unit == kUnits.size()) return bad();
    if (count > kLongest / kUnits[next_unit].size) return bad();
    total += count * kUnits[next_unit].size;
    if (total > kLongest) return bad();
    ++next_unit;
    rest.remove_prefix(letters);
  }
  return total;
}

std::string FormatSeconds(std::chrono::nanoseconds duration) {
  // By hand: std::chrono::round overflows next to the longest duration.
  constexpr int64_t kNanos = 1'000'000;
  const int64_t rest = duration.count() % kNanos;
  const int64_t count = duration.count() / kNanos + rest / (kNanos / 2);
  std::string text = (count < 0 ? "-" : "") + std::to_string(std::abs(count / 1000));
  std::string fraction = std::to_string(1000 + std::abs(count % 1000)).replace(0, 1, ".");
  while (fraction.ends_with('0')) fraction.pop_back();
  return text + (fraction == "." ? "" : fraction) + "s";
}

}  // namespace hypergauge
