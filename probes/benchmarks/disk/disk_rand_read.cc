// Random reads of 4 KiB past the page cache, one and 32 at a time, every block checked.
#include <algorithm>

#include "base/statistics.h"
#include "probes/benchmark.h"
#include "probes/benchmarks/disk/random_reader.h"
#include "probes/benchmarks/disk/test_file.h"

namespace hypergauge::probes {
namespace {

constexpr int64_t kFileBytes = int64_t{512} << 20;
constexpr const char* kFileName = "hypergauge-rand-read.dat";
constexpr std::chrono::milliseconds kShortestSample(250);
constexpr int kQueueDepths[] = {1, 32};

// The runner's context names no size when it only asks for availability.
uint64_t FileBytes(const Context& context) {
  const int64_t size = context.size > 0 ? context.size : kFileBytes;
  return static_cast<uint64_t>(size) / kBlockBytes * kBlockBytes;
}

class DiskRandRead final : public Benchmark {
 public:
  [[nodiscard]] Result<void> Available(const Context& context) const override {
    const uint64_t size = FileBytes(context);
    if (size == 0) {
      return Fail(ErrorCode::kInvalidArgument, "disk_rand_read needs a size of at least 4096");
    }
    const uint64_t there = AllocatedBytes(context.work_dir / kFileName);
    return CheckFolder(context.work_dir, there < size ? size - there : 0);
  }

  Result<void> Prepare(Context& context) override {
    if (auto available = Available(context); !available) return available;
    auto file = OpenTestFile(context, context.work_dir / kFileName, FileBytes(context));
    if (!file) return tl::unexpected(file.error());
    file_ = std::move(*file);
    auto uring = MakeUringReader();
    reader_ = uring ? std::move(*uring) : MakePsyncReader();
    context.report.labels["engine"] = reader_->name();
    seed_ = context.seed;
    return {};
  }

  Result<std::vector<double>> Sample(Context& context) override {
    std::vector<double> rates;
    std::vector<double> latencies;
    for (const int depth : kQueueDepths) {
      auto figures = reader_->Run(MakeJob(context, depth));
      if (!figures) return tl::unexpected(figures.error());
      rates.push_back(figures->operations_per_second);
      blocks_read_ += figures->latencies.size();
      for (const double fraction : {0.5, 0.99, 1.0}) {
        latencies.push_back(Quantile(figures->latencies, fraction).value_or(0));
      }
    }
    context.report.answer = "header and CRC-32C of " + std::to_string(blocks_read_) + " blocks";
    rates.insert(rates.end(), latencies.begin(), latencies.end());
    return rates;
  }

 private:
  [[nodiscard]] ReadJob MakeJob(const Context& context, int depth) {
    return {.descriptor = file_.file.descriptor(),
            .blocks = file_.id.size / kBlockBytes,
            .queue_depth = depth,
            .duration = std::max<std::chrono::nanoseconds>(context.sample_time, kShortestSample),
            .seed = seed_++,
            .clock = context.clock,
            .stopped = [&context] { return context.Stopped(); },
            .check = [id = file_.id](auto block,
                                     uint64_t offset) { return CheckBlock(block, offset, id); }};
  }

  TestFile file_;
  std::unique_ptr<RandomReader> reader_;
  uint64_t seed_ = 1;
  uint64_t blocks_read_ = 0;
};

std::vector<Quantity> Quantities() {
  std::vector<Quantity> quantities;
  for (const int depth : kQueueDepths) {
    quantities.push_back({.family = "disk_rand_read_operations_per_second",
                          .unit = "operations_per_second",
                          .direction = Direction::kHigherIsBetter,
                          .help = "Random direct reads of 4 KiB",
                          .labels = {{"queue_depth", std::to_string(depth)}}});
  }
  for (const int depth : kQueueDepths) {
    for (const char* stat : {"p50", "p99", "max"}) {
      quantities.push_back({.family = "disk_rand_read_latency_seconds",
                            .unit = "seconds",
                            .direction = Direction::kLowerIsBetter,
                            .help = "Time of one random direct read of 4 KiB",
                            .labels = {{"queue_depth", std::to_string(depth)}, {"stat", stat}}});
    }
  }
  return quantities;
}

const Work kWork{.size = kFileBytes, .work_unit = "4 KiB reads of a 512 MiB file"};

const Registrar kRegistrar(
    Descriptor{
        .name = "disk_rand_read",
        .version = 1,
        .category = "disk",
        .help = "Random reads of 4 KiB past the page cache, one and 32 at a time",
        .quantities = Quantities(),
        .work = {{Suite::kLight, kWork}, {Suite::kStandard, kWork}, {Suite::kPilot, kWork}},
        .resources = {"disk"},
    },
    [] { return std::make_unique<DiskRandRead>(); });

}  // namespace
}  // namespace hypergauge::probes
