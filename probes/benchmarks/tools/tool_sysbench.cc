// sysbench's test of CPUs, for those who trust it; cpu_prime is the same work, done by ourselves.
#include <algorithm>

#include "probes/benchmark.h"
#include "probes/benchmarks/tools/sysbench.h"

namespace hypergauge::probes {
namespace {

class ToolSysbench final : public Benchmark {
 public:
  [[nodiscard]] Result<void> Available(const Context& /*context*/) const override {
    const auto path = FindProgram("sysbench");
    return path ? Result<void>() : tl::unexpected(path.error());
  }

  Result<void> Prepare(Context& context) override {
    auto tool = Tool::Open(context, "sysbench");
    if (!tool) return tl::unexpected(tool.error());
    if (tool->version().starts_with("0.")) {
      return Fail(ErrorCode::kUnsupported,
                  "sysbench " + tool->version() + " counts other events; 1.0 is needed");
    }
    sysbench_ = std::move(*tool);
    context.report.threads = context.Threads();
    return {};
  }

  Result<std::vector<double>> Sample(Context& context) override {
    const auto seconds = std::max<int64_t>(
        context.size, std::chrono::ceil<std::chrono::seconds>(context.sample_time).count());
    const auto figures =
        RunSysbench(context, sysbench_, context.Threads(), static_cast<int>(seconds));
    if (!figures) return tl::unexpected(figures.error());
    events_ += figures->events;
    context.report.answer = "sysbench counted " + std::to_string(events_) +
                            " events, as many as its rate and time make";
    return std::vector<double>{figures->events_per_second};
  }

 private:
  Tool sysbench_;
  uint64_t events_ = 0;
};

const Registrar kRegistrar(
    Descriptor{
        .name = "tool_sysbench",
        .version = 1,
        .category = "tools",
        .help = "sysbench cpu: primes up to 10,000",
        .quantities = {{.family = "tool_sysbench_events_per_second",
                        .unit = "events_per_second",
                        .direction = Direction::kHigherIsBetter,
                        .help =
                            "Events of sysbench cpu, each of which tries 3 to 9999 for primes"}},
        .resources = {"cpu"},
        .default_work = {.size = 1, .work_unit = "sysbench cpu for 1 s"},
    },
    [] { return std::make_unique<ToolSysbench>(); });

}  // namespace
}  // namespace hypergauge::probes
