// Whole files written one after another, as dd does: some large ones, and ten times as many small
// ones of the same size altogether. How fast write(2) returns, and how fast all is on the disk.
#include <fcntl.h>

#include <algorithm>
#include <array>
#include <random>

#include "probes/benchmark.h"
#include "probes/benchmarks/disk/device_witness.h"
#include "probes/benchmarks/disk/pattern.h"
#include "probes/benchmarks/disk/stoppable_flush.h"
#include "probes/benchmarks/disk/write_budget.h"
#include "probes/benchmarks/scratch_folder.h"

namespace hypergauge::probes {
namespace {

constexpr int64_t kLightBytes = 2'000'000;
constexpr int64_t kBytes = 10'000'000;
constexpr int64_t kPilotBytes = 1'000'000'000;
constexpr int kCheckedFiles = 8;

// Files of one size.
struct Shape {
  uint64_t files = 0;
  uint64_t file_bytes = 0;
};

struct Seconds {
  double cached = 0;
  double durable = 0;  // from the beginning: writing and flushing
};

uint64_t TotalBytes(const Context& context) {
  return static_cast<uint64_t>(context.size > 0 ? context.size : kPilotBytes);
}

// Every file is flushed, which takes milliseconds: hence fewer where a run must be short.
uint64_t LargeFiles(Suite suite) {
  switch (suite) {
    case Suite::kLight:
      return 2;
    case Suite::kStandard:
      return 10;
    case Suite::kPilot:
      break;
  }
  return 100;
}

std::array<Shape, 2> Shapes(const Context& context) {
  const uint64_t large = LargeFiles(context.suite);
  const uint64_t total = TotalBytes(context);
  return {Shape{large, total / large}, Shape{10 * large, total / (10 * large)}};
}

class DiskDd final : public Benchmark {
 public:
  [[nodiscard]] Result<void> Available(const Context& context) const override {
    if (Shapes(context).back().file_bytes == 0) {
      return Fail(ErrorCode::kInvalidArgument, "disk_dd needs a size of at least 1000");
    }
    return CheckFolder(context.work_dir, TotalBytes(context));
  }

  Result<void> Prepare(Context& context) override {
    if (auto available = Available(context); !available) return available;
    if (auto room = CheckCeiling(context, 2 * TotalBytes(context)); !room) return room;
    auto folder = ScratchFolder::Make(context.work_dir);
    if (!folder) return tl::unexpected(folder.error());
    folder_ = std::move(*folder);
    order_.seed(context.seed);
    pattern_.emplace(context.seed);
    witness_ = DeviceWitness::Of(context.work_dir);
    return {};
  }

  Result<std::vector<double>> Sample(Context& context) override {
    if (auto next = samples_.Next(context); !next) return tl::unexpected(next.error());
    std::vector<double> cached;
    std::vector<double> durable;
    std::string seen;
    for (const Shape& shape : Shapes(context)) {
      const uint64_t bytes = shape.files * shape.file_bytes;
      if (auto room = CountWrite(context, bytes); !room) return tl::unexpected(room.error());
      witness_.Begin();
      const auto seconds = WriteAll(context, shape);
      if (!seconds) return tl::unexpected(seconds.error());
      seen = witness_.Judge(context, 0, bytes);
      if (auto checked = Check(shape); !checked) return tl::unexpected(checked.error());
      if (auto removed = RemoveAll(context, shape); !removed)
        return tl::unexpected(removed.error());
      cached.push_back(static_cast<double>(bytes) / seconds->cached);
      durable.push_back(static_cast<double>(bytes) / seconds->durable);
    }
    context.report.answer = std::to_string(files_checked_) + " files read back, " + seen;
    durable.insert(durable.end(), cached.begin(), cached.end());
    return durable;
  }

 private:
  [[nodiscard]] std::filesystem::path Name(uint64_t number) const {
    return folder_.path() / std::to_string(number);
  }

  Result<Seconds> WriteAll(const Context& context, const Shape& shape) {
    Seconds seconds;
    const auto start = context.clock->MonotonicRaw();
    const auto elapsed = [&] { return ToSeconds(context.clock->MonotonicRaw() - start); };
    for (uint64_t i = 0; i < shape.files; ++i) {
      if (auto done = WriteFile(context, shape, i); !done) return tl::unexpected(done.error());
    }
    seconds.cached = elapsed();
    for (uint64_t i = 0; i < shape.files; ++i) {
      auto file = DiskFile::Open(Name(i), O_WRONLY);
      if (!file) return tl::unexpected(file.error());
      if (auto done = FlushStoppably(context, *file); !done) return tl::unexpected(done.error());
    }
    if (auto done = folder_.Flush(); !done) return tl::unexpected(done.error());
    seconds.durable = elapsed();
    return seconds;
  }

  Result<void> WriteFile(const Context& context, const Shape& shape, uint64_t number) {
    auto file = DiskFile::Open(Name(number), O_WRONLY | O_CREAT | O_EXCL);
    if (!file) return tl::unexpected(file.error());
    for (uint64_t offset = 0; offset < shape.file_bytes;) {
      if (context.Stopped()) return Fail(ErrorCode::kCancelled, "stopped inside a sample");
      const size_t length = std::min<uint64_t>(kChunkBytes, shape.file_bytes - offset);
      auto written = file->WriteAt(offset, pattern_->At(number, offset, length));
      if (!written) return written;
      offset += length;
    }
    return {};
  }

  // Sizes of all files, and a chunk of some as the disk has it.
  Result<void> Check(const Shape& shape) {
    for (uint64_t i = 0; i < shape.files; ++i) {
      std::error_code error;
      const auto size = std::filesystem::file_size(Name(i), error);
      if (!error && size == shape.file_bytes) continue;
      return Fail(ErrorCode::kWrongAnswer, Name(i).string() + " is not of its size");
    }
    for (int i = 0; i < kCheckedFiles; ++i) {
      if (auto checked = CheckFile(shape, order_() % shape.files); !checked) return checked;
    }
    files_checked_ += kCheckedFiles;
    return {};
  }

  Result<void> CheckFile(const Shape& shape, uint64_t number) {
    const auto file = DiskFile::Open(Name(number), O_RDONLY);
    if (!file) return tl::unexpected(file.error());
    if (auto forgotten = file->Forget(); !forgotten) return forgotten;
    const uint64_t chunks = (shape.file_bytes + kChunkBytes - 1) / kChunkBytes;
    const uint64_t offset = order_() % chunks * kChunkBytes;
    AlignedBuffer buffer(kChunkBytes);
    const auto found = buffer.bytes().first(std::min(kChunkBytes, shape.file_bytes - offset));
    if (auto read = file->ReadAt(offset, found); !read) return read;
    return pattern_->Check(number, offset, found);
  }

  [[nodiscard]] Result<void> RemoveAll(const Context& context, const Shape& shape) const {
    for (uint64_t i = 0; i < shape.files; ++i) {
      if (context.Stopped()) return Fail(ErrorCode::kCancelled, "stopped after a sample");
      std::error_code error;
      if (std::filesystem::remove(Name(i), error); error) {
        return Fail(ErrorCode::kInternal,
                    "cannot remove " + Name(i).string() + ": " + error.message());
      }
    }
    return {};
  }

  ScratchFolder folder_;
  std::optional<Pattern> pattern_;
  DeviceWitness witness_;
  std::mt19937_64 order_;
  SampleCount samples_;
  int64_t files_checked_ = 0;
};

Quantity Rate(bool cached, const std::string& files) {
  const std::string kind = cached ? "cached" : "durable";
  return {.family = "disk_dd_" + kind + "_bytes_per_second",
          .unit = "bytes_per_second",
          .direction = Direction::kHigherIsBetter,
          .help = cached ? "Files written one after another, until the last write returned"
                         : "Files written one after another, until all were on the disk",
          .labels = {{"files", files}},
          .unranked = cached};
}

Work MakeWork(int64_t bytes, const std::string& text) {
  return {.size = bytes,
          .work_unit = text,
          .bytes_written = 2 * kLeastSamples * static_cast<uint64_t>(bytes)};
}

const Registrar kRegistrar(
    Descriptor{
        .name = "disk_dd",
        .version = 1,
        .category = "disk",
        .help = "Large and small files written one after another, as dd does",
        .quantities = {Rate(false, "large"), Rate(false, "small"), Rate(true, "large"),
                       Rate(true, "small")},
        .work = {{Suite::kLight, MakeWork(kLightBytes, "2 files of 1 MB, 20 of 100 kB")},
                 {Suite::kStandard, MakeWork(kBytes, "10 files of 1 MB, 100 of 100 kB")},
                 {Suite::kPilot, MakeWork(kPilotBytes, "100 files of 10 MB, 1000 of 1 MB")}},
        .resources = {"disk"},
    },
    [] { return std::make_unique<DiskDd>(); });

}  // namespace
}  // namespace hypergauge::probes
