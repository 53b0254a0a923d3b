// Sequential reads of 1 MiB past the page cache, every block recognised by its header.
#include "probes/benchmark.h"
#include "probes/benchmarks/disk/device_witness.h"
#include "probes/benchmarks/disk/test_file.h"

namespace hypergauge::probes {
namespace {

constexpr uint64_t kBlocksACrc = 16;

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
    std::chrono::nanoseconds busy{};  // reading; checking is not timed
    uint64_t bytes = 0;
    witness_.Begin();
    while (bytes == 0 || busy < context.sample_time) {
      if (context.Stopped()) return Fail(ErrorCode::kCancelled, "stopped inside a sample");
      const uint64_t offset = next_++ % (file_.id.size / kChunkBytes) * kChunkBytes;
      const auto start = context.clock->MonotonicRaw();
      if (auto read = file_.file.ReadAt(offset, chunk_.bytes()); !read) {
        return tl::unexpected(read.error());
      }
      busy += context.clock->MonotonicRaw() - start;
      bytes += kChunkBytes;
      if (auto checked = CheckChunk(offset); !checked) {
        return Annotate(checked.error(), file_.file.name());
      }
    }
    blocks_read_ += bytes / kBlockBytes;
    context.report.answer = "headers of " + std::to_string(blocks_read_) +
                            " blocks and CRC-32C of a sixteenth, " +
                            witness_.Judge(context, bytes, 0);
    return std::vector<double>{static_cast<double>(bytes) / ToSeconds(busy)};
  }

 private:
  // Each header, and a sixteenth of the CRCs, always other ones: to check all would take so much of
  // a busy CPU that the next read begins late.
  Result<void> CheckChunk(uint64_t offset) {
    for (size_t at = 0; at < kChunkBytes; at += kBlockBytes) {
      const auto block = chunk_.bytes().subspan(at, kBlockBytes);
      const bool is_next = (at / kBlockBytes + next_) % kBlocksACrc == 0;
      auto checked = is_next ? CheckBlock(block, offset + at, file_.id)
                             : CheckHeader(block, offset + at, file_.id);
      if (!checked) return checked;
    }
    return {};
  }

  TestFile file_;
  DeviceWitness witness_;
  AlignedBuffer chunk_{kChunkBytes};
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
