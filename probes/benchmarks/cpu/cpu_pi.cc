// The pilot's `echo "scale=2000; 4*a(1)" | bc -l` with numbers of our own, on one thread: long
// multiplications, divisions and additions.
#include "probes/benchmark.h"
#include "probes/benchmarks/cpu/digest.h"
#include "probes/benchmarks/cpu/pi_digits.h"

namespace hypergauge::probes {
namespace {

constexpr int64_t kDigits = 2'000;
constexpr int64_t kMostDigits = 5'000;  // more take longer than a stop may wait

// SHA-256 of "3." and pi's first 2000 decimals, from bc and from Python's integers.
constexpr std::string_view kDigest =
    "08fbdbda86c38dac4cbaaad246eb79e1cc2f8c814baaca13d6c9e4218fb6a143";

Result<std::string> DigestOf(Digest& sha256, const std::string& text) {
  return sha256.Of(std::as_bytes(std::span(text)));
}

class CpuPi final : public Benchmark {
 public:
  Result<void> Prepare(Context& context) override {
    if (context.size > kMostDigits) {
      return Fail(ErrorCode::kInvalidArgument, "cpu_pi takes up to " + std::to_string(kMostDigits) +
                                                   " digits, not " + std::to_string(context.size));
    }
    auto sha256 = Digest::Fetch("SHA256");
    if (!sha256) return tl::unexpected(sha256.error());
    sha256_ = std::make_unique<Digest>(std::move(*sha256));
    context.report.threads = 1;
    // Another formula gives the answer for any number of digits.
    auto expected = DigestOf(*sha256_, MachinDecimals(static_cast<size_t>(context.size)));
    if (!expected) return tl::unexpected(expected.error());
    expected_ = *expected;
    return context.size == kDigits ? CheckDigest("2000 digits of pi", expected_, kDigest)
                                   : Result<void>();
  }

  Result<std::vector<double>> Sample(Context& context) override {
    const auto digits = static_cast<size_t>(context.size);
    const std::string what = std::to_string(digits) + " digits of pi";
    auto seconds = SecondsPerBatch(context, [&]() -> Result<void> {
      const auto found = DigestOf(*sha256_, FourArctanOfOne(digits));
      if (!found) return tl::unexpected(found.error());
      return CheckDigest(what, *found, expected_);
    });
    if (!seconds) return tl::unexpected(seconds.error());
    context.report.answer = "SHA-256 of " + what + ": " + expected_;
    return std::vector<double>{*seconds};
  }

 private:
  std::unique_ptr<Digest> sha256_;
  std::string expected_;
};

const Work kWork{.size = kDigits, .work_unit = "4 arctan(1) to 2,000 digits"};

const Registrar kRegistrar(
    Descriptor{
        .name = "cpu_pi",
        .version = 1,
        .category = "cpu",
        .help = "Pi as 4 arctan(1), as bc reckons it, by long arithmetic on one thread",
        .quantities = {{.family = "cpu_pi_seconds",
                        .unit = "seconds",
                        .direction = Direction::kLowerIsBetter,
                        .help = "Time of pi's digits, as many as the suite asks for"}},
        .work = {{Suite::kLight, kWork}, {Suite::kStandard, kWork}, {Suite::kPilot, kWork}},
        .resources = {"cpu"},
    },
    [] { return std::make_unique<CpuPi>(); });

}  // namespace
}  // namespace hypergauge::probes
