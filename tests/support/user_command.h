#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "tests/support/process.h"

namespace hypergauge::testing {

/// Runs the user's command, hypergauge, against an aggregator's gRPC address, to its end.
[[nodiscard]] Finished RunUserCommand(const std::string& server,
                                      std::vector<std::string> arguments);

/// What it prints with --format json. An exit code other than 0 is a failure of the test.
[[nodiscard]] nlohmann::json UserCommandJson(const std::string& server,
                                             std::vector<std::string> arguments);

}  // namespace hypergauge::testing
