// A thread that is created, does next to nothing and is joined.
#include <pthread.h>

#include "probes/benchmark.h"
#include "probes/benchmarks/cpus.h"
#include "probes/benchmarks/kernel/one_thread.h"
#include "probes/benchmarks/kernel/operations.h"

namespace hypergauge::probes {

void* NegateAndReturn(void* value) {
  auto* number = static_cast<int*>(value);
  *number = -*number;
  return value;
}

Result<void> StartAndJoin(void* (*body)(void*), int value) {
  int number = value;
  void* returned = nullptr;
  pthread_t thread{};
  if (const int error = pthread_create(&thread, nullptr, body, &number); error != 0) {
    return tl::unexpected(FromErrno(error, "pthread_create"));
  }
  if (const int error = pthread_join(thread, &returned); error != 0) {
    return tl::unexpected(FromErrno(error, "pthread_join"));
  }
  if (returned == &number && number == -value) return {};
  return Fail(ErrorCode::kWrongAnswer,
              "a thread that had to return -" + std::to_string(value) +
                  (returned == &number ? " returned " + std::to_string(number)
                                       : " ended without its answer"));
}

namespace {

class KernelThread final : public Benchmark {
 public:
  Result<void> Prepare(Context& context) override {
    // One CPU, or the figure would depend on how many others are idle, and how far away.
    auto pinned = ScopedAffinity::ToCurrentCpu();
    if (!pinned) return tl::unexpected(pinned.error());
    pinned_ = std::move(*pinned);
    context.report.threads = 1;
    context.report.shares_cpus = true;
    context.report.answer = "every thread returned what it had to";
    return {};
  }

  Result<std::vector<double>> Sample(Context& context) override {
    int started = 0;
    const auto seconds = SecondsPerOperation(context, 1, [&](int64_t /*one*/) {
      return StartAndJoin(NegateAndReturn, ++started % 1000 + 1);
    });
    if (!seconds) return tl::unexpected(seconds.error());
    return std::vector<double>{*seconds};
  }

 private:
  ScopedAffinity pinned_;
};

const Registrar kRegistrar(
    Descriptor{
        .name = "kernel_thread",
        .version = 1,
        .category = "kernel",
        .help = "A thread that is created, ends and is joined, on one CPU",
        .quantities = {{.family = "kernel_thread_seconds",
                        .unit = "seconds",
                        .direction = Direction::kLowerIsBetter,
                        .help = "Time of one thread's creation, its end and the join"}},
        .work = {{Suite::kLight, {.size = 100, .work_unit = "100 threads"}},
                 {Suite::kStandard, {.size = 1'000, .work_unit = "1,000 threads"}}},
        .resources = {"cpu"},
    },
    [] { return std::make_unique<KernelThread>(); });

}  // namespace
}  // namespace hypergauge::probes
