// The unit of work of hardinfo's "CPU Fibonacci": calls and returns, on one thread.
#include "probes/benchmark.h"
#include "probes/benchmarks/cpu/fibonacci.h"

namespace hypergauge::probes {

[[gnu::noinline]] uint64_t RecursiveFibonacci(int n) {
  DoNotOptimize(n);
  if (n <= 2) return 1;
  const uint64_t first = RecursiveFibonacci(n - 1);
  uint64_t second = RecursiveFibonacci(n - 2);
  DoNotOptimize(second);  // or the last call becomes a loop
  return first + second;
}

Result<void> CheckFibonacci(int n, uint64_t value) {
  uint64_t previous = 0;
  uint64_t current = 1;
  for (int i = 1; i < n; ++i) {
    const uint64_t next = previous + current;
    previous = current;
    current = next;
  }
  if (value == current) return {};
  return Fail(ErrorCode::kWrongAnswer, "fib(" + std::to_string(n) + ") came out as " +
                                           std::to_string(value) + " instead of " +
                                           std::to_string(current));
}

namespace {

constexpr int kUninterrupted = 32;  // a number whose calls take some 10 ms

// The very same calls as RecursiveFibonacci's, with a look at the wish to stop in the few that are
// nearest to the root.
Result<uint64_t> FibonacciUnlessStopped(const Context& context, int n) {
  if (n <= kUninterrupted) return RecursiveFibonacci(n);
  if (context.Stopped()) return Fail(ErrorCode::kCancelled, "stopped inside a sample");
  auto first = FibonacciUnlessStopped(context, n - 1);
  if (!first) return first;
  auto second = FibonacciUnlessStopped(context, n - 2);
  if (!second) return second;
  return *first + *second;
}

class CpuFibonacci final : public Benchmark {
 public:
  Result<void> Prepare(Context& context) override {
    context.report.threads = 1;
    if (context.size <= 90) return {};  // F(93) is the last that fits; none above 60 ever ends
    return Fail(ErrorCode::kInvalidArgument,
                "cpu_fibonacci takes sizes up to 90, not " + std::to_string(context.size));
  }

  Result<std::vector<double>> Sample(Context& context) override {
    const int n = static_cast<int>(context.size);
    uint64_t value = 0;
    auto seconds = SecondsPerBatch(context, [&]() -> Result<void> {
      const auto computed = FibonacciUnlessStopped(context, n);
      if (!computed) return tl::unexpected(computed.error());
      value = *computed;
      return CheckFibonacci(n, value);
    });
    if (!seconds) return tl::unexpected(seconds.error());
    context.report.answer = "fib(" + std::to_string(n) + ") = " + std::to_string(value);
    return std::vector<double>{*seconds};
  }
};

const Registrar kRegistrar(
    Descriptor{
        .name = "cpu_fibonacci",
        .version = 1,
        .category = "cpu",
        .help = "A Fibonacci number by recursion, as hardinfo does it: calls and returns",
        .quantities = {{.family = "cpu_fibonacci_seconds",
                        .unit = "seconds",
                        .direction = Direction::kLowerIsBetter,
                        .help = "Time of one recursive Fibonacci number, of the suite's size"}},
        .work = {{Suite::kLight, {.size = 38, .work_unit = "fib(38)"}},
                 {Suite::kStandard, {.size = 42, .work_unit = "fib(42)"}},
                 {Suite::kPilot, {.size = 42, .work_unit = "fib(42)"}}},
        .resources = {"cpu"},
    },
    [] { return std::make_unique<CpuFibonacci>(); });

}  // namespace
}  // namespace hypergauge::probes
