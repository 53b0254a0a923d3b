#include "probes/noise/noise_output.h"

#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

#include "base/table.h"
#include "base/units.h"
#include "probes/textfile.h"

namespace hypergauge::probes {
namespace {

using Json = nlohmann::ordered_json;

std::string Percent(const std::optional<double>& ratio) {
  if (!ratio) return "-";
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%.1f %%", 100 * *ratio);
  return text.data();
}

Json OrNull(const std::optional<double>& value) {
  return value ? Json(*value) : Json(nullptr);
}

}  // namespace

std::string NoiseTable(const NoiseReport& report) {
  Table table(
      {{.title = "BENCHMARK"},
       {.title = "MEDIAN", .right = true},
       {.title = "CLEAN ROUNDS", .right = true},
       {.title = "NOISE FLOOR", .right = true},
       {.title = "VARIATION", .right = true},
       {.title = "DETECTABLE IN " + std::to_string(report.blocks) + " BLOCKS", .right = true},
       {.title = "NOTE"}});
  for (const auto& each : report.benchmarks) {
    const auto& figures = each.figures;
    table.AddRow({each.benchmark, figures.median ? FormatFigure(*figures.median, each.unit) : "-",
                  std::to_string(figures.rounds) + "/" + std::to_string(report.rounds),
                  Percent(figures.floor_ratio), Percent(figures.variation_ratio),
                  Percent(figures.detectable_ratio), each.reason});
  }
  return table.Text();
}

std::string NoiseJson(const NoiseReport& report) {
  Json json{{"schema", 1},
            {"suite", report.suite},
            {"rounds", report.rounds},
            {"blocks", report.blocks},
            {"measured", Rfc3339(std::chrono::nanoseconds(report.measured_unix_nanos))},
            {"measured_unix_nanos", report.measured_unix_nanos},
            {"noise", Json::array()}};
  for (const auto& each : report.benchmarks) {
    json["noise"].push_back({{"suite", report.suite},
                             {"benchmark", each.benchmark},
                             {"family", each.family},
                             {"labels", each.labels},
                             {"unit", each.unit},
                             {"rounds", each.figures.rounds},
                             {"blocks", report.blocks},
                             {"measured_unix_nanos", report.measured_unix_nanos},
                             {"median", OrNull(each.figures.median)},
                             {"floor_ratio", OrNull(each.figures.floor_ratio)},
                             {"variation_ratio", OrNull(each.figures.variation_ratio)},
                             {"detectable_ratio", OrNull(each.figures.detectable_ratio)},
                             {"reason", each.reason}});
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::string NoisePrometheus(const NoiseReport& report) {
  Textfile out;
  for (const auto& each : report.benchmarks) {
    auto labels = each.labels;
    labels["benchmark"] = each.benchmark;
    labels["family"] = each.family;
    labels["suite"] = report.suite;
    if (each.figures.floor_ratio) {
      out.Add("noise_floor_ratio",
              "Spread of repeated runs on an unchanged machine: 1.4826 x MAD / median", labels,
              *each.figures.floor_ratio);
    }
    if (each.figures.detectable_ratio) {
      out.Add("smallest_detectable_change_ratio",
              "Change that paired blocks of runs find with 80 % power", labels,
              *each.figures.detectable_ratio);
    }
  }
  return out.Text();
}

}  // namespace hypergauge::probes
