// The unit of work of hardinfo's "FPU Raytracing": John Walker's fbench, on one thread.
#include "probes/benchmark.h"
#include "probes/benchmarks/cpu/fbench.h"

namespace hypergauge::probes {
namespace {

constexpr int kIterations = 3000;  // of one fbench, four traces each

class FpuRaytracing final : public Benchmark {
 public:
  Result<void> Prepare(Context& context) override {
    context.report.threads = 1;
    context.report.answer = "the seven of fbench to 11 decimals: 47.09479120920 ... 0.00448229032";
    return {};
  }

  Result<std::vector<double>> Sample(Context& context) override {
    auto seconds = SecondsPerBatch(context, [&]() -> Result<void> {
      for (int64_t i = 0; i < context.size; ++i) {
        if (context.Stopped()) return Fail(ErrorCode::kCancelled, "stopped inside a sample");
        if (auto right = CheckFbench(RunFbench(kIterations)); !right) return right;
      }
      return {};
    });
    if (!seconds) return tl::unexpected(seconds.error());
    return std::vector<double>{*seconds};
  }
};

const Registrar kRegistrar(
    Descriptor{
        .name = "fpu_raytracing",
        .version = 1,
        .category = "cpu",
        .help = "Rays through a telescope's objective: John Walker's fbench, as hardinfo runs it",
        .quantities = {{.family = "fpu_raytracing_seconds",
                        .unit = "seconds",
                        .direction = Direction::kLowerIsBetter,
                        .help = "Time of a batch of fbench runs, of the suite's size"}},
        .work = {{Suite::kLight, {.size = 100, .work_unit = "100 fbench of 3000 x 4 traces"}},
                 {Suite::kStandard, {.size = 1000, .work_unit = "1000 fbench of 3000 x 4 traces"}},
                 {Suite::kPilot, {.size = 1000, .work_unit = "1000 fbench of 3000 x 4 traces"}}},
        .resources = {"cpu"},
        .core = true,
    },
    [] { return std::make_unique<FpuRaytracing>(); });

}  // namespace
}  // namespace hypergauge::probes
