#include "tests/unit/agent/probe_program.h"

#include <nlohmann/json.hpp>

namespace hypergauge::testing {
namespace {

std::vector<std::string> With(std::vector<std::string> arguments,
                              const std::vector<std::string>& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

}  // namespace

Finished Probe(std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), kProbe);
  return RunProcess(arguments);
}

std::vector<std::string> WhateverDisturbs(std::vector<std::string> arguments) {
  return With(std::move(arguments),
              {"--verdict.max-steal-ratio", "1", "--verdict.max-run-queue-wait-ratio", "1000",
               "--verdict.max-excess-cpus", "4096", "--watch.enabled", "false"});
}

std::vector<std::string> Short(std::vector<std::string> arguments) {
  return With(std::move(arguments),
              {"--suites.light.budget", "1ms", "--suites.light.sample-time", "1ms",
               "--suites.light.warmups", "0", "--suites.light.min-samples", "1"});
}

std::vector<std::string> NamesInOrder(const std::string& json) {
  std::vector<std::string> names;
  const auto output = nlohmann::json::parse(json);
  for (const auto& run : output["runs"]) names.push_back(run["benchmark"]);
  return names;
}

}  // namespace hypergauge::testing
