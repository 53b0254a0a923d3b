// Sequential writes of 1 MiB: past the page cache, and through it with fdatasync at the end.
#include <fcntl.h>

#include <cstring>
#include <random>

#include "probes/benchmark.h"
#include "probes/benchmarks/disk/device_witness.h"
#include "probes/benchmarks/disk/disk_file.h"
#include "probes/benchmarks/disk/stoppable_flush.h"
#include "probes/benchmarks/disk/write_budget.h"

namespace hypergauge::probes {
namespace {

constexpr int64_t kFileBytes = int64_t{64} << 20;
constexpr int64_t kLightFileBytes = int64_t{4} << 20;
constexpr int kCheckedBlocks = 32;

// A file written round and round, and what each of its chunks must hold by now. Every block begins
// with its offset and the number of the pass, so that no storage can fold equal blocks into one.
class Target {
 public:
  Target() = default;
  Target(DiskFile file, uint64_t chunks) : file_(std::move(file)), passes_(chunks) {}

  [[nodiscard]] uint64_t chunks() const { return passes_.size(); }

  Result<void> WriteNext(std::span<std::byte> chunk) {
    const uint64_t index = next_;
    next_ = (next_ + 1) % chunks();
    const uint64_t offset = index * kChunkBytes;
    ++passes_[index];
    for (size_t at = 0; at < kChunkBytes; at += kBlockBytes) {
      Stamp(chunk.subspan(at, kBlockBytes), offset + at, passes_[index]);
    }
    return file_.WriteAt(offset, chunk);
  }

  [[nodiscard]] const DiskFile& file() const { return file_; }

  // Reads some blocks back from the disk and compares them with the pattern as it was stamped.
  [[nodiscard]] Result<void> Check(std::span<std::byte> chunk, std::mt19937_64& order) const {
    if (auto forgotten = file_.Forget(); !forgotten) return forgotten;
    AlignedBuffer block(kBlockBytes);
    for (int i = 0; i < kCheckedBlocks; ++i) {
      const uint64_t offset = order() % (chunks() * kChunkBytes / kBlockBytes) * kBlockBytes;
      if (auto read = file_.ReadAt(offset, block.bytes()); !read) return read;
      const auto expected = chunk.subspan(offset % kChunkBytes, kBlockBytes);
      Stamp(expected, offset, passes_[offset / kChunkBytes]);
      if (std::memcmp(expected.data(), block.bytes().data(), kBlockBytes) != 0) {
        return Fail(ErrorCode::kWrongAnswer,
                    "the block at " + std::to_string(offset) + " is not what was written");
      }
    }
    return {};
  }

 private:
  static void Stamp(std::span<std::byte> block, uint64_t offset, uint64_t pass) {
    std::memcpy(block.data(), &offset, sizeof(offset));
    std::memcpy(&block[sizeof(offset)], &pass, sizeof(pass));
  }

  DiskFile file_;
  std::vector<uint64_t> passes_;
  uint64_t next_ = 0;
};

uint64_t Chunks(const Context& context) {
  return static_cast<uint64_t>(context.size > 0 ? context.size : kFileBytes) / kChunkBytes;
}

class DiskSeqWrite final : public Benchmark {
 public:
  [[nodiscard]] Result<void> Available(const Context& context) const override {
    if (Chunks(context) == 0) {
      return Fail(ErrorCode::kInvalidArgument, "disk_seq_write needs a size of at least 1048576");
    }
    return CheckFolder(context.work_dir, 2 * Chunks(context) * kChunkBytes);
  }

  Result<void> Prepare(Context& context) override {
    if (auto available = Available(context); !available) return available;
    if (auto room = CheckCeiling(context, 4 * Chunks(context) * kChunkBytes); !room) return room;
    witness_ = DeviceWitness::Of(context.work_dir);
    order_.seed(context.seed);
    for (auto& byte : chunk_.bytes()) byte = static_cast<std::byte>(order_());
    for (const auto& [target, flags] : {std::pair{&direct_, O_DIRECT}, std::pair{&buffered_, 0}}) {
      auto file = DiskFile::MakeTemporary(context.work_dir, flags);
      if (!file) return tl::unexpected(file.error());
      *target = Target(std::move(*file), Chunks(context));
      // Allocates the blocks: the samples overwrite.
      if (auto written = WriteAll(context, *target); !written) return written;
      if (auto flushed = FlushStoppably(context, target->file()); !flushed) return flushed;
    }
    return {};
  }

  Result<std::vector<double>> Sample(Context& context) override {
    if (auto next = samples_.Next(context); !next) return tl::unexpected(next.error());
    const uint64_t before = context.report.bytes_written;
    witness_.Begin();
    const auto direct_seconds = SecondsPerPass(context, [&] { return WriteAll(context, direct_); });
    if (!direct_seconds) return tl::unexpected(direct_seconds.error());
    const auto buffered_seconds = SecondsPerPass(context, [&]() -> Result<void> {
      if (auto written = WriteAll(context, buffered_); !written) return written;
      return FlushStoppably(context, buffered_.file());
    });
    if (!buffered_seconds) return tl::unexpected(buffered_seconds.error());
    const auto seen = witness_.Judge(context, 0, context.report.bytes_written - before);
    for (const Target* target : {&direct_, &buffered_}) {
      if (auto checked = target->Check(chunk_.bytes(), order_); !checked) {
        return tl::unexpected(checked.error());
      }
      blocks_checked_ += kCheckedBlocks;
    }
    context.report.answer = std::to_string(blocks_checked_) + " blocks read back, " + seen;
    const auto file_bytes = static_cast<double>(buffered_.chunks() * kChunkBytes);
    return std::vector<double>{file_bytes / *direct_seconds, file_bytes / *buffered_seconds};
  }

 private:
  // A sample is one pass, however fast the disk is, so that it does not wear the disk out. Only the
  // pilot's passes are repeated for the sample's time.
  static Result<double> SecondsPerPass(const Context& context,
                                       const std::function<Result<void>()>& pass) {
    if (context.suite == Suite::kPilot) return SecondsPerBatch(context, pass);
    const auto start = context.clock->MonotonicRaw();
    if (auto done = pass(); !done) return tl::unexpected(done.error());
    return ToSeconds(context.clock->MonotonicRaw() - start);
  }

  Result<void> WriteAll(Context& context, Target& target) {
    for (uint64_t i = 0; i < target.chunks(); ++i) {
      if (context.Stopped()) return Fail(ErrorCode::kCancelled, "stopped while writing");
      if (auto counted = CountWrite(context, kChunkBytes); !counted) return counted;
      if (auto written = target.WriteNext(chunk_.bytes()); !written) return written;
    }
    return {};
  }

  AlignedBuffer chunk_{kChunkBytes};
  std::mt19937_64 order_;
  Target direct_;
  Target buffered_;
  DeviceWitness witness_;
  SampleCount samples_;
  int64_t blocks_checked_ = 0;
};

Quantity Rate(const std::string& mode) {
  return {.family = "disk_seq_write_bytes_per_second",
          .unit = "bytes_per_second",
          .direction = Direction::kHigherIsBetter,
          .help = "Sequential writes of 1 MiB: direct, or buffered with fdatasync at the end",
          .labels = {{"mode", mode}}};
}

// Two files, each written once in preparation and once a sample.
constexpr uint64_t BytesOfARun(int64_t file_bytes) {
  return 2 * (1 + kLeastSamples) * static_cast<uint64_t>(file_bytes);
}

const Work kLight{.size = kLightFileBytes,
                  .work_unit = "1 MiB writes, 4 MiB once a sample",
                  .bytes_written = BytesOfARun(kLightFileBytes)};
const Work kWork{.size = kFileBytes,
                 .work_unit = "1 MiB writes, 64 MiB once a sample",
                 .bytes_written = BytesOfARun(kFileBytes)};
const Work kPilot{.size = kFileBytes,
                  .work_unit = "1 MiB writes to 64 MiB files",
                  .bytes_written = BytesOfARun(kFileBytes)};

const Registrar kRegistrar(
    Descriptor{
        .name = "disk_seq_write",
        .version = 2,
        .category = "disk",
        .help = "Sequential writes of 1 MiB, direct and buffered with fdatasync",
        .quantities = {Rate("direct"), Rate("buffered")},
        .work = {{Suite::kLight, kLight}, {Suite::kStandard, kWork}, {Suite::kPilot, kPilot}},
        .resources = {"disk"},
    },
    [] { return std::make_unique<DiskSeqWrite>(); });

}  // namespace
}  // namespace hypergauge::probes
