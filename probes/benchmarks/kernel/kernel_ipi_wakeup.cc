// Two processes on two CPUs that wake each other in turn. Each sleeps when it is woken, so that its
// CPU must be told by an interrupt, which a hypervisor often has to deliver, and may have to
// schedule the other virtual CPU first.
#include "probes/benchmark.h"
#include "probes/benchmarks/cpus.h"
#include "probes/benchmarks/kernel/operations.h"
#include "probes/benchmarks/kernel/ping_pong.h"

namespace hypergauge::probes {
namespace {

constexpr int64_t kChunk = 500;

class KernelIpiWakeup final : public Benchmark {
 public:
  [[nodiscard]] Result<void> Available(const Context& /*context*/) const override {
    if (const auto cpus = TwoCpus("kernel_ipi_wakeup"); !cpus) return tl::unexpected(cpus.error());
    return {};
  }

  Result<void> Prepare(Context& context) override {
    const auto cpus = TwoCpus("kernel_ipi_wakeup");
    if (!cpus) return tl::unexpected(cpus.error());
    auto pinned = ScopedAffinity::To(cpus->first);
    if (!pinned) return tl::unexpected(pinned.error());
    pinned_ = std::move(*pinned);
    auto other = PingPong::Start(cpus->second);
    if (!other) return tl::unexpected(other.error());
    other_ = std::move(*other);
    context.report.threads = 2;
    return {};
  }

  Result<std::vector<double>> Sample(Context& context) override {
    const auto seconds = SecondsPerOperation(
        context, kChunk, [&](int64_t count) { return other_.RoundTrips(count); });
    context.report.workers_waited = other_.OtherWaited();
    if (!seconds) return tl::unexpected(seconds.error());
    context.report.answer = "every byte answered in sequence from another CPU";
    return std::vector<double>{*seconds};
  }

 private:
  ScopedAffinity pinned_;
  PingPong other_;
};

const Registrar kRegistrar(
    Descriptor{
        .name = "kernel_ipi_wakeup",
        .version = 1,
        .category = "kernel",
        .help = "Two processes on two CPUs wake each other through pipes: the cost of an interrupt "
                "from one CPU to another",
        .quantities = {{.family = "kernel_ipi_wakeup_seconds",
                        .unit = "seconds",
                        .direction = Direction::kLowerIsBetter,
                        .help = "Time of a round trip of one byte between two processes on two "
                                "CPUs: two wake-ups of a sleeping CPU"}},
        .work = {{Suite::kLight, {.size = 2'000, .work_unit = "2,000 round trips"}},
                 {Suite::kStandard, {.size = 20'000, .work_unit = "20,000 round trips"}}},
        .resources = {"cpu"},
    },
    [] { return std::make_unique<KernelIpiWakeup>(); });

}  // namespace
}  // namespace hypergauge::probes
