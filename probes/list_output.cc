#include <nlohmann/json.hpp>

#include "base/table.h"
#include "base/units.h"
#include "probes/run_output.h"
#include "probes/run_words.h"

namespace hypergauge::probes {

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
  using Json = nlohmann::ordered_json;
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
                    {"core", each.core()},
                    {"options", ToMap(each.options())},
                    {"quantities", std::move(quantities)}});
  }
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace hypergauge::probes
