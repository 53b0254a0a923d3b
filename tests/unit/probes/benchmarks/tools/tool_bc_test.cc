#include <gtest/gtest.h>

#include "probes/benchmarks/tools/bc.h"
#include "tests/unit/probes/benchmarks/run_benchmark.h"
#include "tests/unit/probes/benchmarks/tools/fake_tools.h"

namespace hypergauge::probes {
namespace {

using testing::TempDir;

TEST(Bc, KnowsPi) {
  EXPECT_EQ(PiDecimals(50), "3.14159265358979323846264338327950288419716939937510");
  // The Feynman point: six nines from the 762nd decimal on.
  EXPECT_EQ(PiDecimals(767).substr(2 + 761), "999999");
}

TEST(Bc, FindsEveryWrongDigitButTheLastFour) {
  const auto pi = PiDecimals(100);
  EXPECT_TRUE(CheckPi(pi + "\n", 100));
  for (size_t at = 0; at < pi.size() - 4; ++at) {
    auto wrong = pi;
    wrong[at] = wrong[at] == '7' ? '8' : '7';
    const auto checked = CheckPi(wrong, 100);
    ASSERT_FALSE(checked) << at;
    EXPECT_EQ(checked.error().code, ErrorCode::kWrongAnswer);
  }
}

TEST(Bc, FindsMissingAndFurtherDigits) {
  EXPECT_FALSE(CheckPi("", 100));
  EXPECT_FALSE(CheckPi(PiDecimals(99), 100));
  EXPECT_FALSE(CheckPi(PiDecimals(100) + "\n0", 100));
}

TEST(ToolBc, RunsTheRealOne) {
  const TempDir folder;
  auto context = QuickContext(200, folder.path());
  const auto outcome = RunQuickly("tool_bc", context);
  ASSERT_TRUE(outcome.status) << outcome.status.error().message;
  EXPECT_EQ(context.report.answer, "200 digits of pi");
  EXPECT_GT(outcome.figures.at(0).summary.median, 0);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(ToolBc, FailsOnAnotherNumber) {
  const FakeTools tools;
  const TempDir folder;
  tools.Add("bc", "echo 3.1415926535897932384626433832795028841971693993751058; echo oh >&2");
  auto context = QuickContext(52, folder.path());
  EXPECT_TRUE(RunQuickly("tool_bc", context).status);
  tools.Add("bc", "echo 3.1415926535897932384626433832795028841971693993771058; echo oh >&2");
  const auto outcome = RunQuickly("tool_bc", context);
  ASSERT_FALSE(outcome.status);
  EXPECT_EQ(outcome.status.error().message,
            "bc's pi is wrong in character 50: 7 instead of 5; it said last: oh");
}

}  // namespace
}  // namespace hypergauge::probes
