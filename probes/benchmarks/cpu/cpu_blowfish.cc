// The unit of work of hardinfo 0.5.1's "CPU Blowfish": a key schedule, one encryption and one
// decryption of BEBACAFE DEADBEEF, again and again, shared among the threads.
#include <atomic>
#include <numeric>
#include <thread>

#include "probes/benchmark.h"
#include "probes/benchmarks/cpu/blowfish.h"

namespace hypergauge::probes {
namespace {

constexpr BlowfishBlock kText{.left = 0xBEBACAFE, .right = 0xDEADBEEF};

// False when a decryption does not give the text back.
bool RunRounds(const BlowfishTables& tables, std::span<const uint8_t> key, int64_t rounds) {
  BlowfishBlock block = kText;
  for (int64_t i = 0; i < rounds; ++i) {
    const Blowfish cipher(tables, key);
    cipher.Encrypt(block);
    if (block == kText) return false;
    cipher.Decrypt(block);
    if (block != kText) return false;
  }
  return true;
}

class CpuBlowfish final : public Benchmark {
 public:
  Result<void> Prepare(Context& context) override {
    tables_ = MakeBlowfishTables();
    std::iota(key_.begin(), key_.end(), uint8_t{1});
    // The light suite's figure is that of one thread on every node, whatever its CPUs.
    threads_ = context.suite == Suite::kLight ? 1 : context.threads;
    context.report.threads = threads_;
    context.report.answer = "zero key and text = 4EF99745 6198DD78, and every round trip";
    return CheckBlowfish(tables_);
  }

  Result<std::vector<double>> Sample(Context& context) override {
    auto seconds = SecondsPerBatch(context, [&] { return RunBatch(context.size); });
    if (!seconds) return tl::unexpected(seconds.error());
    return std::vector<double>{*seconds};
  }

 private:
  [[nodiscard]] Result<void> RunBatch(int64_t rounds) const {
    std::atomic<bool> right = true;
    const auto work = [&](int64_t share) {
      if (!RunRounds(tables_, key_, share)) right = false;
    };
    std::vector<std::jthread> others;
    for (int i = 1; i < threads_; ++i) {
      others.emplace_back(work, rounds * (i + 1) / threads_ - rounds * i / threads_);
    }
    work(rounds / threads_);
    others.clear();  // joins
    if (right) return {};
    return Fail(ErrorCode::kWrongAnswer, "BEBACAFE DEADBEEF did not survive its round trip");
  }

  BlowfishTables tables_;
  std::array<uint8_t, 72> key_{};
  int threads_ = 1;
};

const Registrar kRegistrar(
    Descriptor{
        .name = "cpu_blowfish",
        .version = 1,
        .category = "cpu",
        .help = "Blowfish key schedules, encryptions and decryptions, as hardinfo 0.5.1 does them",
        .quantities = {{.family = "cpu_blowfish_seconds",
                        .unit = "seconds",
                        .direction = Direction::kLowerIsBetter,
                        .help = "Time of a batch of Blowfish rounds, of the suite's size"}},
        .work = {{Suite::kLight, {.size = 5'000, .work_unit = "5,000 rounds on one thread"}},
                 {Suite::kStandard, {.size = 50'000, .work_unit = "50,000 rounds on all CPUs"}},
                 {Suite::kPilot, {.size = 50'000, .work_unit = "50,000 rounds on all CPUs"}}},
        .resources = {"cpu"},
    },
    [] { return std::make_unique<CpuBlowfish>(); });

}  // namespace
}  // namespace hypergauge::probes
