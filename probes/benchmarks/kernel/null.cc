// The smallest benchmark there is: nothing, timed. Copy it to write another; it also shows what
// hypergauge's own harness costs, which is what no other benchmark can measure below.
#include "probes/benchmark.h"

namespace hypergauge::probes {
namespace {

constexpr int64_t kEmptyRounds = 1000;

class Null final : public Benchmark {
 public:
  Result<std::vector<double>> Sample(Context& context) override {
    int64_t done = 0;
    auto seconds = SecondsPerBatch(context, [&]() -> Result<void> {
      done = 0;
      for (int64_t i = 0; i < context.size; ++i) {
        ++done;
        DoNotOptimize(done);
      }
      return {};
    });
    if (!seconds) return tl::unexpected(seconds.error());
    if (done != context.size) {
      return Fail(ErrorCode::kWrongAnswer,
                  "counted " + std::to_string(done) + " rounds of " + std::to_string(context.size));
    }
    context.report.answer = "counted " + std::to_string(done) + " rounds";
    return std::vector<double>{*seconds};
  }
};

const Registrar kRegistrar(
    Descriptor{
        .name = "null",
        .version = 1,
        .category = "kernel",
        .help = "An empty loop: what the harness itself costs",
        .quantities = {{.family = "null_seconds",
                        .unit = "seconds",
                        .direction = Direction::kLowerIsBetter,
                        .help = "Time of a batch of 1000 empty rounds"}},
        .work = {},  // in no suite: run by name
        .resources = {"cpu"},
        .default_work = {.size = kEmptyRounds, .work_unit = "1000 empty rounds"},
    },
    [] { return std::make_unique<Null>(); });

}  // namespace
}  // namespace hypergauge::probes
