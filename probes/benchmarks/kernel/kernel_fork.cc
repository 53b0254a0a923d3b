// fork, exit and wait: copying page tables, which costs a guest most under shadow paging.
#include <unistd.h>

#include <cerrno>

#include "probes/benchmark.h"
#include "probes/benchmarks/cpus.h"
#include "probes/benchmarks/kernel/children.h"
#include "probes/benchmarks/kernel/operations.h"

namespace hypergauge::probes {
namespace {

Result<void> ForkAndWait(int status) {
  const pid_t child = fork();
  if (child < 0) return tl::unexpected(FromErrno(errno, "fork"));
  if (child == 0) _exit(status);
  return ExpectExit(child, status);
}

class KernelFork final : public Benchmark {
 public:
  Result<void> Prepare(Context& context) override {
    // One CPU, or the figure would depend on how many others are idle, and how far away.
    auto pinned = ScopedAffinity::ToCurrentCpu();
    if (!pinned) return tl::unexpected(pinned.error());
    pinned_ = std::move(*pinned);
    context.report.threads = 1;
    context.report.shares_cpus = true;
    context.report.answer = "every child exited with the status that it was given";
    return {};
  }

  Result<std::vector<double>> Sample(Context& context) override {
    int64_t children = 0;
    const auto seconds = SecondsPerOperation(
        context, 1, [&](int64_t /*one*/) { return ForkAndWait(StatusOf(children++)); });
    if (!seconds) return tl::unexpected(seconds.error());
    return std::vector<double>{*seconds};
  }

 private:
  ScopedAffinity pinned_;
};

const Registrar kRegistrar(
    Descriptor{
        .name = "kernel_fork",
        .version = 1,
        .category = "kernel",
        .help = "A process that is forked, exits and is waited for, on one CPU",
        .quantities = {{.family = "kernel_fork_seconds",
                        .unit = "seconds",
                        .direction = Direction::kLowerIsBetter,
                        .help = "Time of one fork of a small process, its exit and the wait"}},
        .work = {{Suite::kLight, {.size = 30, .work_unit = "30 forks"}},
                 {Suite::kStandard, {.size = 300, .work_unit = "300 forks"}}},
        .resources = {"cpu"},
    },
    [] { return std::make_unique<KernelFork>(); });

}  // namespace
}  // namespace hypergauge::probes
