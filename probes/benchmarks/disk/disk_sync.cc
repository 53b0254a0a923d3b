// Writes of 4 KiB, each followed by fdatasync: how long until a small write is durable.
#include <fcntl.h>

#include <algorithm>

#include "base/statistics.h"
#include "probes/benchmark.h"
#include "probes/benchmarks/disk/device_witness.h"
#include "probes/benchmarks/disk/rewritten_blocks.h"
#include "probes/benchmarks/disk/write_budget.h"

namespace hypergauge::probes {
namespace {

constexpr int64_t kWrites = 200;
constexpr uint64_t kFileBlocks = 256;
constexpr int kCheckedBlocks = 8;

uint64_t Writes(const Context& context) {
  return static_cast<uint64_t>(context.size > 0 ? context.size : kWrites);
}

class DiskSync final : public Benchmark {
 public:
  [[nodiscard]] Result<void> Available(const Context& context) const override {
    return CheckFolder(context.work_dir, kFileBlocks * kBlockBytes);
  }

  Result<void> Prepare(Context& context) override {
    if (auto available = Available(context); !available) return available;
    const uint64_t needed = (kFileBlocks + Writes(context)) * kBlockBytes;
    if (auto room = CheckCeiling(context, needed); !room) return room;
    auto file = DiskFile::MakeTemporary(context.work_dir, 0);
    if (!file) return tl::unexpected(file.error());
    file_.file = std::move(*file);
    file_.id = {.size = kFileBlocks * kBlockBytes, .seed = context.seed};
    order_.seed(context.seed);
    blocks_.emplace(file_.id, 1);
    witness_ = DeviceWitness::Of(context.work_dir);
    context.report.labels["write_cache"] =
        witness_.device() ? ReadWriteCache(*witness_.device()) : "unknown";
    // Allocates the blocks: the samples overwrite, and no block of the journal is in their way.
    for (uint64_t i = 0; i < kFileBlocks; ++i) {
      if (auto written = WriteNext(context); !written) return written;
    }
    return file_.file.Flush();
  }

  Result<std::vector<double>> Sample(Context& context) override {
    if (auto next = samples_.Next(context); !next) return tl::unexpected(next.error());
    std::vector<double> latencies;
    witness_.Begin();
    const auto end = context.clock->MonotonicRaw() + context.sample_time;
    do {
      auto written = WriteBatch(context, end, latencies);
      if (!written) return tl::unexpected(written.error());
    } while (context.suite != Suite::kLight && context.clock->MonotonicRaw() < end);
    const auto seen = witness_.Judge(context, 0, latencies.size() * kBlockBytes);
    if (auto checked = Check(); !checked) return tl::unexpected(checked.error());
    context.report.answer = std::to_string(blocks_checked_) + " of " +
                            std::to_string(blocks_->filled()) + " blocks read back, " + seen;
    std::vector<double> figures;
    for (const double fraction : {0.5, 0.99, 1.0}) {
      figures.push_back(*Quantile(latencies, fraction));
    }
    return figures;
  }

 private:
  // In the light suite a slow disk writes what it can in the sample's time, but once at least.
  Result<void> WriteBatch(Context& context, std::chrono::nanoseconds end,
                          std::vector<double>& latencies) {
    for (uint64_t i = 0; i < Writes(context); ++i) {
      if (context.Stopped()) return Fail(ErrorCode::kCancelled, "stopped inside a sample");
      const auto start = context.clock->MonotonicRaw();
      if (context.suite == Suite::kLight && i > 0 && start >= end) return {};
      if (auto written = WriteNext(context); !written) return written;
      if (auto flushed = file_.file.Flush(); !flushed) return flushed;
      latencies.push_back(ToSeconds(context.clock->MonotonicRaw() - start));
    }
    return {};
  }

  Result<void> WriteNext(Context& context) {
    const uint64_t offset = next_++ % kFileBlocks * kBlockBytes;
    if (auto counted = CountWrite(context, kBlockBytes); !counted) return counted;
    blocks_->Fill(buffer_.bytes(), offset);
    return file_.file.WriteAt(offset, buffer_.bytes());
  }

  Result<void> Check() {
    if (auto forgotten = file_.file.Forget(); !forgotten) return forgotten;
    blocks_checked_ += kCheckedBlocks;
    return blocks_->Check(file_, kCheckedBlocks, order_);
  }

  TestFile file_;
  std::optional<RewrittenBlocks> blocks_;
  DeviceWitness witness_;
  AlignedBuffer buffer_{kBlockBytes};
  std::mt19937_64 order_;
  SampleCount samples_;
  uint64_t next_ = 0;
  uint64_t blocks_checked_ = 0;
};

Quantity Latency(const std::string& stat) {
  return {.family = "disk_sync_latency_seconds",
          .unit = "seconds",
          .direction = Direction::kLowerIsBetter,
          .help = "Time of one write of 4 KiB with fdatasync",
          .labels = {{"stat", stat}}};
}

constexpr uint64_t kLeastBytes = (kFileBlocks + kLeastSamples * uint64_t{kWrites}) * kBlockBytes;

const Work kLight{.size = kWrites,
                  .work_unit = "200 writes of 4 KiB with fdatasync, fewer on a slow disk",
                  .bytes_written = kLeastBytes};
const Work kWork{.size = kWrites,
                 .work_unit = "200 writes of 4 KiB with fdatasync",
                 .bytes_written = kLeastBytes};

const Registrar kRegistrar(
    Descriptor{
        .name = "disk_sync",
        .version = 1,
        .category = "disk",
        .help = "Writes of 4 KiB, each followed by fdatasync",
        .quantities = {Latency("p50"), Latency("p99"), Latency("max")},
        .work = {{Suite::kLight, kLight}, {Suite::kStandard, kWork}, {Suite::kPilot, kWork}},
        .resources = {"disk"},
        .core = true,
    },
    [] { return std::make_unique<DiskSync>(); });

}  // namespace
}  // namespace hypergauge::probes
