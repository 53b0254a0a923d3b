#include "program/version.h"

namespace hypergauge {

std::string_view Version() {
  return HYPERGAUGE_VERSION;
}

std::string VersionText(std::string_view program) {
  return std::string(program) + ", version " HYPERGAUGE_VERSION " (g++ " __VERSION__ ")";
}

}  // namespace hypergauge
