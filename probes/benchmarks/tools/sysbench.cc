#include "probes/benchmarks/tools/sysbench.h"

#include <cmath>
#include <cstdlib>
#include <optional>

namespace hypergauge::probes {
namespace {

// The number after "KEY:", or nothing.
std::optional<double> NumberAfter(const std::string& text, const std::string& key) {
  const auto at = text.find(key + ":");
  if (at == std::string::npos) return std::nullopt;
  const char* begin = text.c_str() + at + key.size() + 1;
  char* end = nullptr;
  const double value = std::strtod(begin, &end);
  if (end == begin || !std::isfinite(value)) return std::nullopt;
  return value;
}

}  // namespace

Result<SysbenchFigures> ParseSysbench(const std::string& text) {
  const auto rate = NumberAfter(text, "events per second");
  const auto seconds = NumberAfter(text, "total time");
  const auto events = NumberAfter(text, "total number of events");
  if (!rate || !seconds || !events) {
    return Fail(ErrorCode::kWrongAnswer, "sysbench printed no events per second and total time");
  }
  constexpr double kTolerance = 0.1;
  if (*events < 1 || *seconds <= 0 || !(std::abs(*rate * *seconds / *events - 1) <= kTolerance)) {
    return Fail(ErrorCode::kWrongAnswer, "sysbench claims " + std::to_string(*events) +
                                             " events in " + std::to_string(*seconds) + " s, at " +
                                             std::to_string(*rate) + " per second");
  }
  return SysbenchFigures{
      .events_per_second = *rate, .events = static_cast<uint64_t>(*events), .seconds = *seconds};
}

Result<SysbenchFigures> RunSysbench(const Context& context, const Tool& sysbench, int threads,
                                    int seconds) {
  const auto output = sysbench.Run(
      context,
      {.arguments = {"cpu", "--cpu-max-prime=10000", "--threads=" + std::to_string(threads),
                     "--time=" + std::to_string(seconds), "run"},
       .limit = std::chrono::seconds(2 * seconds + 30)});
  if (!output) return tl::unexpected(output.error());
  if (auto ended = CheckExit("sysbench", *output); !ended) return tl::unexpected(ended.error());
  auto figures = ParseSysbench(output->out);
  if (!figures) return FailOutput(figures.error().message, *output);
  return figures;
}

}  // namespace hypergauge::probes
