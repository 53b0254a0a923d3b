#include "cli/exit.h"

#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string_view>

#include "program/flags.h"

namespace hypergauge::cli {

int ExitWith(const Error& error) {
  std::cerr << "hypergauge: " << error.message << "\n";
  return error.code == ErrorCode::kInvalidArgument ? kExitUsage : kExitFailure;
}

bool WantsColour() {
  const char* no_colour = std::getenv("NO_COLOR");  // https://no-color.org
  if (no_colour != nullptr && *no_colour != '\0') return false;
  const char* terminal = std::getenv("TERM");
  return isatty(STDOUT_FILENO) == 1 &&
         !(terminal != nullptr && std::string_view(terminal) == "dumb");
}

}  // namespace hypergauge::cli
