// Reading the clock, which programs do all the time: a few nanoseconds where the hypervisor lets a
// guest read a counter by itself, and some hundreds where it must ask the kernel.
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>

#include "probes/benchmark.h"
#include "probes/benchmarks/kernel/children.h"
#include "probes/benchmarks/kernel/clock_readings.h"
#include "probes/benchmarks/kernel/operations.h"
#include "probes/benchmarks/kernel/system_facts.h"

namespace hypergauge::probes {
namespace {

constexpr int64_t kChunk = 10'000;  // some milliseconds, even where each reading is emulated

enum ChildStatus { kVdso, kSyscall, kUnknown };

// Has the kernel refuse clock_gettime from here on: what can still read the clock does not ask it.
bool ForbidClockGettime() {
  sock_filter program[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_clock_gettime, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EPERM),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
  };
  const sock_fprog filter{.len = std::size(program), .filter = &program[0]};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) == 0;
}

ChildStatus FindPath() {
  if (!ForbidClockGettime()) return kUnknown;
  timespec now{};
  if (syscall(SYS_clock_gettime, CLOCK_MONOTONIC, &now) == 0) return kUnknown;
  return clock_gettime(CLOCK_MONOTONIC, &now) == 0 ? kVdso : kSyscall;
}

}  // namespace

std::string ClockPath() {
  const pid_t child = fork();
  if (child < 0) return "unknown";
  if (child == 0) _exit(FindPath());
  const auto found = WaitForExit(child);
  if (!found || *found == kUnknown) return "unknown";
  return *found == kVdso ? "vdso" : "syscall";
}

namespace {

class KernelClockRead final : public Benchmark {
 public:
  Result<void> Prepare(Context& context) override {
    context.report.threads = 1;
    context.report.labels["clocksource"] = Clocksource("/");
    context.report.labels["path"] = ClockPath();
    context.report.answer = "CLOCK_MONOTONIC moved on and never went back";
    return {};
  }

  Result<std::vector<double>> Sample(Context& context) override {
    const auto seconds = SecondsPerOperation(context, kChunk, [](int64_t count) {
      return ReadAgainAndAgain(count,
                               [](timespec* now) { return clock_gettime(CLOCK_MONOTONIC, now); });
    });
    if (!seconds) return tl::unexpected(seconds.error());
    return std::vector<double>{*seconds};
  }
};

const Registrar kRegistrar(
    Descriptor{
        .name = "kernel_clock_read",
        .version = 1,
        .category = "kernel",
        .help = "Reading the clock: without the kernel where the clock source allows it",
        .quantities = {{.family = "kernel_clock_read_seconds",
                        .unit = "seconds",
                        .direction = Direction::kLowerIsBetter,
                        .help = "Time of one reading of CLOCK_MONOTONIC by clock_gettime"}},
        .work = {{Suite::kLight, {.size = 100'000, .work_unit = "100,000 readings"}},
                 {Suite::kStandard, {.size = 1'000'000, .work_unit = "1,000,000 readings"}}},
        .resources = {"cpu"},
    },
    [] { return std::make_unique<KernelClockRead>(); });

}  // namespace
}  // namespace hypergauge::probes
