#include "probes/benchmarks/cpu/build.h"

#include <sstream>

namespace hypergauge::probes {

std::string TellingLine(const std::string& output) {
  std::istringstream lines(output);
  std::string last;
  for (std::string line; std::getline(lines, line);) {
    if (line.find("rror") != std::string::npos) return line;
    if (!line.empty()) last = line;
  }
  return last.empty() ? "it said nothing" : last;
}

}  // namespace hypergauge::probes
