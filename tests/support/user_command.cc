#include "tests/support/user_command.h"

#include <gtest/gtest.h>

#include "tests/support/aggregator_process.h"

namespace hypergauge::testing {

Finished RunUserCommand(const std::string& server, std::vector<std::string> arguments) {
  arguments.insert(arguments.begin(), {Program("hypergauge"), "--server", server});
  return RunProcess(arguments);
}

nlohmann::json UserCommandJson(const std::string& server, std::vector<std::string> arguments) {
  arguments.insert(arguments.end(), {"--format", "json"});
  const auto finished = RunUserCommand(server, std::move(arguments));
  EXPECT_EQ(finished.exit_code, 0) << finished.output;
  return nlohmann::json::parse(finished.output, nullptr, /*allow_exceptions=*/false);
}

}  // namespace hypergauge::testing
