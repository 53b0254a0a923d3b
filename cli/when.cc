#include "cli/when.h"

#include <array>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <utility>

#include "base/duration.h"

namespace hypergauge::cli {
namespace {

constexpr int64_t kNanosPerSecond = 1'000'000'000;

// Whether all of `text` is of this form; strptime alone lets days like February 30 through.
bool ParseUtc(const std::string& text, const char* form, int64_t& unix_nanos) {
  std::tm parts{};
  const char* end = strptime(text.c_str(), form, &parts);
  if (end == nullptr || *end != '\0') return false;
  const int day = parts.tm_mday;
  unix_nanos = int64_t{timegm(&parts)} * kNanosPerSecond;
  return parts.tm_mday == day && unix_nanos >= 0;
}

}  // namespace

std::string FormatMoment(int64_t unix_nanos) {
  if (unix_nanos == 0) return "-";
  const std::time_t seconds = unix_nanos / kNanosPerSecond;
  std::tm utc{};
  gmtime_r(&seconds, &utc);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &utc);
  return text.data();
}

std::string FormatExactMoment(int64_t unix_nanos) {
  std::array<char, 16> fraction{};
  std::snprintf(fraction.data(), fraction.size(), ".%09d",
                static_cast<int>(std::abs(unix_nanos % kNanosPerSecond)));
  std::string digits = fraction.data();
  digits.erase(digits.find_last_not_of('0') + 1);
  if (digits == ".") digits.clear();
  std::string text = FormatMoment(unix_nanos);
  return text.insert(text.size() - 1, digits);
}

std::string FormatLocal(int64_t unix_nanos, const char* form) {
  const std::time_t seconds = unix_nanos / kNanosPerSecond;
  std::tm local{};
  localtime_r(&seconds, &local);
  std::array<char, 64> text{};
  std::strftime(text.data(), text.size(), form, &local);
  return text.data();
}

std::string FormatDuration(int64_t nanos) {
  constexpr int64_t kNanosPerMilli = 1'000'000;
  constexpr std::array<std::pair<int64_t, char>, 4> kUnits = {
      {{86'400, 'd'}, {3'600, 'h'}, {60, 'm'}, {1, 's'}}};
  if (nanos < kNanosPerMilli) return "0s";
  if (nanos < kNanosPerSecond) return std::to_string(nanos / kNanosPerMilli) + "ms";
  const int64_t seconds = nanos / kNanosPerSecond;
  size_t unit = 0;
  while (kUnits[unit].first > seconds) ++unit;
  const auto [size, letter] = kUnits[unit];
  std::string text = std::to_string(seconds / size) + letter;
  if (unit + 1 == kUnits.size()) return text;
  const auto [next_size, next_letter] = kUnits[unit + 1];
  const int64_t rest = seconds % size / next_size;
  return rest == 0 ? text : text + std::to_string(rest) + next_letter;
}

Result<int64_t> ParseSince(const std::string& text, int64_t now_unix_nanos) {
  // Years of more digits would overflow.
  constexpr size_t kLongest = sizeof("2026-11-23T20:30:12Z") - 1;
  if (const auto duration = ParseDuration(text); duration) {
    return duration->count() < now_unix_nanos ? now_unix_nanos - duration->count() : 0;
  }
  int64_t unix_nanos = 0;
  if (text.size() <= kLongest && (ParseUtc(text, "%Y-%m-%dT%H:%M:%SZ", unix_nanos) ||
                                  ParseUtc(text, "%Y-%m-%d", unix_nanos))) {
    return unix_nanos;
  }
  return Fail(ErrorCode::kInvalidArgument,
              "\"" + text +
                  "\" is neither a duration (2d, 90m) nor a day (2026-11-23) nor a moment in UTC "
                  "(2026-11-23T20:30:12Z)");
}

}  // namespace hypergauge::cli
