// Copies a file as cp does, by reading and writing: the source comes from the disk, not from the
// page cache. How fast the last write returns, and how fast all of it is on the disk.
#include <fcntl.h>

#include <algorithm>

#include "probes/benchmark.h"
#include "probes/benchmarks/disk/device_witness.h"
#include "probes/benchmarks/disk/pattern.h"
#include "probes/benchmarks/disk/stoppable_flush.h"
#include "probes/benchmarks/disk/write_budget.h"

namespace hypergauge::probes {
namespace {

constexpr int64_t kLightBytes = 4'000'000;
constexpr int64_t kBytes = 32'000'000;
constexpr int64_t kPilotBytes = 1'000'000'000;
constexpr size_t kStepBytes = size_t{128} << 10;  // what cp of coreutils reads at once

uint64_t FileBytes(const Context& context) {
  return static_cast<uint64_t>(context.size > 0 ? context.size : kPilotBytes);
}

Result<void> Stopped() {
  return Fail(ErrorCode::kCancelled, "stopped while copying");
}

class DiskCopy final : public Benchmark {
 public:
  [[nodiscard]] Result<void> Available(const Context& context) const override {
    return CheckFolder(context.work_dir, 2 * FileBytes(context));
  }

  Result<void> Prepare(Context& context) override {
    if (auto available = Available(context); !available) return available;
    if (auto room = CheckCeiling(context, 2 * FileBytes(context)); !room) return room;
    pattern_.emplace(context.seed);
    witness_ = DeviceWitness::Of(context.work_dir);
    auto source = DiskFile::MakeTemporary(context.work_dir, 0);
    if (!source) return tl::unexpected(source.error());
    source_ = std::move(*source);
    for (uint64_t offset = 0; offset < FileBytes(context); offset += kChunkBytes) {
      if (context.Stopped()) return Stopped();
      const auto length = std::min<uint64_t>(kChunkBytes, FileBytes(context) - offset);
      if (auto counted = CountWrite(context, length); !counted) return counted;
      auto written = source_.WriteAt(offset, pattern_->At(0, offset, length));
      if (!written) return written;
    }
    return FlushStoppably(context, source_);
  }

  Result<std::vector<double>> Sample(Context& context) override {
    if (auto next = samples_.Next(context); !next) return tl::unexpected(next.error());
    const uint64_t bytes = FileBytes(context);
    if (auto room = CountWrite(context, bytes); !room) return tl::unexpected(room.error());
    auto copy = DiskFile::MakeTemporary(context.work_dir, 0);
    if (!copy) return tl::unexpected(copy.error());
    if (auto forgotten = source_.Forget(); !forgotten) return tl::unexpected(forgotten.error());
    witness_.Begin();
    const auto start = context.clock->MonotonicRaw();
    if (auto copied = Copy(context, *copy); !copied) return tl::unexpected(copied.error());
    const auto cached = context.clock->MonotonicRaw() - start;
    if (auto done = FlushStoppably(context, *copy); !done) return tl::unexpected(done.error());
    const auto durable = context.clock->MonotonicRaw() - start;
    const auto seen = witness_.Judge(context, bytes, bytes);
    if (auto checked = Check(context, *copy); !checked) return tl::unexpected(checked.error());
    context.report.answer = std::to_string(++copies_) + " copies compared byte by byte, " + seen;
    const auto size = static_cast<double>(bytes);
    return std::vector<double>{size / ToSeconds(durable), size / ToSeconds(cached)};
  }

 private:
  Result<void> Copy(const Context& context, const DiskFile& copy) {
    for (uint64_t offset = 0; offset < FileBytes(context); offset += kStepBytes) {
      if (context.Stopped()) return Stopped();
      const auto length = std::min<uint64_t>(kStepBytes, FileBytes(context) - offset);
      const auto step = buffer_.bytes().first(length);
      if (auto read = source_.ReadAt(offset, step); !read) return read;
      if (auto written = copy.WriteAt(offset, step); !written) return written;
    }
    return {};
  }

  // All of the copy as the disk has it.
  Result<void> Check(const Context& context, const DiskFile& copy) {
    const auto size = copy.Size();
    if (!size) return tl::unexpected(size.error());
    if (*size != FileBytes(context)) {
      return Fail(ErrorCode::kWrongAnswer, "the copy has " + std::to_string(*size) + " bytes");
    }
    if (auto forgotten = copy.Forget(); !forgotten) return forgotten;
    for (uint64_t offset = 0; offset < *size; offset += kChunkBytes) {
      if (context.Stopped()) return Stopped();
      const auto found = buffer_.bytes().first(std::min<uint64_t>(kChunkBytes, *size - offset));
      if (auto read = copy.ReadAt(offset, found); !read) return read;
      if (auto checked = pattern_->Check(0, offset, found); !checked) return checked;
    }
    return {};
  }

  DiskFile source_;
  std::optional<Pattern> pattern_;
  AlignedBuffer buffer_{kChunkBytes};
  DeviceWitness witness_;
  SampleCount samples_;
  int64_t copies_ = 0;
};

Quantity Rate(bool cached) {
  const std::string kind = cached ? "cached" : "durable";
  return {.family = "disk_copy_" + kind + "_bytes_per_second",
          .unit = "bytes_per_second",
          .direction = Direction::kHigherIsBetter,
          .help = cached ? "A file copied, until the last write returned"
                         : "A file copied, until all of it was on the disk",
          .unranked = cached};
}

Work MakeWork(int64_t bytes, const std::string& text) {
  return {.size = bytes,
          .work_unit = text,
          .bytes_written = (1 + kLeastSamples) * static_cast<uint64_t>(bytes)};
}

const Registrar kRegistrar(
    Descriptor{
        .name = "disk_copy",
        .version = 1,
        .category = "disk",
        .help = "A file read from the disk and written to another one, as cp does",
        .quantities = {Rate(false), Rate(true)},
        .work = {{Suite::kLight, MakeWork(kLightBytes, "a copy of 4 MB")},
                 {Suite::kStandard, MakeWork(kBytes, "a copy of 32 MB")},
                 {Suite::kPilot, MakeWork(kPilotBytes, "a copy of 1 GB")}},
        .resources = {"disk"},
    },
    [] { return std::make_unique<DiskCopy>(); });

}  // namespace
}  // namespace hypergauge::probes
