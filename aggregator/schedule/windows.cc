#include "aggregator/schedule/windows.h"

#include <algorithm>
#include <charconv>
#include <ctime>

namespace hypergauge::aggregator {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr int kMinutesOfDay = 24 * 60;
constexpr int kSecondsOfDay = kMinutesOfDay * 60;
// Longer than any window can be put off: a clock that is set forward may skip it once.
constexpr Time kHorizon = days(3);

struct LocalTime {
  int second_of_day = 0;
  long offset = 0;  // from UTC, seconds
};

LocalTime LocalAt(Time at) {
  const std::time_t seconds_since_1970 = std::chrono::floor<seconds>(at).count();
  std::tm local{};
  localtime_r(&seconds_since_1970, &local);
  return {(local.tm_hour * 60 + local.tm_min) * 60 + std::min(local.tm_sec, 59), local.tm_gmtoff};
}

bool IsInsideOf(const DailyWindow& window, int minute) {
  if (window.from < window.until) return window.from <= minute && minute < window.until;
  return minute >= window.from || minute < window.until;
}

bool IsInsideAt(const std::vector<DailyWindow>& windows, int second_of_day) {
  return std::any_of(windows.begin(), windows.end(), [&](const DailyWindow& window) {
    return IsInsideOf(window, second_of_day / 60);
  });
}

// Seconds until the local clock next shows the begin or the end of a window.
int ToNextEdge(const std::vector<DailyWindow>& windows, int second_of_day) {
  int least = kSecondsOfDay;
  for (const auto& window : windows) {
    for (const int edge : {window.from * 60, window.until * 60}) {
      const int ahead = (edge - second_of_day + kSecondsOfDay) % kSecondsOfDay;
      if (ahead > 0) least = std::min(least, ahead);
    }
  }
  return least;
}

// The first second after `from` at which the local clock's offset is no longer that of `from`.
Time OffsetChange(Time from, Time until) {
  const long offset = LocalAt(from).offset;
  while (until - from > seconds(1)) {
    const Time middle = std::chrono::floor<seconds>(from + (until - from) / 2);
    (LocalAt(middle).offset == offset ? from : until) = middle;
  }
  return until;
}

Time NextWith(bool inside, const std::vector<DailyWindow>& windows, Time at) {
  const Time begin = at;
  if (begin > Time::max() - 2 * kHorizon) return Time::max();
  while (at - begin <= kHorizon) {
    const auto local = LocalAt(at);
    if (IsInsideAt(windows, local.second_of_day) == inside) return at;
    at = std::chrono::floor<seconds>(at);
    const Time edge = at + seconds(ToNextEdge(windows, local.second_of_day));
    at = LocalAt(edge).offset == local.offset ? edge : OffsetChange(at, edge);
  }
  return Time::max();
}

// A number of exactly so many digits; -1 where it is none.
int Digits(std::string_view text, size_t at, size_t count) {
  if (at + count > text.size()) return -1;
  const char* const begin = text.data() + at;
  if (*begin < '0' || *begin > '9') return -1;
  int value = -1;
  const auto [end, error] = std::from_chars(begin, begin + count, value);
  return error == std::errc() && end == begin + count ? value : -1;
}

// "22:00"; -1 where it is none.
int MinuteOf(std::string_view text) {
  if (text.size() != 5 || text[2] != ':') return -1;
  const int hour = Digits(text, 0, 2);
  const int minute = Digits(text, 3, 2);
  if (hour < 0 || hour > 24 || minute < 0 || minute > 59) return -1;
  return hour * 60 + minute <= kMinutesOfDay ? hour * 60 + minute : -1;
}

// "Z" or "+01:00", as what is to be taken off; nothing where it is neither.
std::optional<minutes> OffsetOf(std::string_view text) {
  if (text == "Z") return minutes(0);
  if (text.empty() || (text[0] != '+' && text[0] != '-')) return std::nullopt;
  const int minute = MinuteOf(text.substr(1));
  if (minute < 0 || minute >= kMinutesOfDay) return std::nullopt;
  return minutes(text[0] == '+' ? minute : -minute);
}

// Takes ".25" off the front; nothing where a '.' has no digits, or more than nanoseconds need.
std::optional<Time> TakeFraction(std::string_view& text) {
  constexpr size_t kMostDigits = 9;
  if (!text.starts_with('.')) return Time(0);
  const auto end = std::min(text.find_first_not_of("0123456789", 1), text.size());
  auto digits = std::string(text.substr(1, end - 1));
  if (digits.empty() || digits.size() > kMostDigits) return std::nullopt;
  digits.resize(kMostDigits, '0');
  text.remove_prefix(end);
  return Time(Digits(digits, 0, kMostDigits));
}

}  // namespace

Result<DailyWindow> ParseDailyWindow(std::string_view text) {
  const auto quoted = "\"" + std::string(text) + "\"";
  const auto dash = std::min(text.find('-'), text.size());
  const int from = MinuteOf(text.substr(0, dash));
  const int until = MinuteOf(text.substr(std::min(dash + 1, text.size())));
  if (from < 0 || until < 0) {
    return Fail(ErrorCode::kInvalidArgument,
                quoted + " is no range of hours; write for example 22:00-06:00");
  }
  const DailyWindow window{from % kMinutesOfDay, until};
  if (window.from == window.until % kMinutesOfDay && !(from == 0 && until == kMinutesOfDay)) {
    return Fail(ErrorCode::kInvalidArgument,
                quoted + " is a range of no length; the whole day is 00:00-24:00");
  }
  return window;
}

Result<Time> ParseMoment(std::string_view text) {
  constexpr size_t kOffsetAt = 19;  // behind "2026-12-24T18:00:00"
  const auto bad = [&] {
    return Fail(ErrorCode::kInvalidArgument,
                "\"" + std::string(text) +
                    "\" is no moment from 1970 to 2199; write for example 2026-12-24T18:00:00Z or "
                    "2026-12-24T18:00:00+01:00");
  };
  if (text.size() <= kOffsetAt || text[4] != '-' || text[7] != '-' || text[10] != 'T' ||
      text[13] != ':' || text[16] != ':') {
    return bad();
  }
  const int year = Digits(text, 0, 4);
  const int month = Digits(text, 5, 2);
  const int day = Digits(text, 8, 2);
  const int hour = Digits(text, 11, 2);
  const int minute = Digits(text, 14, 2);
  const int second = Digits(text, 17, 2);
  auto rest = text.substr(kOffsetAt);
  const auto fraction = TakeFraction(rest);
  const auto offset = OffsetOf(rest);
  if (!fraction || !offset || year < 1970 || year > 2199 || month < 0 || day < 0) return bad();
  if (hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return bad();
  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  if (!date.ok()) return bad();
  return std::chrono::sys_days(date).time_since_epoch() + hours(hour) + minutes(minute) +
         seconds(second) + *fraction - *offset;
}

bool IsInside(const std::vector<DailyWindow>& windows, Time at) {
  return !windows.empty() && IsInsideAt(windows, LocalAt(at).second_of_day);
}

Time NextInside(const std::vector<DailyWindow>& windows, Time at) {
  return windows.empty() ? Time::max() : NextWith(true, windows, at);
}

Time NextOutside(const std::vector<DailyWindow>& windows, Time at) {
  return windows.empty() ? at : NextWith(false, windows, at);
}

const Blackout* BlackoutOf(const std::vector<Blackout>& blackouts, std::string_view host, Time at,
                           Time until) {
  const auto found = std::find_if(blackouts.begin(), blackouts.end(), [&](const Blackout& each) {
    const bool meets = at < each.until && (until > each.from || at >= each.from);
    return meets && (each.hosts.empty() ||
                     std::find(each.hosts.begin(), each.hosts.end(), host) != each.hosts.end());
  });
  return found == blackouts.end() ? nullptr : &*found;
}

}  // namespace hypergauge::aggregator
