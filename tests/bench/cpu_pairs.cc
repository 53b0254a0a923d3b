#include <memory>

#include "probes/benchmarks/tools/sysbench.h"
#include "tests/bench/native_run.h"
#include "tests/bench/pair_group.h"

namespace hypergauge::bench {

std::vector<PairGroup> CpuGroups(probes::Context& context) {
  const auto sysbench = std::make_shared<probes::Tool>();
  PairGroup group;
  group.benchmark = "cpu_prime";
  group.sets = {{.name = "cpu_prime", .tool = "sysbench", .low = 0.95, .high = 1.05}};
  group.prepare = [&context, sysbench]() -> Result<void> {
    auto tool = probes::Tool::Open(context, "sysbench");
    if (!tool) return tl::unexpected(tool.error());
    *sysbench = std::move(*tool);
    return {};
  };
  group.native = [&context]() -> Result<std::vector<double>> {
    const auto run = RunNative(context, "cpu_prime", {"--sample-ms", "1000"});
    if (!run) return tl::unexpected(run.error());
    const auto figure = FigureOf(*run, "cpu_prime_events_per_second");
    if (!figure) return tl::unexpected(figure.error());
    if (run->answer.find("1228 primes") == std::string::npos) {
      return Fail(ErrorCode::kWrongAnswer, "cpu_prime checked another answer: " + run->answer);
    }
    return std::vector<double>{*figure};
  };
  group.tool = [&context, sysbench]() -> Result<std::vector<double>> {
    const auto figures = probes::RunSysbench(context, *sysbench, 1, 1);
    if (!figures) return tl::unexpected(figures.error());
    return std::vector<double>{figures->events_per_second};
  };
  return {group};
}

}  // namespace hypergauge::bench
