#include "probes/run_output.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstdio>
#include <ctime>
#include <map>
#include <nlohmann/json.hpp>

#include "base/table.h"
#include "base/text_format.h"
#include "base/units.h"

namespace hypergauge::probes {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kPrefix = "hypergauge_";

std::string LowerWord(std::string_view name, std::string_view prefix) {
  if (name.starts_with(prefix)) name.remove_prefix(prefix.size());
  std::string word(name);
  std::transform(word.begin(), word.end(), word.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return word;
}

const char* DirectionWord(v1::Direction direction) {
  return direction == v1::DIRECTION_HIGHER_IS_BETTER ? "higher" : "lower";
}

template <typename ProtoMap>
std::map<std::string, std::string> ToMap(const ProtoMap& map) {
  return {map.begin(), map.end()};
}

const v1::BenchmarkDescriptor* DescriptorOf(const v1::Run& run, const Descriptors& descriptors) {
  const auto found = std::find_if(
      descriptors.begin(), descriptors.end(),
      [&](const v1::BenchmarkDescriptor& each) { return each.name() == run.benchmark(); });
  return found == descriptors.end() ? nullptr : &*found;
}

// The quantity that a measure is of; an empty one where the benchmark declares none such.
v1::Quantity QuantityOf(const v1::BenchmarkDescriptor* descriptor, const v1::Measure& measure) {
  if (descriptor != nullptr) {
    for (const auto& quantity : descriptor->quantities()) {
      if (quantity.family() == measure.family() &&
          ToMap(quantity.labels()) == ToMap(measure.labels())) {
        return quantity;
      }
    }
  }
  return {};
}

// The declared primary quantity, also for a run without figures.
v1::Quantity PrimaryOf(const v1::BenchmarkDescriptor* descriptor) {
  return descriptor == nullptr || descriptor->quantities().empty() ? v1::Quantity()
                                                                   : descriptor->quantities(0);
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

Json InterferenceJson(const v1::Interference& interference) {
  return {{"own_cpu_seconds", interference.own_cpu_seconds()},
          {"others_cpus", interference.others_cpus()},
          {"steal_ratio", interference.steal_ratio()},
          {"steal_reported", interference.steal_reported()},
          {"run_queue_wait_ratio", interference.run_queue_wait_ratio()},
          {"involuntary_switches", interference.involuntary_switches()},
          {"load_before", interference.load_before()}};
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
            {"wall_seconds", static_cast<double>(run.wall_nanos()) * 1e-9},
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
            {"probe_version", run.build().probe_version()},
            {"bench_sha256", run.build().bench_sha256()},
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

struct Family {
  std::string help;
  std::map<std::string, double> values;  // by rendered labels: no series may occur twice
};

}  // namespace

std::string VerdictWord(v1::Verdict verdict) {
  return LowerWord(v1::Verdict_Name(verdict), "VERDICT_");
}

std::string MarkWord(v1::Mark mark) {
  return LowerWord(v1::Mark_Name(mark), "MARK_");
}

std::string Rfc3339(std::chrono::nanoseconds since_1970) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(since_1970);
  const auto millis =
      std::chrono::duration_cast<std::chrono::milliseconds>(since_1970 - seconds).count();
  const std::time_t time = seconds.count();
  std::tm utc{};
  gmtime_r(&time, &utc);
  std::array<char, 32> date{};
  std::strftime(date.data(), date.size(), "%Y-%m-%dT%H:%M:%S", &utc);
  std::array<char, 48> text{};
  std::snprintf(text.data(), text.size(), "%s.%03dZ", date.data(), static_cast<int>(millis));
  return text.data();
}

std::string RunsTable(const Runs& runs, const Descriptors& descriptors) {
  Table table({{.title = "BENCHMARK"},
               {.title = "MEDIAN", .right = true},
               {.title = "SPREAD", .right = true},
               {.title = "SAMPLES", .right = true},
               {.title = "VERDICT"}});
  for (const auto& run : runs) {
    std::string verdict = VerdictWord(run.verdict());
    if (!run.verdict_reason().empty()) verdict += ": " + run.verdict_reason();
    if (run.measures().empty()) {
      table.AddRow({run.benchmark(), "-", "-", "-", verdict});
      continue;
    }
    const auto& first = run.measures(0);
    std::array<char, 32> spread{"-"};
    if (first.median() > 0) {
      std::snprintf(spread.data(), spread.size(), "%.1f %%", 100 * first.mad() / first.median());
    }
    const auto unit = QuantityOf(DescriptorOf(run, descriptors), first).unit();
    table.AddRow({run.benchmark(), FormatFigure(first.median(), unit), spread.data(),
                  std::to_string(first.samples_size()), verdict});
  }
  return table.Text();
}

std::string RunsJson(const Runs& runs, const Descriptors& descriptors) {
  Json json{{"runs", Json::array()}};
  for (const auto& run : runs) {
    json["runs"].push_back(RunJson(run, DescriptorOf(run, descriptors)));
  }
  return Print(json);
}

std::string RunsPrometheus(const Runs& runs, const Descriptors& descriptors) {
  std::map<std::string, Family> families;
  auto& last_run = families["benchmark_last_run_timestamp_seconds"];
  last_run.help = "Start of the last run; only a clean one has figures";
  for (const auto& run : runs) {
    const std::map<std::string, std::string> identity = {{"benchmark", run.benchmark()},
                                                         {"suite", run.suite()},
                                                         {"verdict", VerdictWord(run.verdict())}};
    constexpr double kNanosPerSecond = 1e9;
    last_run.values[RenderLabels(identity)] =
        static_cast<double>(run.started_unix_nanos()) / kNanosPerSecond;
    if (run.verdict() != v1::VERDICT_CLEAN) continue;
    for (const auto& measure : run.measures()) {
      auto labels = ToMap(run.labels());
      for (const auto& [name, value] : measure.labels()) labels[name] = value;
      auto& family = families[measure.family()];
      family.help = QuantityOf(DescriptorOf(run, descriptors), measure).help();
      family.values[RenderLabels(labels)] = measure.median();
    }
  }
  std::string text;
  for (const auto& [name, family] : families) {
    const std::string full = std::string(kPrefix) + name;
    text += "# HELP " + full + " " + EscapeHelp(family.help, /*escape_quotes=*/false) + "\n";
    text += "# TYPE " + full + " gauge\n";
    for (const auto& [labels, value] : family.values) {
      text += full + labels + " ";
      AppendValue(text, value);
      text += '\n';
    }
  }
  return text;
}

std::string BenchmarksTable(const Descriptors& descriptors) {
  Table table({{.title = "BENCHMARK"},
               {.title = "CATEGORY"},
               {.title = "UNIT"},
               {.title = "BETTER"},
               {.title = "SUITES"},
               {.title = "AVAILABLE"}});
  for (const auto& each : descriptors) {
    std::string suites;
    for (const auto& suite : each.suites()) suites += (suites.empty() ? "" : ",") + suite;
    const auto primary = PrimaryOf(&each);
    table.AddRow({each.name(), each.category(), UnitSymbol(primary.unit()),
                  DirectionWord(primary.direction()), suites.empty() ? "-" : suites,
                  each.available() ? "yes" : "no: " + each.reason()});
  }
  return table.Text();
}

std::string BenchmarksJson(const Descriptors& descriptors) {
  Json json = Json::array();
  for (const auto& each : descriptors) {
    const auto primary = PrimaryOf(&each);
    Json quantities = Json::array();
    for (const auto& quantity : each.quantities()) {
      quantities.push_back({{"family", quantity.family()},
                            {"labels", ToMap(quantity.labels())},
                            {"unit", quantity.unit()},
                            {"direction", DirectionWord(quantity.direction())},
                            {"help", quantity.help()},
                            {"unranked", quantity.unranked()}});
    }
    json.push_back({{"name", each.name()},
                    {"version", each.version()},
                    {"category", each.category()},
                    {"help", each.help()},
                    {"unit", primary.unit()},
                    {"direction", DirectionWord(primary.direction())},
                    {"available", each.available()},
                    {"reason", each.reason()},
                    {"suites", each.suites()},
                    {"work_unit", ToMap(each.work_unit())},
                    {"resources", each.resources()},
                    {"quantities", std::move(quantities)}});
  }
  return Print(json);
}

}  // namespace hypergauge::probes
