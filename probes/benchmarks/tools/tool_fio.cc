// fio: random reads and writes, sequential reads, fdatasync, on a file of its own.
#include <algorithm>

#include "probes/benchmark.h"
#include "probes/benchmarks/disk/disk_file.h"
#include "probes/benchmarks/disk/write_budget.h"
#include "probes/benchmarks/tools/fio.h"

namespace hypergauge::probes {
namespace {

constexpr int64_t kFileBytes = int64_t{64} << 20;
constexpr uint64_t kBytesOfAJob = uint64_t{4} << 20;  // one that writes: disks wear out
constexpr std::chrono::milliseconds kShortestSample(250);

// The runner's context names no size when it only asks for availability.
uint64_t FileBytes(const Context& context) {
  const int64_t size = context.size > 0 ? context.size : kFileBytes;
  return static_cast<uint64_t>(size) / kChunkBytes * kChunkBytes;
}

// The jobs of a sample, in the order of the quantities.
const std::vector<FioJob>& Jobs() {
  static const std::vector<FioJob> kJobs = {
      {.pattern = FioPattern::kRandomRead, .queue_depth = 1},
      {.pattern = FioPattern::kRandomRead, .queue_depth = 32},
      {.pattern = FioPattern::kRandomWrite, .queue_depth = 1},
      {.pattern = FioPattern::kRandomWrite, .queue_depth = 32},
      {.pattern = FioPattern::kSequentialRead, .block = kChunkBytes},
      {.pattern = FioPattern::kSequentialWrite, .direct = false, .sync = true},
  };
  return kJobs;
}

uint64_t BytesOfASample() {
  const auto& jobs = Jobs();
  const auto writers = std::count_if(jobs.begin(), jobs.end(),
                                     [](const FioJob& job) { return Writes(job.pattern); });
  return static_cast<uint64_t>(writers) * kBytesOfAJob;
}

// With the file, which is removed after the run.
Result<void> CheckRoom(const Context& context) {
  const uint64_t needed = FileBytes(context) + BytesOfASample();
  if (context.WriteLeft() >= needed) return {};
  return Fail(ErrorCode::kUnsupported,
              "tool_fio's file and one sample take " + std::to_string(needed) +
                  " bytes of writes, the ceiling leaves " + std::to_string(context.WriteLeft()));
}

class ToolFio final : public Benchmark {
 public:
  [[nodiscard]] Result<void> Available(const Context& context) const override {
    const auto path = FindProgram("fio");
    if (!path) return tl::unexpected(path.error());
    if (FileBytes(context) == 0) {
      return Fail(ErrorCode::kInvalidArgument, "tool_fio needs a size of at least 1048576");
    }
    return CheckFolder(context.work_dir, FileBytes(context));
  }

  Result<void> Prepare(Context& context) override {
    if (auto available = Available(context); !available) return available;
    if (auto room = CheckRoom(context); !room) return room;
    auto tool = Tool::Open(context, "fio");
    if (!tool) return tl::unexpected(tool.error());
    fio_ = std::move(*tool);
    if (auto written = WriteFioFile(context, File(), FileBytes(context)); !written) return written;
    if (auto chosen = ChooseEngine(context); !chosen) return chosen;
    context.report.threads = 1;
    seed_ = context.seed;
    return {};
  }

  Result<std::vector<double>> Sample(Context& context) override {
    if (auto next = samples_.Next(context); !next) return tl::unexpected(next.error());
    if (context.WriteLeft() < BytesOfASample()) {
      return Fail(ErrorCode::kCeilingReached, "another sample of fio would write too much");
    }
    std::vector<double> figures;
    for (const auto& job : Jobs()) {
      const auto done = RunJob(context, job);
      if (!done) return tl::unexpected(done.error());
      if (job.pattern == FioPattern::kSequentialRead) {
        figures.push_back(done->bytes_per_second);
        continue;
      }
      if (!job.sync) figures.push_back(done->operations_per_second);
      const auto& latency = job.sync ? done->sync : done->completion;
      figures.insert(figures.end(), {latency.p50, latency.p99, latency.max});
    }
    context.report.answer =
        std::to_string(operations_) + " operations without error, by fio's own count";
    return figures;
  }

 private:
  [[nodiscard]] std::filesystem::path File() const { return fio_.folder() / "fio.dat"; }

  Result<void> ChooseEngine(Context& context) {
    engine_ = context.Option("engine");
    if (engine_.empty()) {
      auto found = FindFioEngine(context, fio_, File(), FileBytes(context));
      if (!found) return tl::unexpected(found.error());
      engine_ = std::move(*found);
    }
    context.report.labels["engine"] = engine_;
    return CheckFioEngine(engine_);
  }

  Result<FioFigures> RunJob(Context& context, FioJob job) {
    job.file = File();
    job.size = FileBytes(context);
    job.duration = std::max<std::chrono::nanoseconds>(context.sample_time, kShortestSample);
    job.engine = engine_;
    job.seed = seed_++;
    const bool writes = Writes(job.pattern);
    if (writes) job.most_bytes = kBytesOfAJob;
    auto figures = RunFio(context, fio_, job);
    if (!figures) return figures;
    if (writes) context.report.bytes_written += figures->bytes;
    operations_ += figures->operations;
    return figures;
  }

  Tool fio_;
  std::string engine_;
  SampleCount samples_;
  uint64_t seed_ = 1;
  uint64_t operations_ = 0;
};

void AddLatencies(std::vector<Quantity>& quantities, const std::string& family,
                  const Labels& labels, const std::string& help) {
  for (const char* stat : {"p50", "p99", "max"}) {
    auto all = labels;
    all["stat"] = stat;
    quantities.push_back({.family = family,
                          .unit = "seconds",
                          .direction = Direction::kLowerIsBetter,
                          .help = help,
                          .labels = all});
  }
}

std::vector<Quantity> Quantities() {
  std::vector<Quantity> quantities;
  for (const auto& job : Jobs()) {
    if (job.pattern == FioPattern::kSequentialRead) {
      quantities.push_back({.family = "tool_fio_seq_read_bytes_per_second",
                            .unit = "bytes_per_second",
                            .direction = Direction::kHigherIsBetter,
                            .help = "fio's direct sequential reads of 1 MiB"});
      continue;
    }
    if (job.sync) {
      AddLatencies(quantities, "tool_fio_sync_latency_seconds", {},
                   "Time of one fdatasync after a write of 4 KiB, by fio");
      continue;
    }
    const bool writes = Writes(job.pattern);
    const std::string family = writes ? "tool_fio_rand_write" : "tool_fio_rand_read";
    const std::string what = writes ? "random direct writes" : "random direct reads";
    const Labels labels{{"queue_depth", std::to_string(job.queue_depth)}};
    quantities.push_back({.family = family + "_operations_per_second",
                          .unit = "operations_per_second",
                          .direction = Direction::kHigherIsBetter,
                          .help = "fio's " + what + " of 4 KiB",
                          .labels = labels});
    AddLatencies(quantities, family + "_latency_seconds", labels,
                 "Completion time of fio's " + what + " of 4 KiB");
  }
  return quantities;
}

const Registrar kRegistrar(
    Descriptor{
        .name = "tool_fio",
        .version = 1,
        .category = "tools",
        .help = "fio: random reads and writes, sequential reads, fdatasync",
        .quantities = Quantities(),
        .resources = {"disk"},
        .default_work = {.size = kFileBytes,
                         .work_unit = "six jobs of fio on a 64 MiB file",
                         .bytes_written = kFileBytes + kLeastSamples * BytesOfASample()},
        .options = {{"engine",
                     "io_uring, libaio or psync; otherwise the first of them that works"}},
    },
    [] { return std::make_unique<ToolFio>(); });

}  // namespace
}  // namespace hypergauge::probes
