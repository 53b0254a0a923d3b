#include "cli/change_point_text.h"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/table.h"
#include "cli/terminal_text.h"

namespace hypergauge::cli {
namespace {

const char* StateOf(const analysis::ChangePoint& point) {
  return point.certainty == analysis::Certainty::kConfirmed ? "confirmed" : "suspect";
}

std::string EffectText(double effect) {
  return std::isfinite(effect) ? fmt::format("{:+.1f} %", 100 * effect) : "from 0";
}

}  // namespace

std::string ChangePointsText(const std::vector<FileChangePoints>& files) {
  Table table({{"FILE"},
               {"INDEX", true},
               {"STATE"},
               {"INTERVAL", true},
               {"BEFORE", true},
               {"AFTER", true},
               {"EFFECT", true},
               {"P", true}});
  for (const auto& [file, points] : files) {
    const std::string name = TerminalText(file);
    if (points.empty()) table.AddRow({name, "-", "none"});
    for (const auto& point : points) {
      table.AddRow({name, std::to_string(point.index), StateOf(point),
                    fmt::format("{}..{}", point.low, point.high),
                    fmt::format("{:.5g}", point.before), fmt::format("{:.5g}", point.after),
                    EffectText(point.effect), fmt::format("{:.1e}", point.p)});
    }
  }
  return table.Text();
}

std::string ChangePointsJson(const std::vector<FileChangePoints>& files) {
  using Json = nlohmann::ordered_json;
  Json all = Json::array();
  for (const auto& [file, points] : files) {
    Json listed = Json::array();
    for (const auto& point : points) {
      listed.push_back({{"index", point.index},
                        {"state", StateOf(point)},
                        {"interval", {point.low, point.high}},
                        {"before", point.before},
                        {"after", point.after},
                        {"effect", point.effect},  // which is null where it is infinite
                        {"p", point.p}});
    }
    all.push_back({{"file", file}, {"change_points", std::move(listed)}});
  }
  // A file's name may be no UTF-8.
  return all.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace hypergauge::cli
