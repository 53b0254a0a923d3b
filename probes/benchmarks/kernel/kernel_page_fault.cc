// Memory that is touched for the first time: the kernel finds and clears a page for each fault, and
// a hypervisor with nested paging may have to find one for the guest as well.
#include "probes/benchmark.h"
#include "probes/benchmarks/kernel/fresh_pages.h"
#include "probes/benchmarks/memory/memory_room.h"

namespace hypergauge::probes {
namespace {

constexpr int64_t kBytes = int64_t{64} << 20;

struct Elapsed {
  std::chrono::nanoseconds first{};
  std::chrono::nanoseconds again{};
};

class KernelPageFault final : public Benchmark {
 public:
  [[nodiscard]] Result<void> Available(const Context& context) const override {
    const auto size = static_cast<uint64_t>(context.size > 0 ? context.size : kBytes);
    const auto room = ReadMemoryRoom();
    if (size <= room.free / 2) return {};
    return Fail(
        ErrorCode::kUnsupported,
        InMebibytes(size) + " would be more than half of the free memory: " + Describe(room));
  }

  // A page that cannot be provided is no error that one could answer to: the process is killed.
  Result<void> Prepare(Context& context) override { return Available(context); }

  Result<std::vector<double>> Sample(Context& context) override {
    Elapsed elapsed;
    int64_t faults = 0;
    context.report.threads = 1;
    while (elapsed.first + elapsed.again < context.sample_time || faults == 0) {
      auto pages = FreshPages::Map(context.size);
      if (!pages) return tl::unexpected(pages.error());
      if (auto done = TouchTwice(context, *pages, elapsed); !done) {
        return tl::unexpected(done.error());
      }
      faults += pages->pages();
      context.report.answer = "as many minor faults as pages: " + std::to_string(pages->pages());
    }
    return std::vector<double>{ToSeconds(elapsed.first) / static_cast<double>(faults),
                               ToSeconds(elapsed.again) / static_cast<double>(faults)};
  }

 private:
  static Result<void> TouchTwice(const Context& context, const FreshPages& pages,
                                 Elapsed& elapsed) {
    if (auto done = TimeTouch(context, pages, elapsed.first); !done) return done;
    if (auto done = pages.GiveBack(); !done) return done;
    return TimeTouch(context, pages, elapsed.again);
  }

  static Result<void> TimeTouch(const Context& context, const FreshPages& pages,
                                std::chrono::nanoseconds& elapsed) {
    const auto start = context.clock->MonotonicRaw();
    auto touched = pages.Touch();
    elapsed += context.clock->MonotonicRaw() - start;
    if (context.Stopped()) return Fail(ErrorCode::kCancelled, "stopped inside a sample");
    return touched;
  }
};

Quantity Fault(const std::string& touch) {
  return {.family = "kernel_page_fault_seconds",
          .unit = "seconds",
          .direction = Direction::kLowerIsBetter,
          .help =
              "Time of one minor fault in anonymous memory of small pages, on its first touch, "
              "and again after it was given back",
          .labels = {{"touch", touch}}};
}

const Registrar kRegistrar(
    Descriptor{
        .name = "kernel_page_fault",
        .version = 1,
        .category = "kernel",
        .help = "Page faults of fresh anonymous memory without huge pages",
        .quantities = {Fault("first"), Fault("again")},
        .work = {{Suite::kLight, {.size = kBytes, .work_unit = "64 MiB touched twice"}},
                 {Suite::kStandard, {.size = kBytes, .work_unit = "64 MiB touched twice"}}},
        .resources = {"cpu"},
    },
    [] { return std::make_unique<KernelPageFault>(); });

}  // namespace
}  // namespace hypergauge::probes
