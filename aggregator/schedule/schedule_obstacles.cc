#include <algorithm>

#include "aggregator/schedule/schedule_state.h"

/// Why nothing may be granted on a host for a while.
namespace hypergauge::aggregator {
namespace {

// Ends of leases are cut so precisely.
constexpr Time kGrain = std::chrono::milliseconds(100);

}  // namespace

std::optional<Obstacle> Schedule::State::PauseObstacle(const std::string& host) const {
  for (const auto& name : {std::string(), host}) {
    const auto found = pauses.find(name);
    if (found == pauses.end()) continue;
    return Obstacle{Reason::kPaused, found->second.until, found->second.reason};
  }
  return std::nullopt;
}

bool Schedule::State::IsPausedForAny(const std::vector<HostLock>& taken, Time now) const {
  return std::any_of(taken.begin(), taken.end(), [&](const HostLock& lock) {
    const auto pause = PauseObstacle(lock.host);
    return pause && pause->until > now;
  });
}

std::optional<Obstacle> Schedule::State::CalendarObstacle(const std::string& host, Time now,
                                                          Time length) const {
  const Time until = Later(now, length);
  if (const auto* blackout = BlackoutOf(options.blackouts, host, now, until); blackout != nullptr) {
    return Obstacle{Reason::kBlackout, blackout->until, blackout->reason};
  }
  if (!options.quiet_hours.empty()) {
    const Time quiet = NextInside(options.quiet_hours, now);
    if (quiet < until) {
      return Obstacle{Reason::kQuietHours, NextOutside(options.quiet_hours, quiet), {}};
    }
  }
  if (const auto ceiling = ceilings.Reached(host, now)) {
    return Obstacle{Reason::kCeiling, Ceilings::NextDay(now), *ceiling};
  }
  return std::nullopt;
}

bool Schedule::State::IsReserved(const std::string& host, Time now, Time until) const {
  if (slots.IsReserved(host, now, until)) return true;
  const Time from = Later(now, Clamped(options.offline.after));
  return until > from && standing.IsReserved(host, from, until);
}

std::optional<Obstacle> Schedule::State::SlotObstacle(const std::string& host, Time now,
                                                      Time length) const {
  if (!IsReserved(host, now, Later(now, length))) return std::nullopt;
  Time until = slots.NextFree(host, now, length);
  const Time after = Clamped(options.offline.after);
  if (length > after) {
    until = std::max(until, standing.NextFree(host, Later(now, after), length - after) - after);
  }
  return Obstacle{Reason::kOfflineSlot, until, {}};
}

std::optional<Obstacle> Schedule::State::ObstacleOf(const std::string& host, Time now,
                                                    Time length) const {
  if (auto pause = PauseObstacle(host)) return pause;
  if (auto calendar = CalendarObstacle(host, now, length)) return calendar;
  return SlotObstacle(host, now, length);
}

Time Schedule::State::CutEnd(const std::vector<HostLock>& taken, Time now, Time end,
                             bool by_calendar) const {
  if (by_calendar && !options.quiet_hours.empty()) {
    end = std::min(end, NextInside(options.quiet_hours, now));
  }
  for (const auto& lock : taken) {
    while (by_calendar) {
      const auto* blackout = BlackoutOf(options.blackouts, lock.host, now, end);
      if (blackout == nullptr || blackout->from <= now || blackout->from >= end) break;
      end = blackout->from;
    }
    if (!IsReserved(lock.host, now, end)) continue;
    Time free = now;
    while (end - free > kGrain) {
      const Time middle = free + (end - free) / 2;
      (IsReserved(lock.host, now, middle) ? end : free) = middle;
    }
    end = free;
  }
  return end;
}

}  // namespace hypergauge::aggregator
