// bc's pi, as the pilot of 2011 computed it: 4*a(1) with 2000 digits.
#include <algorithm>
#include <cstdint>

#include "probes/benchmark.h"
#include "probes/benchmarks/cpu/pi_digits.h"
#include "probes/benchmarks/tools/bc.h"
#include "probes/benchmarks/tools/tool.h"

namespace hypergauge::probes {
namespace {

constexpr int kMostDigits = 10'000;  // bc takes the square of their number
constexpr size_t kUncertainDigits = 4;

// fraction = fraction x 10^9; returns what is left of the point then.
uint32_t TakeNineDigits(std::vector<uint32_t>& fraction) {
  uint64_t carry = 0;
  for (size_t i = fraction.size(); i-- > 0;) {
    const uint64_t product = uint64_t{fraction[i]} * 1'000'000'000U + carry;
    fraction[i] = static_cast<uint32_t>(product);
    carry = product >> 32;
  }
  return static_cast<uint32_t>(carry);
}

}  // namespace

std::string PiDecimals(int digits) {
  constexpr double kWordsADigit = 0.10382;  // log2(10) / 32
  auto fraction = PiFraction(static_cast<size_t>(digits * kWordsADigit) + 4);
  std::string decimals;
  while (decimals.size() < static_cast<size_t>(digits)) {
    const auto nine = std::to_string(TakeNineDigits(fraction));
    decimals += std::string(9 - nine.size(), '0') + nine;
  }
  return "3." + decimals.substr(0, static_cast<size_t>(digits));
}

Result<void> CheckPi(std::string_view printed, int digits) {
  while (printed.ends_with('\n')) printed.remove_suffix(1);
  const auto expected = PiDecimals(digits);
  if (printed.size() != expected.size()) {
    return Fail(ErrorCode::kWrongAnswer, "bc printed " + std::to_string(printed.size()) +
                                             " characters of pi instead of " +
                                             std::to_string(expected.size()));
  }
  const auto sure = expected.end() - kUncertainDigits;
  const auto wrong = std::mismatch(expected.begin(), sure, printed.begin());
  if (wrong.first == sure) return {};
  return Fail(ErrorCode::kWrongAnswer, "bc's pi is wrong in character " +
                                           std::to_string(wrong.first - expected.begin() + 1) +
                                           ": " + *wrong.second + " instead of " + *wrong.first);
}

namespace {

class ToolBc final : public Benchmark {
 public:
  [[nodiscard]] Result<void> Available(const Context& /*context*/) const override {
    const auto path = FindProgram("bc");
    return path ? Result<void>() : tl::unexpected(path.error());
  }

  Result<void> Prepare(Context& context) override {
    if (context.size > kMostDigits) {
      return Fail(ErrorCode::kInvalidArgument,
                  "tool_bc takes sizes up to 10000, not " + std::to_string(context.size));
    }
    auto tool = Tool::Open(context, "bc");
    if (!tool) return tl::unexpected(tool.error());
    bc_ = std::move(*tool);
    context.report.threads = 1;
    return {};
  }

  Result<std::vector<double>> Sample(Context& context) override {
    const int digits = static_cast<int>(context.size);
    const ToolCommand command{.arguments = {"-l", "-q"},
                              .input = "scale=" + std::to_string(digits) + "; 4*a(1)\n",
                              .environment = {"BC_LINE_LENGTH=0"}};
    double seconds = 0;
    int runs = 0;
    // Checking is not bc's time.
    while (runs == 0 || seconds < ToSeconds(context.sample_time)) {
      const auto output = bc_.Run(context, command);
      if (!output) return tl::unexpected(output.error());
      if (auto ended = CheckExit("bc", *output); !ended) return tl::unexpected(ended.error());
      if (auto checked = CheckPi(output->out, digits); !checked) {
        return FailOutput(checked.error().message, *output);
      }
      seconds += output->seconds;
      ++runs;
    }
    context.report.answer = std::to_string(digits) + " digits of pi";
    return std::vector<double>{seconds / runs};
  }

 private:
  Tool bc_;
};

const Registrar kRegistrar(
    Descriptor{
        .name = "tool_bc",
        .version = 1,
        .category = "tools",
        .help = "bc's pi by 4*a(1)",
        .quantities = {{.family = "tool_bc_seconds",
                        .unit = "seconds",
                        .direction = Direction::kLowerIsBetter,
                        .help = "Time of one bc that computes pi"}},
        .resources = {"cpu"},
        .default_work = {.size = 2000, .work_unit = "2000 digits of pi"},
    },
    [] { return std::make_unique<ToolBc>(); });

}  // namespace
}  // namespace hypergauge::probes
