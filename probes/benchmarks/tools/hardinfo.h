#pragma once

#include <string>

#include "base/result.h"

namespace hypergauge::probes {

/// One result of hardinfo's benchmarks.
struct HardinfoFigures {
  double seconds = 0;  ///< hardinfo's result
  int threads = 0;
};

/// Reads the line of `hardinfo -g conf`: "MACHINE=RESULT; ELAPSED; THREADS|...".
/// Errors: kWrongAnswer where there is none, or its figures are not above zero.
[[nodiscard]] Result<HardinfoFigures> ParseHardinfo(const std::string& text);

}  // namespace hypergauge::probes
