#include "probes/environment_output.h"

#include <nlohmann/json.hpp>

#include "base/table.h"
#include "probes/platform/facts/fact.h"
#include "probes/run_words.h"

namespace hypergauge::probes {

std::string EnvironmentTable(const v1::Environment& environment) {
  Table table({{.title = "FACT"}, {.title = "VALUE"}});
  const auto add = [&](std::string_view name, const std::string& value) {
    if (!value.empty()) table.AddRow({std::string(name), value});
  };
  const auto add_number = [&](std::string_view name, uint64_t value) {
    if (value > 0) add(name, std::to_string(value));
  };
  add("kernel_release", environment.kernel_release());
  add("architecture", environment.architecture());
  add("cpu_model", environment.cpu_model());
  add_number("online_cpus", environment.online_cpus());
  add_number("memory_bytes", environment.memory_bytes());
  add("os_release", environment.os_release());
  add("clocksource", environment.clocksource());
  add("work_filesystem", environment.work_filesystem());
  for (const auto& fact : facts::AllFacts()) {
    const auto known = environment.facts().find(std::string(fact.name));
    if (known != environment.facts().end()) add(fact.name, known->second);
  }
  add("digest", environment.digest());
  return table.Text();
}

nlohmann::ordered_json EnvironmentJson(const v1::Environment& environment) {
  return {{"kernel_release", environment.kernel_release()},
          {"architecture", environment.architecture()},
          {"cpu_model", environment.cpu_model()},
          {"online_cpus", environment.online_cpus()},
          {"memory_bytes", environment.memory_bytes()},
          {"os_release", environment.os_release()},
          {"clocksource", environment.clocksource()},
          {"work_filesystem", environment.work_filesystem()},
          {"facts", ToMap(environment.facts())},
          {"digest", environment.digest()}};
}

}  // namespace hypergauge::probes
