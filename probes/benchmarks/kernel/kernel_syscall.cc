// The way into the kernel and back: getppid(2), which does next to nothing there.
#include <sys/syscall.h>
#include <unistd.h>

#include "probes/benchmark.h"
#include "probes/benchmarks/kernel/operations.h"
#include "probes/benchmarks/kernel/repeated_call.h"
#include "probes/benchmarks/kernel/system_facts.h"

namespace hypergauge::probes {
namespace {

constexpr int64_t kChunk = 10'000;  // some milliseconds, even where each call is emulated

class KernelSyscall final : public Benchmark {
 public:
  Result<void> Prepare(Context& context) override {
    context.report.threads = 1;
    context.report.labels["mitigations"] = Mitigations("/");
    parent_ = getppid();
    context.report.answer = "getppid() = " + std::to_string(parent_) + " in every call";
    return {};
  }

  Result<std::vector<double>> Sample(Context& context) override {
    const auto seconds = SecondsPerOperation(context, kChunk, [&](int64_t count) {
      // Not getppid(): a libc may remember what it was told.
      return RepeatCall("getppid()", count, parent_, [] { return syscall(SYS_getppid); });
    });
    if (!seconds) return tl::unexpected(seconds.error());
    return std::vector<double>{*seconds};
  }

 private:
  int64_t parent_ = 0;
};

const Registrar kRegistrar(
    Descriptor{
        .name = "kernel_syscall",
        .version = 1,
        .category = "kernel",
        .help = "The cheapest system call, getppid: the way into the kernel and back",
        .quantities = {{.family = "kernel_syscall_seconds",
                        .unit = "seconds",
                        .direction = Direction::kLowerIsBetter,
                        .help = "Time of one system call that does next to nothing"}},
        .work = {{Suite::kLight, {.size = 100'000, .work_unit = "100,000 calls of getppid"}},
                 {Suite::kStandard,
                  {.size = 1'000'000, .work_unit = "1,000,000 calls of getppid"}}},
        .resources = {"cpu"},
    },
    [] { return std::make_unique<KernelSyscall>(); });

}  // namespace
}  // namespace hypergauge::probes
