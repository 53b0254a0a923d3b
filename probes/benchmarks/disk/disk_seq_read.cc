// Sequential reads of 1 MiB past the page cache, every block checked.
#include "probes/benchmark.h"
#include "probes/benchmarks/disk/device_witness.h"
#include "probes/benchmarks/disk/test_file.h"

namespace hypergauge::probes {
namespace {

// Chunks that are read before they are checked: the check then is not in the way of the reads.
constexpr uint64_t kBurst = 16;

class DiskSeqRead final : public Benchmark {
 public:
  [[nodiscard]] Result<void> Available(const Context& context) const override {
    return CheckTestFile(context, kChunkBytes);
  }

  Result<void> Prepare(Context& context) override {
    if (auto available = Available(context); !available) return available;
    auto file = OpenTestFile(context);
    if (!file) return tl::unexpected(file.error());
    file_ = std::move(*file);
    witness_ = DeviceWitness::Of(context.work_dir);
    return {};
  }

  Result<std::vector<double>> Sample(Context& context) override {
    std::chrono::nanoseconds busy{};
    uint64_t bytes = 0;
    witness_.Begin();
    while (bytes == 0 || busy < context.sample_time) {
      auto seconds = ReadBurst(context);
      if (!seconds) return tl::unexpected(seconds.error());
      busy += *seconds;
      bytes += kBurst * kChunkBytes;
    }
    blocks_read_ += bytes / kBlockBytes;
    context.report.answer = "header and CRC-32C of " + std::to_string(blocks_read_) + " blocks, " +
                            witness_.Judge(context, bytes, 0);
    return std::vector<double>{static_cast<double>(bytes) / ToSeconds(busy)};
  }

 private:
  Result<std::chrono::nanoseconds> ReadBurst(const Context& context) {
    uint64_t offsets[kBurst];
    const auto start = context.clock->MonotonicRaw();
    for (uint64_t i = 0; i < kBurst; ++i) {
      if (context.Stopped()) return Fail(ErrorCode::kCancelled, "stopped inside a sample");
      offsets[i] = next_++ % (file_.id.size / kChunkBytes) * kChunkBytes;
      auto read = file_.file.ReadAt(offsets[i], Chunk(i));
      if (!read) return tl::unexpected(read.error());
    }
    const auto elapsed = context.clock->MonotonicRaw() - start;
    for (uint64_t i = 0; i < kBurst; ++i) {
      if (auto checked = CheckChunk(Chunk(i), offsets[i]); !checked) {
        return tl::unexpected(checked.error());
      }
    }
    return elapsed;
  }

  std::span<std::byte> Chunk(uint64_t index) {
    return buffer_.bytes().subspan(index * kChunkBytes, kChunkBytes);
  }

  [[nodiscard]] Result<void> CheckChunk(std::span<const std::byte> chunk, uint64_t offset) const {
    for (size_t at = 0; at < kChunkBytes; at += kBlockBytes) {
      auto checked = CheckBlock(chunk.subspan(at, kBlockBytes), offset + at, file_.id);
      if (!checked) return checked;
    }
    return {};
  }

  TestFile file_;
  DeviceWitness witness_;
  AlignedBuffer buffer_{kBurst * kChunkBytes};
  uint64_t next_ = 0;
  uint64_t blocks_read_ = 0;
};

const Work kWork{.size = kTestFileBytes, .work_unit = "1 MiB reads of a 512 MiB file"};

const Registrar kRegistrar(
    Descriptor{
        .name = "disk_seq_read",
        .version = 1,
        .category = "disk",
        .help = "Sequential reads of 1 MiB past the page cache",
        .quantities = {{.family = "disk_seq_read_bytes_per_second",
                        .unit = "bytes_per_second",
                        .direction = Direction::kHigherIsBetter,
                        .help = "Sequential direct reads of 1 MiB"}},
        .work = {{Suite::kLight, kWork}, {Suite::kStandard, kWork}, {Suite::kPilot, kWork}},
        .resources = {"disk"},
    },
    [] { return std::make_unique<DiskSeqRead>(); });

}  // namespace
}  // namespace hypergauge::probes
