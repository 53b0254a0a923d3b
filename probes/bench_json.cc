#include "probes/bench_json.h"

#include <nlohmann/json.hpp>

namespace hypergauge::probes {
namespace {

using Json = nlohmann::ordered_json;

Json QuantityJson(const Quantity& quantity) {
  Json json{
      {"family", quantity.family},
      {"unit", quantity.unit},
      {"direction", quantity.direction == Direction::kLowerIsBetter ? "DIRECTION_LOWER_IS_BETTER"
                                                                    : "DIRECTION_HIGHER_IS_BETTER"},
      {"help", quantity.help},
      {"labels", quantity.labels}};
  if (quantity.unranked) json["unranked"] = true;
  return json;
}

void AddWork(Json& json, Suite suite, const Work& work) {
  const std::string name(ToString(suite));
  json["work_unit"][name] = work.work_unit;
  json["least_bytes_written"][name] = work.bytes_written;
  json["least_bytes_sent"][name] = work.bytes_sent;
}

std::string_view VerdictOf(const Result<void>& status) {
  if (status) return "VERDICT_CLEAN";
  return status.error().code == ErrorCode::kUnsupported ? "VERDICT_UNSUPPORTED" : "VERDICT_FAILED";
}

// Text from outside (a tool's message, a peer's name) may hold any bytes; Protobuf wants UTF-8.
std::string Print(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

Json MeasuresJson(const Entry& entry, const Outcome& outcome) {
  Json measures = Json::array();
  for (size_t i = 0; i < outcome.figures.size(); ++i) {
    const auto& quantity = entry.descriptor.quantities[i];
    const auto& figures = outcome.figures[i];
    measures.push_back({{"family", quantity.family},
                        {"labels", quantity.labels},
                        {"samples", figures.samples},
                        {"median", figures.summary.median},
                        {"mad", figures.summary.mad}});
  }
  return measures;
}

}  // namespace

std::string DescriptorJson(const Entry& entry, const Context& context) {
  const auto& descriptor = entry.descriptor;
  Json json{{"name", descriptor.name},         {"version", descriptor.version},
            {"category", descriptor.category}, {"help", descriptor.help},
            {"quantities", Json::array()},     {"suites", Json::array()},
            {"work_unit", Json::object()},     {"resources", descriptor.resources}};
  for (const auto& quantity : descriptor.quantities) {
    json["quantities"].push_back(QuantityJson(quantity));
  }
  for (const auto& [suite, work] : descriptor.work) {
    json["suites"].push_back(ToString(suite));
    AddWork(json, suite, work);
  }
  if (descriptor.work.empty()) {  // any suite's plan may be asked for with its name
    for (const Suite suite : kAllSuites) AddWork(json, suite, descriptor.default_work);
  }
  json["core"] = descriptor.core;
  json["options"] = descriptor.options;
  const auto available = entry.make()->Available(context);
  json["available"] = available.has_value();
  json["reason"] = available ? "" : available.error().message;
  return Print(json);
}

std::string RunJson(const Entry& entry, const Context& context, const Outcome& outcome,
                    const ProcessUsage& usage) {
  const auto& report = context.report;
  Json json{{"benchmark", entry.descriptor.name},
            {"benchmark_version", entry.descriptor.version},
            {"suite", ToString(context.suite)},
            {"started_unix_nanos", outcome.started_realtime.count()},
            {"wall_nanos", outcome.wall.count()},
            {"verdict", VerdictOf(outcome.status)},
            {"verdict_reason", outcome.status ? "" : outcome.status.error().message},
            {"marks", Json::array()},
            {"labels", report.labels},
            {"measures", MeasuresJson(entry, outcome)},
            {"warmups", outcome.warmups},
            {"threads", report.threads},
            {"answer", report.answer},
            {"peer", report.peer}};
  if (report.cached) json["marks"].push_back("MARK_CACHED");
  if (report.loopback) json["marks"].push_back("MARK_LOOPBACK");
  if (outcome.preliminary) json["marks"].push_back("MARK_PRELIMINARY");
  json["labels"]["threads"] = std::to_string(report.threads);
  json["cost"] = {{"cpu_seconds", usage.cpu_seconds},
                  {"bytes_written", report.bytes_written},
                  {"bytes_sent", report.bytes_sent}};
  json["build"] = {{"compiler", __VERSION__}, {"libraries", report.libraries}};
  json["interference"] = {{"own_cpu_seconds", usage.cpu_seconds},
                          {"involuntary_switches", usage.involuntary_switches},
                          {"run_queue_wait_ratio", usage.run_queue_wait_ratio},
                          {"shares_cpus", report.shares_cpus}};
  return Print(json);
}

}  // namespace hypergauge::probes
