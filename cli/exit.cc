#include "cli/exit.h"

#include <unistd.h>

#include <cstdlib>
#include <iostream>

#include "program/flags.h"

namespace hypergauge::cli {

int ExitWith(const Error& error) {
  std::cerr << "hypergauge: " << error.message << "\n";
  return error.code == ErrorCode::kInvalidArgument ? kExitUsage : kExitFailure;
}

Terminal OutputTerminal() {
  return DescribeTerminal(STDOUT_FILENO, [](const char* name) { return std::getenv(name); });
}

}  // namespace hypergauge::cli
