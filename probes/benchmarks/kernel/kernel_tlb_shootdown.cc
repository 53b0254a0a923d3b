// Taking a permission away from a page that another CPU uses: that CPU must be interrupted to
// forget what it knows of the page, and must be running to do so, which a hypervisor decides.
#include "base/statistics.h"
#include "probes/benchmark.h"
#include "probes/benchmarks/cpus.h"
#include "probes/benchmarks/kernel/shared_page.h"
#include "probes/benchmarks/workers.h"

namespace hypergauge::probes {
namespace {

constexpr std::chrono::seconds kPatience(10);

class KernelTlbShootdown final : public Benchmark {
 public:
  [[nodiscard]] Result<void> Available(const Context& /*context*/) const override {
    if (const auto cpus = TwoCpus("kernel_tlb_shootdown"); !cpus) {
      return tl::unexpected(cpus.error());
    }
    return {};
  }

  Result<void> Prepare(Context& context) override {
    const auto cpus = TwoCpus("kernel_tlb_shootdown");
    if (!cpus) return tl::unexpected(cpus.error());
    cpus_ = *cpus;
    auto pinned = ScopedAffinity::To(cpus_.first);
    if (!pinned) return tl::unexpected(pinned.error());
    pinned_ = std::move(*pinned);
    context.report.threads = 2;
    return {};
  }

  Result<std::vector<double>> Sample(Context& context) override {
    Result<void> pinned;
    Result<double> seconds = 0.0;
    SharedPage page;
    if (auto ready = page.Ready(); !ready) return tl::unexpected(ready.error());
    const auto ran = RunWorkers(context, 2, [&](int worker) {
      if (worker == 0) {
        seconds = Measure(context, page);
        page.End();
        return;
      }
      pinned = RunOn(0, {cpus_.second});
      page.Use();
    });
    if (!ran) return tl::unexpected(ran.error());
    if (!pinned) return tl::unexpected(pinned.error());
    if (!seconds) return tl::unexpected(seconds.error());
    context.report.answer = "another CPU could write the page when it was allowed, and only then";
    return std::vector<double>{*seconds};
  }

 private:
  static Result<double> Measure(const Context& context, SharedPage& page) {
    const auto stopped = [&] { return context.Stopped(); };
    if (auto verified = page.Verify(stopped); !verified) return tl::unexpected(verified.error());
    std::vector<double> counted;
    const auto begin = context.clock->MonotonicRaw();
    auto last = begin;  // that counted
    for (auto end = begin; static_cast<int64_t>(counted.size()) < context.size ||
                           end - begin < context.sample_time;) {
      if (context.Stopped()) return Fail(ErrorCode::kCancelled, "stopped inside a sample");
      const int64_t uses = page.uses();
      const auto start = context.clock->MonotonicRaw();
      if (auto done = page.TakeAndGive(); !done) return tl::unexpected(done.error());
      end = context.clock->MonotonicRaw();
      // A CPU that did something else meanwhile had nothing to forget: that costs half as much.
      if (page.uses() > uses) {
        counted.push_back(ToSeconds(end - start));
        last = end;
      } else if (end - last > kPatience) {
        return Fail(ErrorCode::kUnavailable, "the other CPU was never free to use the page");
      }
    }
    // Not the mean: one that was put off its CPU in the middle takes a thousand times as long, and
    // always counts.
    return *Median(counted);
  }

  CpuPair cpus_;
  ScopedAffinity pinned_;
};

const Registrar kRegistrar(
    Descriptor{
        .name = "kernel_tlb_shootdown",
        .version = 1,
        .category = "kernel",
        .help = "mprotect of a page that another CPU uses, which must be interrupted to forget it",
        .quantities =
            {{.family = "kernel_tlb_shootdown_seconds",
              .unit = "seconds",
              .direction = Direction::kLowerIsBetter,
              .help = "Median time of taking the permission to write one page away and giving "
                      "it back while another CPU uses it: two mprotect"}},
        .work = {{Suite::kLight, {.size = 1'000, .work_unit = "1,000 shootdowns"}},
                 {Suite::kStandard, {.size = 10'000, .work_unit = "10,000 shootdowns"}}},
        .resources = {"cpu"},
    },
    [] { return std::make_unique<KernelTlbShootdown>(); });

}  // namespace
}  // namespace hypergauge::probes
