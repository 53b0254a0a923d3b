#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aggregator/schedule/types.h"
#include "base/result.h"

/// When nothing may be measured, by the calendar. Pure, but for the time zone of the process.
namespace hypergauge::aggregator {

/// A daily window in local time, which may go over midnight: 22:00-06:00. Minutes since midnight.
struct DailyWindow {
  int from = 0;
  int until = 0;
  friend bool operator==(const DailyWindow&, const DailyWindow&) = default;
};

/// "22:00-06:00". Errors: kInvalidArgument saying what is wrong; a window of no length is one.
[[nodiscard]] Result<DailyWindow> ParseDailyWindow(std::string_view text);

/// A time in which named hosts, or all, are left alone.
struct Blackout {
  Time from{};
  Time until{};
  std::vector<std::string> hosts;  ///< empty: all
  std::string reason;
  friend bool operator==(const Blackout&, const Blackout&) = default;
};

/// "2026-12-24T18:00:00Z", with decimals, "18:00:00.25Z", or with an offset, "18:00:00+01:00".
/// Errors: kInvalidArgument.
[[nodiscard]] Result<Time> ParseMoment(std::string_view text);

/// Whether the moment, in local time, is inside of one of the windows; none contains nothing.
[[nodiscard]] bool IsInside(const std::vector<DailyWindow>& windows, Time at);

/// The first moment at or after `at` that is inside of one of the windows (outside of all of them).
/// Daylight saving moves windows with the local clock. Time::max() where there is none.
[[nodiscard]] Time NextInside(const std::vector<DailyWindow>& windows, Time at);
[[nodiscard]] Time NextOutside(const std::vector<DailyWindow>& windows, Time at);

/// The blackout that the time from `at` until `until` on the host would touch; nothing where none.
[[nodiscard]] const Blackout* BlackoutOf(const std::vector<Blackout>& blackouts,
                                         std::string_view host, Time at, Time until);

}  // namespace hypergauge::aggregator
