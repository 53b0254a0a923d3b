#include "tests/sim/figures.h"

#include <algorithm>
#include <cstdarg>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/clock.h"

namespace hypergauge::sim {
namespace {

using Counts = std::map<std::string, uint64_t>;

constexpr double kWorstInterval = 0.10;
constexpr double kOccupancyOfThat = 0.5;
constexpr std::array<const char*, aggregator::kPairKinds> kKinds = {
    "host_host", "guest_host", "guest_same_host", "guest_other_host"};

// "12 (busy 7, error 5)"
std::string Reasons(const Counts& counts) {
  std::string text = std::to_string(Sum(counts));
  const char* between = " (";
  for (const auto& [reason, count] : counts) {
    text += between + reason + " " + std::to_string(count);
    between = ", ";
  }
  return counts.empty() ? text : text + ")";
}

[[gnu::format(printf, 1, 2)]] std::string Format(const char* format, ...) {
  std::array<char, 256> text{};
  va_list arguments;
  va_start(arguments, format);
  (void)std::vsnprintf(text.data(), text.size(), format, arguments);
  va_end(arguments);
  return text.data();
}

std::string Seconds(Time time) {
  return Format("%.4g s", ToSeconds(time));
}

std::string Network(const Figures& figures) {
  std::string text;
  uint64_t sum = 0;
  for (size_t i = 0; i < kKinds.size(); ++i) {
    sum += figures.network[i];
    text += Format("%s%s %llu", i == 0 ? "" : ", ", kKinds[i],
                   static_cast<unsigned long long>(figures.network[i]));
  }
  return std::to_string(sum) + " (" + text + ")";
}

std::string FaultsText(const Faults& faults) {
  const Counts counts = {{"aggregator crashes", faults.crashes},
                         {"nodes cut off", faults.cuts},
                         {"probe restarts", faults.probe_restarts},
                         {"deaths", faults.deaths},
                         {"migrations", faults.migrations},
                         {"pauses", faults.pauses},
                         {"run-now requests", faults.run_now},
                         {"busy", faults.busy},
                         {"aborted", faults.aborted},
                         {"held to the end", faults.held_to_the_end}};
  return Reasons(counts);
}

void Line(std::string& out, const char* name, const std::string& value) {
  out += Format("%-22s", name) + value + "\n";
}

void ParameterLines(const Figures& f, std::string& out) {
  const auto& o = f.options;
  Line(out, "fleet",
       Format("%d hosts, %d guests (%d a host)", o.hosts, o.guests, GuestsPerHost(o)));
  Line(out, "time",
       Format("%.4g days, seed %llu, faults %s", ToSeconds(o.duration) / 86400,
              static_cast<unsigned long long>(o.seed), o.faults ? "on" : "off"));
  Line(
      out, "interval",
      Seconds(f.interval) + ", effective " + Seconds(f.effective) + Format(" (duty %.4g)", f.duty));
  Line(out, "cycle", Seconds(o.cycle) + " +-15 %, measured " + Seconds(f.mean_turn));
  Line(out, "lock", "a lease " + Seconds(f.lease) + " at the most, held " + Seconds(f.mean_lock));
  Line(out, "network interval", Seconds(o.mesh_interval));
}

void ResultLines(const Figures& f, std::string& out) {
  Line(out, "planned", std::to_string(f.counts.planned));
  Line(out, "granted", std::to_string(f.counts.granted));
  Line(out, "completed", std::to_string(f.counts.completed));
  Line(out, "deferred", Reasons(f.counts.deferred));
  Line(out, "missed", Reasons(f.counts.missed));
  Line(out, "preempted", Reasons(f.counts.preempted));
  Line(out, "expired", Reasons(f.counts.expired));
  Line(out, "network turns", Network(f));
  Line(out, "offline turns", std::to_string(f.offline));
  if (f.options.faults) Line(out, "faults", FaultsText(f.faults));
  Line(out, "collisions", std::to_string(f.collisions));
  for (const auto& example : f.examples) Line(out, "", example);
  Line(out, "migrated meetings", std::to_string(f.migrated_meetings));
  Line(out, "violations", Reasons(f.violations));
  Line(out, "interval error",
       Format("worst %.2f %%, p99 %.2f %%, median %.3f %% of %llu", 100 * f.interval_error.worst,
              100 * f.interval_error.p99, 100 * f.interval_error.median,
              static_cast<unsigned long long>(f.interval_error.count)));
  Line(out, "fairness", Format("%.5f (Jain)", f.jain));
  Line(out, "occupancy", Format("%.3f", f.occupancy));
  Line(out, "cpu per grant", Format("%.2f us", 1e6 * f.cpu_per_grant));
  Line(out, "calls",
       Format("%llu, of which %llu asked to come back at once",
              static_cast<unsigned long long>(f.calls),
              static_cast<unsigned long long>(f.idle_wakes)));
  Line(out, "wall time", Format("%.1f s", f.wall));
}

nlohmann::json NetworkJson(const Figures& figures) {
  nlohmann::json json;
  for (size_t i = 0; i < kKinds.size(); ++i) json[kKinds[i]] = figures.network[i];
  return json;
}

nlohmann::json FaultsJson(const Faults& faults) {
  return {{"crashes", faults.crashes},
          {"cuts", faults.cuts},
          {"probe_restarts", faults.probe_restarts},
          {"deaths", faults.deaths},
          {"migrations", faults.migrations},
          {"pauses", faults.pauses},
          {"run_now", faults.run_now},
          {"busy", faults.busy},
          {"aborted", faults.aborted},
          {"held_to_the_end", faults.held_to_the_end}};
}

nlohmann::json ParametersJson(const Figures& f) {
  return {{"hosts", f.options.hosts},
          {"guests", f.options.guests},
          {"guests_per_host", GuestsPerHost(f.options)},
          {"seconds", ToSeconds(f.options.duration)},
          {"seed", f.options.seed},
          {"faults", f.options.faults},
          {"duty", f.duty},
          {"interval_seconds", ToSeconds(f.interval)},
          {"effective_interval_seconds", ToSeconds(f.effective)},
          {"cycle_seconds", ToSeconds(f.options.cycle)},
          {"measured_turn_seconds", ToSeconds(f.mean_turn)},
          {"lease_seconds", ToSeconds(f.lease)},
          {"held_lease_seconds", ToSeconds(f.mean_lock)},
          {"network_interval_seconds", ToSeconds(f.options.mesh_interval)}};
}

}  // namespace

Distribution Distribute(std::vector<float>& values) {
  Distribution result;
  result.count = values.size();
  if (values.empty()) return result;
  std::sort(values.begin(), values.end());
  result.median = values[values.size() / 2];
  result.p99 = values[static_cast<size_t>(static_cast<double>(values.size() - 1) * 0.99)];
  result.worst = values.back();
  return result;
}

uint64_t Sum(const Counts& counts) {
  uint64_t sum = 0;
  for (const auto& [reason, count] : counts) sum += count;
  return sum;
}

std::vector<std::string> Failures(const Figures& figures) {
  std::vector<std::string> failures;
  if (figures.collisions > 0) failures.emplace_back("measurements met");
  for (const auto& [what, count] : figures.violations) failures.push_back(what);
  if (figures.counts.completed == 0) failures.emplace_back("nothing was measured");
  if (figures.options.faults) return failures;
  if (Sum(figures.counts.missed) > 0) failures.emplace_back("turns were missed without a fault");
  if (figures.options.occupancy <= kOccupancyOfThat &&
      figures.interval_error.worst > kWorstInterval) {
    failures.emplace_back("an interval is more than 10 % off");
  }
  return failures;
}

std::string Text(const Figures& figures) {
  std::string out;
  ParameterLines(figures, out);
  ResultLines(figures, out);
  const auto failures = Failures(figures);
  if (failures.empty()) Line(out, "result", "ok");
  for (const auto& failure : failures) Line(out, "result", "failed: " + failure);
  return out;
}

std::string Json(const Figures& f) {
  const nlohmann::json json = {{"parameters", ParametersJson(f)},
                               {"planned", f.counts.planned},
                               {"granted", f.counts.granted},
                               {"completed", f.counts.completed},
                               {"deferred", f.counts.deferred},
                               {"missed", f.counts.missed},
                               {"preempted", f.counts.preempted},
                               {"expired", f.counts.expired},
                               {"network", NetworkJson(f)},
                               {"offline", f.offline},
                               {"faults", FaultsJson(f.faults)},
                               {"collisions", f.collisions},
                               {"collision_examples", f.examples},
                               {"migrated_meetings", f.migrated_meetings},
                               {"violations", f.violations},
                               {"interval_error",
                                {{"count", f.interval_error.count},
                                 {"median", f.interval_error.median},
                                 {"p99", f.interval_error.p99},
                                 {"worst", f.interval_error.worst}}},
                               {"fairness_jain", f.jain},
                               {"occupancy", f.occupancy},
                               {"cpu_seconds_per_grant", f.cpu_per_grant},
                               {"calls", f.calls},
                               {"wall_seconds", f.wall},
                               {"failures", Failures(f)}};
  return json.dump(2) + "\n";
}

}  // namespace hypergauge::sim
