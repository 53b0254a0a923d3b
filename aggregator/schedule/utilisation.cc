#include "aggregator/schedule/utilisation.h"

#include <algorithm>

namespace hypergauge::aggregator {
namespace {

using std::chrono::minutes;

int64_t MinuteOf(Time at) {
  return std::chrono::floor<minutes>(at).count();
}

}  // namespace

void Utilisation::Lock(Time now) {
  if (locked_) return;
  locked_ = true;
  since_ = now;
}

void Utilisation::Unlock(Time now) {
  if (!locked_) return;
  locked_ = false;
  Add(since_, now);
}

void Utilisation::Add(Time from, Time until) {
  from = std::max(from, until - minutes(kMinutes - 1));
  while (from < until) {
    const int64_t minute = MinuteOf(from);
    const Time end = std::min<Time>(until, minutes(minute + 1));
    const auto bucket = static_cast<size_t>(minute) % kMinutes;
    if (minute_[bucket] != minute) nanos_[bucket] = 0;
    minute_[bucket] = minute;
    nanos_[bucket] += (end - from).count();
    from = end;
  }
}

double Utilisation::LastHour(Time now) const {
  Utilisation until_now = *this;
  until_now.Unlock(now);
  // The minute that has begun counts for the part that is over.
  const int64_t newest = MinuteOf(now);
  Time locked{};
  for (size_t i = 0; i < kMinutes; ++i) {
    if (until_now.minute_[i] > newest - 60 && until_now.minute_[i] <= newest) {
      locked += Time(until_now.nanos_[i]);
    }
  }
  const Time covered = minutes(59) + (now - minutes(newest));
  return std::clamp(static_cast<double>(locked.count()) / static_cast<double>(covered.count()), 0.0,
                    1.0);
}

}  // namespace hypergauge::aggregator
