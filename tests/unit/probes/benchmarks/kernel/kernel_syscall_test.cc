#include <gtest/gtest.h>
#include <unistd.h>

#include "probes/benchmarks/kernel/children.h"
#include "probes/benchmarks/kernel/repeated_call.h"
#include "tests/unit/probes/benchmarks/run_benchmark.h"

namespace hypergauge::probes {
namespace {

TEST(RepeatedCall, CountsTheCallsThatWentWrong) {
  int64_t calls = 0;
  EXPECT_TRUE(RepeatCall("f()", 1000, 7, [&] {
    ++calls;
    return 7;
  }));
  EXPECT_EQ(calls, 1000);
  const auto wrong = RepeatCall("f()", 1000, 7, [&] { return ++calls == 1500 ? -1 : 7; });
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().code, ErrorCode::kWrongAnswer);
  EXPECT_EQ(wrong.error().message, "f() came out as -1 instead of 7 in 1 of 1000 calls");
}

// A call that was left out, or an answer that was remembered, would not notice another parent.
TEST(KernelSyscall, AsksTheKernelInEverySample) {
  auto context = QuickContext(100);
  const auto benchmark = Registry().at("kernel_syscall").make();
  ASSERT_TRUE(benchmark->Prepare(context));
  ASSERT_TRUE(benchmark->Sample(context));
  const pid_t child = fork();
  ASSERT_GE(child, 0);
  if (child == 0) {
    const auto figures = benchmark->Sample(context);
    _exit(!figures && figures.error().code == ErrorCode::kWrongAnswer ? 42 : 1);
  }
  EXPECT_TRUE(ExpectExit(child, 42));
}

TEST(KernelSyscall, TellsWhetherTheKernelMitigates) {
  auto context = QuickContext(10);
  ASSERT_TRUE(RunQuickly("kernel_syscall", context).status);
  EXPECT_NE(context.report.labels["mitigations"], "");
  EXPECT_EQ(context.report.answer, "getppid() = " + std::to_string(getppid()) + " in every call");
}

}  // namespace
}  // namespace hypergauge::probes
