#include "aggregator/schedule/ceilings.h"

#include <cmath>

namespace hypergauge::aggregator {
namespace {

int64_t DayOf(Time at) {
  return std::chrono::floor<std::chrono::days>(at).count();
}

void AddBytes(uint64_t& total, uint64_t bytes) {
  total = bytes > UINT64_MAX - total ? UINT64_MAX : total + bytes;
}

}  // namespace

void Ceilings::Charge(const std::string& host, const RunCost& cost, Time at) {
  const int64_t number = DayOf(at);
  auto& day = days_.try_emplace(host, Day{number, {}}).first->second;
  if (number < day.number) return;
  if (number > day.number) day = {number, {}};
  // Probes say what runs took: a figure that is none must not make the day's sum one.
  if (std::isfinite(cost.cpu_seconds) && cost.cpu_seconds > 0) {
    day.taken.cpu_seconds += cost.cpu_seconds;
  }
  AddBytes(day.taken.bytes_written, cost.bytes_written);
  AddBytes(day.taken.bytes_sent, cost.bytes_sent);
}

std::optional<HostDay> Ceilings::LastDay(const std::string& host) const {
  const auto day = days_.find(host);
  if (day == days_.end()) return std::nullopt;
  return HostDay{host, day->second.number, day->second.taken};
}

RunCost Ceilings::Today(const std::string& host, Time now) const {
  const auto day = days_.find(host);
  if (day == days_.end() || day->second.number != DayOf(now)) return {};
  return day->second.taken;
}

std::optional<std::string> Ceilings::Reached(const std::string& host, Time now) const {
  const auto taken = Today(host, now);
  if (options_.cpu_seconds > 0 && taken.cpu_seconds >= options_.cpu_seconds) return "cpu_seconds";
  if (options_.bytes_written > 0 && taken.bytes_written >= options_.bytes_written) {
    return "bytes_written";
  }
  if (options_.bytes_sent > 0 && taken.bytes_sent >= options_.bytes_sent) return "bytes_sent";
  return std::nullopt;
}

Time Ceilings::NextDay(Time now) {
  using std::chrono::days;
  const auto today = std::chrono::floor<days>(now);
  if (today >= std::chrono::floor<days>(Time::max())) return Time::max();
  return today + days(1);
}

}  // namespace hypergauge::aggregator
