#include <unistd.h>

#include <array>
#include <nlohmann/json.hpp>

#include "probes/environment_digest.h"
#include "probes/environment_output.h"
#include "probes/platform/environment.h"
#include "probes/platform/hypervisor.h"
#include "probes/run_output.h"
#include "probes/run_words.h"

namespace hypergauge::probes {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kSchema = 1;

template <typename Nanos>
double Seconds(Nanos nanos) {
  return static_cast<double>(nanos) * 1e-9;
}

Json NodeJson(const NodeFacts& node) {
  Json json{{"name", node.name},
            {"platform", node.platform.name()},
            {"hypervisor", node.platform.hypervisor()},
            {"container", node.platform.container()}};
  json.update(EnvironmentJson(node.environment));
  return json;
}

Json MeasureJson(const v1::Measure& measure, const v1::Quantity& quantity) {
  return {{"family", measure.family()},
          {"labels", ToMap(measure.labels())},
          {"unit", quantity.unit()},
          {"direction", DirectionWord(quantity.direction())},
          {"unranked", quantity.unranked()},
          {"median", measure.median()},
          {"mad", measure.mad()},
          {"n", measure.samples_size()},
          {"samples", measure.samples()}};
}

Json KnownOrNull(bool known, double value) {
  return known ? Json(value) : Json(nullptr);
}

Json InterferenceJson(const v1::Interference& interference) {
  const bool pressure = interference.pressure_reported();
  return {{"own_cpu_seconds", interference.own_cpu_seconds()},
          {"others_cpus", interference.others_cpus()},
          {"others_cpus_peak", interference.others_cpus_peak()},
          {"interrupts_cpus", interference.interrupts_cpus()},
          {"quota_cpus", interference.quota_cpus()},
          {"shares_cpus", interference.shares_cpus()},
          {"steal_ratio", interference.steal_ratio()},
          {"steal_reported", interference.steal_reported()},
          {"run_queue_wait_ratio", interference.run_queue_wait_ratio()},
          {"involuntary_switches", interference.involuntary_switches()},
          {"throttled_seconds", Seconds(interference.throttled_nanos())},
          {"pressure_reported", interference.pressure_reported()},
          {"pressure_cpu_ratio", KnownOrNull(pressure, interference.pressure_cpu_ratio())},
          {"pressure_memory_ratio", KnownOrNull(pressure, interference.pressure_memory_ratio())},
          {"pressure_io_ratio", KnownOrNull(pressure, interference.pressure_io_ratio())},
          {"load_before", interference.load_before()},
          {"frequency_hertz",
           KnownOrNull(interference.frequency_hertz() > 0, interference.frequency_hertz())}};
}

Json RatiosJson(const google::protobuf::RepeatedPtrField<v1::ClockEvidence::Ratio>& ratios) {
  Json json = Json::object();
  for (const auto& each : ratios) {
    json[each.clock()] = {{"ratio", each.ratio()}, {"error", each.error()}};
  }
  return json;
}

// Null for a run whose clock was compared with no other.
Json ClockJson(const v1::Run& run) {
  if (!run.has_clock()) return nullptr;
  const auto& clock = run.clock();
  return {{"ratios", RatiosJson(clock.ratios())},
          {"window_ratios", RatiosJson(clock.window_ratios())},
          {"window_seconds", Seconds(clock.window_nanos())},
          {"clocksource", clock.clocksource()},
          {"stepped", clock.stepped()},
          {"offset_seconds", Seconds(clock.offset_nanos())},
          {"warning", clock.warning()}};
}

Json RunJson(const v1::Run& run, const v1::BenchmarkDescriptor* descriptor) {
  const auto primary = PrimaryOf(descriptor);
  Json json{{"benchmark", run.benchmark()},
            {"version", run.benchmark_version()},
            {"suite", run.suite()},
            {"unit", primary.unit()},
            {"direction", DirectionWord(primary.direction())},
            {"median", nullptr},
            {"mad", nullptr},
            {"n", 0},
            {"samples", Json::array()},
            {"verdict", VerdictWord(run.verdict())},
            {"verdict_reason", run.verdict_reason()},
            {"marks", Json::array()},
            {"labels", ToMap(run.labels())},
            {"wall_seconds", Seconds(run.wall_nanos())},
            {"started", Rfc3339(std::chrono::nanoseconds(run.started_unix_nanos()))},
            {"measures", Json::array()},
            {"answer", run.answer()},
            {"threads", run.threads()},
            {"warmups", run.warmups()},
            {"peer", run.peer()},
            {"cost",
             {{"cpu_seconds", run.cost().cpu_seconds()},
              {"bytes_written", run.cost().bytes_written()},
              {"bytes_sent", run.cost().bytes_sent()}}},
            {"interference", InterferenceJson(run.interference())},
            {"clock", ClockJson(run)},
            {"probe_version", run.build().probe_version()},
            {"bench_sha256", run.build().bench_sha256()},
            {"environment_digest", run.environment_digest()},
            {"compiler", run.build().compiler()},
            {"libraries", ToMap(run.build().libraries())}};
  if (!run.measures().empty()) {
    const auto& first = run.measures(0);
    json["median"] = first.median();
    json["mad"] = first.mad();
    json["n"] = first.samples_size();
    json["samples"] = first.samples();
  }
  for (const int mark : run.marks()) json["marks"].push_back(MarkWord(static_cast<v1::Mark>(mark)));
  for (const auto& measure : run.measures()) {
    json["measures"].push_back(MeasureJson(measure, QuantityOf(descriptor, measure)));
  }
  return json;
}

std::string Print(const Json& json) {
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

NodeFacts ReadNodeFacts(const std::filesystem::path& work_dir) {
  std::array<char, 256> name{};
  if (gethostname(name.data(), name.size() - 1) != 0) name = {"localhost"};
  NodeFacts node{name.data(), DetectPlatform(), {}};
  node.environment = ReadEnvironment("/", work_dir, node.platform);
  node.environment.set_digest(EnvironmentDigest(node.environment, node.platform));
  return node;
}

std::string RunsJson(const Runs& runs, const Descriptors& descriptors, const NodeFacts& node,
                     const std::vector<LeftOut>& left_out) {
  Json json{{"schema", kSchema},
            {"node", NodeJson(node)},
            {"runs", Json::array()},
            {"left_out", Json::array()}};
  for (const auto& each : left_out) {
    json["left_out"].push_back({{"benchmark", each.benchmark}, {"reason", each.reason}});
  }
  for (const auto& run : runs) {
    json["runs"].push_back(RunJson(run, DescriptorOf(run, descriptors)));
  }
  return Print(json);
}

}  // namespace hypergauge::probes
