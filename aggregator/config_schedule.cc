#include "aggregator/config_schedule.h"

#include <algorithm>

#include "aggregator/config.h"
#include "base/clock.h"

namespace hypergauge::aggregator {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

// No turn is begun and ended faster than that.
constexpr Time kLeast = milliseconds(1);

// By suite: light, standard, pilot.
struct BySuite {
  Time light;
  Time standard;
  Time pilot;
};

constexpr BySuite kSuiteTakes = {seconds(20), minutes(6), hours(1)};
constexpr BySuite kMeshTakes = {seconds(10), minutes(1), minutes(10)};
constexpr BySuite kBenchmarkTakes = {milliseconds(2500), seconds(10), minutes(2)};

Time Of(const BySuite& times, const std::string& suite) {
  if (suite == "standard") return times.standard;
  return suite == "pilot" ? times.pilot : times.light;
}

Time CycleOf(const std::string& suite, const std::vector<std::string>& benchmarks,
             const BySuite& whole_suite) {
  if (benchmarks.empty()) return Of(whole_suite, suite);
  return std::max<Time>(seconds(1),
                        static_cast<int64_t>(benchmarks.size()) * Of(kBenchmarkTakes, suite));
}

Setter WindowsInto(std::vector<DailyWindow>& windows) {
  return [&windows](const YAML::Node& node) {
    ReadList(node, "hours like \"22:00-06:00\"", [&](const YAML::Node& entry) {
      windows.push_back(ValueOrThrow(entry, ParseDailyWindow(ReadText(entry))));
    });
  };
}

Setter MomentInto(Time& moment) {
  return [&moment](const YAML::Node& node) {
    moment = ValueOrThrow(node, ParseMoment(ReadText(node)));
  };
}

Setter ClassesInto(std::map<std::string, LockClass>& classes) {
  return [&classes](const YAML::Node& node) {
    if (!node.IsMap()) throw ConfigError{node.Mark(), "must be a map of category to class"};
    for (const auto& entry : node) {
      const auto name = ReadText(entry.second);
      const auto [at, is_new] = classes.try_emplace(ReadText(entry.first));
      if (!is_new) throw ConfigError{entry.first.Mark(), "\"" + at->first + "\" is given twice"};
      auto& lock_class = at->second;
      if (name == "exclusive") {
        lock_class = LockClass::kExclusive;
      } else if (name == "normal") {
        lock_class = LockClass::kNormal;
      } else if (name == "background") {
        lock_class = LockClass::kBackground;
      } else {
        throw ConfigError{entry.second.Mark(), "unknown class \"" + name +
                                                   "\"; there are exclusive, normal, background"};
      }
    }
  };
}

// What a plan and the shorthand have in common.
Setters PlanKeys(Plan& plan) {
  return {{"suite", SuiteInto(plan.suite)},
          {"interval", DurationInto(plan.interval, seconds(1))},
          {"cycle", DurationInto(plan.cycle, kLeast)},
          {"lease", DurationInto(plan.lease, kLeast, true)},
          {"benchmarks", NamesInto(plan.benchmarks, "names of benchmarks")}};
}

// A plan of which nothing is known yet that depends on what else is said of it.
Plan Unfinished() {
  Plan plan;
  plan.name.clear();
  plan.cycle = Time{};
  return plan;
}

Plan Finished(Plan plan) {
  if (plan.name.empty()) plan.name = plan.suite;
  if (plan.cycle == Time{}) plan.cycle = CycleOf(plan.suite, plan.benchmarks, kSuiteTakes);
  return plan;
}

Plan ReadPlan(const YAML::Node& node) {
  Plan plan = Unfinished();
  Setters keys = PlanKeys(plan);
  keys["name"] = TextInto(plan.name);
  keys["hours"] = WindowsInto(plan.hours);
  ReadMap(node, "a plan", keys);
  return Finished(std::move(plan));
}

Blackout ReadBlackout(const YAML::Node& node) {
  Blackout blackout;
  ReadMap(node, "a blackout",
          {{"from", MomentInto(blackout.from)},
           {"until", MomentInto(blackout.until)},
           {"hosts", NamesInto(blackout.hosts, "names of hosts")},
           {"reason", TextInto(blackout.reason)}});
  for (const char* key : {"from", "until"}) {
    if (!node[key]) throw ConfigError{node.Mark(), std::string("a blackout needs ") + key};
  }
  if (blackout.from >= blackout.until) {
    throw ConfigError{node.Mark(), "a blackout must end after it begins"};
  }
  return blackout;
}

Setter Map(const std::string& what, Setters keys) {
  return [what, keys = std::move(keys)](const YAML::Node& node) { ReadMap(node, what, keys); };
}

Setter CeilingsInto(CeilingOptions& ceilings) {
  return [&ceilings](const YAML::Node& node) {
    Time cpu{};
    ReadMap(node, "ceilings",
            {{"cpu", DurationInto(cpu, kLeast, true)},
             {"bytes_written", BytesInto(ceilings.bytes_written)},
             {"bytes_sent", BytesInto(ceilings.bytes_sent)}});
    ceilings.cpu_seconds = ToSeconds(cpu);
  };
}

Setter OfflineInto(OfflineOptions& offline) {
  return Map("offline", {{"period", DurationInto(offline.period, kLeast, true)},
                         {"length", DurationInto(offline.length, kLeast)},
                         {"guard", DurationInto(offline.guard, kLeast, true)},
                         {"valid", DurationInto(offline.valid, kLeast)},
                         {"after", DurationInto(offline.after, kLeast, true)}});
}

void ReadMesh(const YAML::Node& node, MeshOptions& mesh) {
  ReadMap(node, "mesh",
          {{"interval", DurationInto(mesh.interval, kLeast, true)},
           {"suite", SuiteInto(mesh.suite)},
           {"benchmarks", NamesInto(mesh.benchmarks, "names of benchmarks")},
           {"cycle", DurationInto(mesh.cycle, kLeast)},
           {"bytes_per_day", BytesInto(mesh.bytes_per_day)}});
  if (!node["cycle"]) mesh.cycle = CycleOf(mesh.suite, mesh.benchmarks, kMeshTakes);
}

// All but what is said of plans.
Setters KeysOf(ScheduleOptions& options) {
  const auto read_blackouts = [&options](const YAML::Node& node) {
    ReadList(node, "blackouts",
             [&](const YAML::Node& n) { options.blackouts.push_back(ReadBlackout(n)); });
  };
  return {{"retry", DurationInto(options.retry, kLeast)},
          {"duty", Map("duty", {{"node", NumberInto(options.node_duty)},
                                {"host", NumberInto(options.host_duty)}})},
          {"quiet_hours", WindowsInto(options.quiet_hours)},
          {"blackouts", read_blackouts},
          {"ceilings", CeilingsInto(options.ceilings)},
          {"mesh", [&options](const YAML::Node& node) { ReadMesh(node, options.mesh); }},
          {"offline", OfflineInto(options.offline)},
          {"classes", ClassesInto(options.classes)}};
}

std::vector<Plan> DefaultPlans() {
  Plan nightly = Unfinished();
  nightly.name = "nightly";
  nightly.suite = "standard";
  nightly.interval = hours(24);
  nightly.hours = {{0, 6 * 60}};
  return {Plan{}, Finished(nightly)};
}

// What was granted before anybody noticed a cut is over then.
Time AfterLeases(const ScheduleOptions& options) {
  constexpr Time kNoticed = std::chrono::seconds(30);
  Time longest = OfflineOptions{}.after - kNoticed;
  for (const auto& plan : options.plans) longest = std::max(longest, LeaseOf(plan));
  return longest + kNoticed;
}

}  // namespace

ScheduleOptions DefaultSchedule() {
  ScheduleOptions options;
  options.plans = DefaultPlans();
  options.offline.after = AfterLeases(options);
  return options;
}

ScheduleOptions ReadSchedule(const YAML::Node& node) {
  ScheduleOptions options = DefaultSchedule();
  Plan shorthand = Unfinished();
  Setters keys = KeysOf(options);
  keys["plans"] = [&](const YAML::Node& plans) {
    options.plans.clear();
    ReadList(plans, "plans", [&](const YAML::Node& n) { options.plans.push_back(ReadPlan(n)); });
  };
  const Setters plan_keys = PlanKeys(shorthand);
  keys.insert(plan_keys.begin(), plan_keys.end());
  ReadMap(node, "schedule", keys);
  const auto said = std::find_if(plan_keys.begin(), plan_keys.end(),
                                 [&](const auto& key) { return node[key.first].IsDefined(); });
  if (said != plan_keys.end() && node["plans"]) {
    throw ConfigError{node[said->first].Mark(), "there are plans already; say it in one of them",
                      said->first};
  }
  if (said != plan_keys.end()) {
    options.plans = {Finished(std::move(shorthand))};
  } else if (!node["plans"] && !CheckOptions(options)) {
    // Nobody asked for the night: it must not make quiet nights an error.
    options.plans.back().hours.clear();
  }
  if (!node["offline"] || !node["offline"]["after"]) options.offline.after = AfterLeases(options);
  return options;
}

}  // namespace hypergauge::aggregator
