// What holds of every benchmark of this category: run, stopped, on one CPU.
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cerrno>

#include "probes/benchmarks/cpus.h"
#include "tests/unit/probes/benchmarks/run_benchmark.h"

namespace hypergauge::probes {
namespace {

constexpr int64_t kEndless = int64_t{1} << 50;

struct Case {
  const char* name;
  int64_t size;
  bool needs_two_cpus = false;
  int64_t endless = kEndless;  // a size that takes for ever
};

const Case kCases[] = {
    {.name = "kernel_clock_read", .size = 1000},
    {.name = "kernel_context_switch", .size = 20},
    {.name = "kernel_exec", .size = 3},
    {.name = "kernel_fork", .size = 3},
    {.name = "kernel_ipi_wakeup", .size = 20, .needs_two_cpus = true},
    {.name = "kernel_page_fault", .size = 1 << 20, .endless = 1 << 20},
    {.name = "kernel_syscall", .size = 100},
    {.name = "kernel_thread", .size = 3},
    {.name = "kernel_timer_oversleep", .size = 3},
    {.name = "kernel_tlb_shootdown", .size = 10, .needs_two_cpus = true},
#if defined(__x86_64__) || defined(__i386__)
    {.name = "kernel_vmexit", .size = 10},
#endif
};

/// The real clock, whose first reading raises a flag: a stop in the middle, without waiting for it.
class StoppingClock final : public Clock {
 public:
  explicit StoppingClock(std::atomic<bool>& stop) : stop_(stop) {}
  [[nodiscard]] std::chrono::nanoseconds MonotonicRaw() const override {
    stop_ = true;
    return Clock::System().MonotonicRaw();
  }
  [[nodiscard]] std::chrono::nanoseconds Realtime() const override {
    return Clock::System().Realtime();
  }

 private:
  std::atomic<bool>& stop_;
};

bool HasChildren() {
  return waitpid(-1, nullptr, WNOHANG) != -1 || errno != ECHILD;
}

class KernelBenchmark : public ::testing::TestWithParam<Case> {};

TEST_P(KernelBenchmark, GivesAFigureForEveryQuantityAndSaysWhatItChecked) {
  auto context = QuickContext(GetParam().size);
  const auto cpus = AllowedCpus().value();
  const auto outcome = RunQuickly(GetParam().name, context);
  if (GetParam().needs_two_cpus && cpus.size() == 1) {
    EXPECT_FALSE(outcome.status);
    return;
  }
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  EXPECT_NE(context.report.answer, "");
  for (const auto& figures : outcome.figures) EXPECT_GT(figures.summary.median, 0);
  EXPECT_EQ(AllowedCpus().value(), cpus) << "left pinned";
  EXPECT_FALSE(HasChildren());
}

TEST_P(KernelBenchmark, EndsWhenItIsStoppedInTheMiddle) {
  if (GetParam().needs_two_cpus && AllowedCpus()->size() == 1) return;
  std::atomic<bool> stop = false;
  const StoppingClock clock(stop);
  auto context = QuickContext(GetParam().endless);
  context.sample_time = std::chrono::hours(1);
  context.stop = &stop;
  {
    const auto benchmark = Registry().at(GetParam().name).make();
    ASSERT_TRUE(benchmark->Prepare(context));
    context.clock = &clock;
    const auto figures = benchmark->Sample(context);
    ASSERT_FALSE(figures);
    EXPECT_EQ(figures.error().code, ErrorCode::kCancelled) << figures.error().message;
  }
  EXPECT_FALSE(HasChildren());
}

TEST_P(KernelBenchmark, KnowsWhetherOneCpuIsEnough) {
  const auto cpus = AllowedCpus().value();
  const auto pinned = ScopedAffinity::To(cpus.front());
  ASSERT_TRUE(pinned);
  auto context = QuickContext(GetParam().size);
  const auto available = Registry().at(GetParam().name).make()->Available(context);
  const auto outcome = RunQuickly(GetParam().name, context);
  ASSERT_EQ(available.has_value(), !GetParam().needs_two_cpus);
  ASSERT_EQ(outcome.status.has_value(), !GetParam().needs_two_cpus);
  if (available) return;
  const std::string reason =
      std::string(GetParam().name) + " needs two CPUs and may run on one only";
  EXPECT_EQ(available.error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(available.error().message, reason);
  EXPECT_EQ(outcome.status.error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(outcome.status.error().message, reason);
}

TEST_P(KernelBenchmark, StandsInTheSuitesAsOneFamily) {
  const auto& descriptor = Registry().at(GetParam().name).descriptor;
  EXPECT_EQ(descriptor.category, "kernel");
  EXPECT_EQ(descriptor.core, descriptor.name == "kernel_context_switch");
  EXPECT_FALSE(descriptor.work.contains(Suite::kPilot));
  for (const Suite suite : {Suite::kLight, Suite::kStandard}) {
    ASSERT_TRUE(descriptor.work.contains(suite));
    EXPECT_GT(descriptor.work.at(suite).size, 0);
    EXPECT_NE(descriptor.work.at(suite).work_unit, "");
  }
  for (const auto& quantity : descriptor.quantities) {
    EXPECT_EQ(quantity.family, descriptor.name + "_seconds");
    EXPECT_EQ(quantity.unit, "seconds");
    EXPECT_EQ(quantity.help, descriptor.quantities.front().help);
  }
}

INSTANTIATE_TEST_SUITE_P(All, KernelBenchmark, ::testing::ValuesIn(kCases),
                         [](const auto& instance) { return std::string(instance.param.name); });

}  // namespace
}  // namespace hypergauge::probes
