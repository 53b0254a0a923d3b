// Starting a program: this one itself, since it is the same file on host and guest and needs no
// shared library. It exits before its own initialisers run, so that the kernel's part is measured.
#include <spawn.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <cstring>

#include "probes/benchmark.h"
#include "probes/benchmarks/cpus.h"
#include "probes/benchmarks/kernel/children.h"
#include "probes/benchmarks/kernel/operations.h"

namespace hypergauge::probes {
namespace {

constexpr const char* kProgram = "/proc/self/exe";
constexpr const char* kExitArgument = "--exit-at-once-with";

// Before main() and every other initialiser: what kernel_exec starts ends here. The C library gives
// main's arguments to initialisers too.
[[gnu::constructor(101)]] void ExitAtOnceWhenAsked(int argc, char** argv) {
  if (argc == 3 && std::strcmp(argv[1], kExitArgument) == 0) _exit(std::atoi(argv[2]));
}

Result<void> SpawnAndWait(int status) {
  std::string name = "hypergauge-bench";
  std::string argument = kExitArgument;
  std::string value = std::to_string(status);
  const std::array<char*, 4> argv = {name.data(), argument.data(), value.data(), nullptr};
  const std::array<char*, 1> environment = {nullptr};
  pid_t child = -1;
  const int error =
      posix_spawn(&child, kProgram, nullptr, nullptr, argv.data(), environment.data());
  if (error != 0) return tl::unexpected(FromErrno(error, std::string("posix_spawn ") + kProgram));
  return ExpectExit(child, status);
}

class KernelExec final : public Benchmark {
 public:
  Result<void> Prepare(Context& context) override {
    // One CPU, or the figure would depend on how many others are idle, and how far away.
    auto pinned = ScopedAffinity::ToCurrentCpu();
    if (!pinned) return tl::unexpected(pinned.error());
    pinned_ = std::move(*pinned);
    context.report.threads = 1;
    context.report.shares_cpus = true;
    context.report.answer = "every program exited with the status that it was given";
    return {};
  }

  Result<std::vector<double>> Sample(Context& context) override {
    int64_t programs = 0;
    const auto seconds = SecondsPerOperation(
        context, 1, [&](int64_t /*one*/) { return SpawnAndWait(StatusOf(programs++)); });
    if (!seconds) return tl::unexpected(seconds.error());
    return std::vector<double>{*seconds};
  }

 private:
  ScopedAffinity pinned_;
};

const Registrar kRegistrar(
    Descriptor{
        .name = "kernel_exec",
        .version = 1,
        .category = "kernel",
        .help = "A static program that is started, exits at once and is waited for, on one CPU",
        .quantities = {{.family = "kernel_exec_seconds",
                        .unit = "seconds",
                        .direction = Direction::kLowerIsBetter,
                        .help = "Time of one start of a static program, its exit and the wait"}},
        .work = {{Suite::kLight, {.size = 30, .work_unit = "30 programs"}},
                 {Suite::kStandard, {.size = 300, .work_unit = "300 programs"}}},
        .resources = {"cpu"},
    },
    [] { return std::make_unique<KernelExec>(); });

}  // namespace
}  // namespace hypergauge::probes
