// The unit of work of hardinfo 0.5.1's "CPU Blowfish": a key schedule, one encryption and one
// decryption of BEBACAFE DEADBEEF, again and again, shared among the threads.
#include <algorithm>
#include <numeric>

#include "probes/benchmark.h"
#include "probes/benchmarks/cpu/blowfish.h"
#include "probes/benchmarks/workers.h"

namespace hypergauge::probes {
namespace {

constexpr int64_t kRoundsBetweenLooks = 1000;  // at the wish to stop: some 20 ms

class CpuBlowfish final : public Benchmark {
 public:
  Result<void> Prepare(Context& context) override {
    tables_ = MakeBlowfishTables();
    std::iota(key_.begin(), key_.end(), uint8_t{1});
    // The light suite's figure is that of one thread on every node, whatever its CPUs.
    threads_ = context.suite == Suite::kLight ? 1 : context.Threads();
    context.report.threads = threads_;
    one_round_ = RunBlowfish(tables_, key_, 1).ciphers;
    context.report.answer = "zero key and text = 4EF99745 6198DD78, and every round trip";
    return CheckBlowfish(tables_);
  }

  Result<std::vector<double>> Sample(Context& context) override {
    auto seconds = SecondsPerBatch(context, [&] { return RunBatch(context); });
    if (!seconds) return tl::unexpected(seconds.error());
    return std::vector<double>{*seconds};
  }

 private:
  [[nodiscard]] Result<void> RunBatch(Context& context) const {
    const int64_t rounds = context.size;
    std::vector<BlowfishWork> done(static_cast<size_t>(threads_));
    auto ran = RunWorkers(context, threads_, [&](int worker) {
      auto& own = done[static_cast<size_t>(worker)];
      int64_t left = rounds * (worker + 1) / threads_ - rounds * worker / threads_;
      while (left > 0 && !context.Stopped()) {
        const int64_t part = std::min(left, kRoundsBetweenLooks);
        own += RunBlowfish(tables_, key_, part);
        left -= part;
      }
    });
    if (!ran) return ran;
    if (context.Stopped()) return Fail(ErrorCode::kCancelled, "stopped inside a sample");
    return CheckBlowfishWork(std::accumulate(done.begin(), done.end(), BlowfishWork{}), rounds,
                             one_round_);
  }

  BlowfishTables tables_;
  std::array<uint8_t, 72> key_{};
  uint64_t one_round_ = 0;
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
        .core = true,
    },
    [] { return std::make_unique<CpuBlowfish>(); });

}  // namespace
}  // namespace hypergauge::probes
