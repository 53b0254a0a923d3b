#pragma once

#include <cstdint>
#include <string>

#include "probes/benchmarks/tools/tool.h"

/// sysbench's test of CPUs: each event tries the numbers up to 10,000 for primes.
namespace hypergauge::probes {

struct SysbenchFigures {
  double events_per_second = 0;
  uint64_t events = 0;
  double seconds = 0;
};

/// Reads the report of sysbench 1.0 or later. Errors: kWrongAnswer where a figure is missing or the
/// three do not agree within a tenth.
[[nodiscard]] Result<SysbenchFigures> ParseSysbench(const std::string& text);

/// Runs it for whole seconds. Errors: those of Tool::Run, CheckExit and ParseSysbench.
[[nodiscard]] Result<SysbenchFigures> RunSysbench(const Context& context, const Tool& sysbench,
                                                  int threads, int seconds);

}  // namespace hypergauge::probes
