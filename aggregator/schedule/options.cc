#include "aggregator/schedule/options.h"

#include <algorithm>
#include <bitset>
#include <cctype>
#include <cmath>
#include <set>

#include "base/duration.h"

namespace hypergauge::aggregator {
namespace {

constexpr int kMinutesOfDay = 24 * 60;
constexpr size_t kLongestName = 64;
// Far above anything sensible, and far below what sums of nanoseconds could not hold.
constexpr Time kLongest = std::chrono::days(366);

tl::unexpected<Error> Refuse(const std::string& message) {
  return Fail(ErrorCode::kInvalidArgument, message);
}

// "schedule.interval" where the shorthand says the same, "schedule.plans nightly: interval" else.
std::string KeyOf(const ScheduleOptions& options, const Plan& plan, const std::string& key) {
  if (options.plans.size() == 1 && plan.name == plan.suite) return "schedule." + key;
  return "schedule.plans " + plan.name + ": " + key;
}

Result<void> CheckTime(const std::string& key, Time value, bool may_be_none) {
  if (value > Time{} && value <= kLongest) return {};
  if (value == Time{} && may_be_none) return {};
  return Refuse(key + " " + FormatSeconds(value) + " is not from " +
                (may_be_none ? "0" : "above 0") + " to 366 days");
}

Result<void> CheckName(const Plan& plan) {
  const bool fits = !plan.name.empty() && plan.name.size() <= kLongestName;
  const bool plain = std::all_of(plan.name.begin(), plan.name.end(), [](unsigned char letter) {
    return std::isalnum(letter) != 0 || letter == '_' || letter == '-' || letter == '.';
  });
  if (fits && plain) return {};
  return Refuse("schedule.plans: a name must have 1 to 64 letters, digits, '_', '-' or '.'");
}

// Four turns are the round of a host with one guest; where those do not fit, no pair can be had.
Result<void> CheckFit(const ScheduleOptions& options, const Plan& plan) {
  if (4 * plan.cycle <= plan.interval) return {};
  const auto cycle = FormatSeconds(plan.cycle);
  return Refuse(KeyOf(options, plan, "interval ") + FormatSeconds(plan.interval) +
                ": a host without guests needs 1 turn x " + cycle + " = " + cycle +
                ", one with a guest 4 turns x " + cycle + " = " + FormatSeconds(4 * plan.cycle) +
                ", which does not fit; lower the cycle or raise the interval");
}

Result<void> CheckPlan(const ScheduleOptions& options, const Plan& plan) {
  const auto key = [&](const char* name) { return KeyOf(options, plan, name); };
  if (auto name = CheckName(plan); !name) return name;
  if (auto interval = CheckTime(key("interval"), plan.interval, false); !interval) return interval;
  if (auto cycle = CheckTime(key("cycle"), plan.cycle, false); !cycle) return cycle;
  if (auto lease = CheckTime(key("lease"), plan.lease, true); !lease) return lease;
  if (LeaseOf(plan) < plan.cycle) {
    return Refuse(key("lease ") + FormatSeconds(plan.lease) + " is shorter than the cycle of " +
                  FormatSeconds(plan.cycle) + ", so that no turn could end in it");
  }
  return CheckFit(options, plan);
}

Result<void> CheckPlans(const ScheduleOptions& options) {
  std::set<std::string> names;
  for (const auto& plan : options.plans) {
    if (auto checked = CheckPlan(options, plan); !checked) return checked;
    if (!names.insert(plan.name).second) {
      return Refuse("schedule.plans: two plans have the name " + plan.name);
    }
  }
  return CheckTime("schedule.retry", options.retry, false);
}

Result<void> CheckDuty(const std::string& key, double duty) {
  if (duty > 0 && duty <= 1) return {};
  return Refuse(key + " " + std::to_string(duty) + " is no share above 0 and up to 1");
}

std::bitset<kMinutesOfDay> MinutesOf(const std::vector<DailyWindow>& windows) {
  std::bitset<kMinutesOfDay> minutes;
  for (const auto& window : windows) {
    const int until = window.until > window.from ? window.until : window.until + kMinutesOfDay;
    for (int minute = window.from; minute < until; ++minute) {
      minutes.set(static_cast<size_t>(minute % kMinutesOfDay));
    }
  }
  return minutes;
}

Result<void> CheckCalendar(const ScheduleOptions& options) {
  const auto quiet = MinutesOf(options.quiet_hours);
  if (quiet.all())
    return Refuse("schedule.quiet_hours cover the whole day: nothing would ever be measured");
  for (const auto& plan : options.plans) {
    if (!plan.hours.empty() && (MinutesOf(plan.hours) & ~quiet).none()) {
      return Refuse(KeyOf(options, plan, "hours") +
                    " lie inside of schedule.quiet_hours: no round of it would ever begin");
    }
  }
  for (const auto& blackout : options.blackouts) {
    if (blackout.from >= blackout.until) {
      return Refuse("schedule.blackouts: one ends before it begins" +
                    (blackout.reason.empty() ? "" : ": " + blackout.reason));
    }
  }
  return {};
}

Result<void> CheckMesh(const MeshOptions& mesh) {
  if (auto interval = CheckTime("schedule.mesh.interval", mesh.interval, true); !interval)
    return interval;
  if (mesh.interval == Time{}) return {};
  if (auto cycle = CheckTime("schedule.mesh.cycle", mesh.cycle, false); !cycle) return cycle;
  if (mesh.cycle <= mesh.interval) return {};
  return Refuse("schedule.mesh.interval " + FormatSeconds(mesh.interval) + ": a turn of " +
                FormatSeconds(mesh.cycle) + " does not fit; lower the cycle or raise the interval");
}

Result<void> CheckOfflineTimes(const OfflineOptions& offline) {
  const struct {
    const char* key;
    Time value;
    bool may_be_none;
  } times[] = {{"schedule.offline.length", offline.length, false},
               {"schedule.offline.guard", offline.guard, true},
               {"schedule.offline.valid", offline.valid, false},
               {"schedule.offline.after", offline.after, true}};
  for (const auto& time : times) {
    if (auto checked = CheckTime(time.key, time.value, time.may_be_none); !checked) return checked;
  }
  return {};
}

Result<void> CheckOffline(const OfflineOptions& offline) {
  if (auto period = CheckTime("schedule.offline.period", offline.period, true); !period)
    return period;
  if (offline.period == Time{}) return {};
  if (auto times = CheckOfflineTimes(offline); !times) return times;
  const auto period = FormatSeconds(offline.period);
  if (offline.length + offline.guard > offline.period) {
    return Refuse("schedule.offline.period " + period + ": a slot of " +
                  FormatSeconds(offline.length) + " and its guard of " +
                  FormatSeconds(offline.guard) + " take " +
                  FormatSeconds(offline.length + offline.guard) +
                  ", which does not fit; shorten them or raise the period");
  }
  if (offline.valid >= offline.period) return {};
  return Refuse("schedule.offline.valid " + FormatSeconds(offline.valid) +
                ": a slot would expire before it comes around, every " + period +
                "; raise it or shorten the period");
}

}  // namespace

Time LeaseOf(const Plan& plan) {
  if (plan.lease != Time{}) return plan.lease;
  return std::max<Time>(std::chrono::minutes(1), 3 * plan.cycle);
}

Result<void> CheckOptions(const ScheduleOptions& options) {
  if (auto plans = CheckPlans(options); !plans) return plans;
  if (auto node = CheckDuty("schedule.duty.node", options.node_duty); !node) return node;
  if (auto host = CheckDuty("schedule.duty.host", options.host_duty); !host) return host;
  if (auto calendar = CheckCalendar(options); !calendar) return calendar;
  if (!(options.ceilings.cpu_seconds >= 0) || !std::isfinite(options.ceilings.cpu_seconds)) {
    return Refuse("schedule.ceilings.cpu must be a time, or 0 for none");
  }
  if (auto mesh = CheckMesh(options.mesh); !mesh) return mesh;
  return CheckOffline(options.offline);
}

}  // namespace hypergauge::aggregator
