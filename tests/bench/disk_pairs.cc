#include <memory>

#include "probes/benchmarks/disk/disk_file.h"
#include "probes/benchmarks/tools/fio.h"
#include "tests/bench/device_counters.h"
#include "tests/bench/native_run.h"
#include "tests/bench/pair_group.h"

namespace hypergauge::bench {
namespace {

using probes::FioFigures;
using probes::FioJob;
using probes::FioPattern;

constexpr uint64_t kFileBytes = uint64_t{512} << 20;       // as the native benchmarks have
constexpr uint64_t kSyncFileBytes = uint64_t{1} << 20;     // likewise
constexpr uint64_t kMostWrittenBytes = uint64_t{8} << 20;  // likewise, at each depth
constexpr uint64_t kSyncBytes = 200 * 4096;                // likewise
constexpr std::chrono::milliseconds kDuration(500);        // of each job
constexpr int kQueueDepths[] = {1, 32};

// The counters lag behind and other files are read too: it happened if nearly all came by.
Result<void> CheckDevice(const std::string& who, uint64_t expected, uint64_t counted) {
  if (counted >= expected - expected / 10) return {};
  return Fail(ErrorCode::kWrongAnswer, who + " claims " + std::to_string(expected) +
                                           " bytes of which the device saw " +
                                           std::to_string(counted));
}

// fio with a file of its own beside the native one.
class Fio {
 public:
  explicit Fio(probes::Context& context) : context_(context) {}

  Result<void> Prepare() {
    if (!file().empty()) return {};
    if (auto counters = ReadDeviceCounters(context_.work_dir); !counters) {
      return tl::unexpected(counters.error());
    }
    if (auto room = probes::CheckFolder(context_.work_dir, 2 * kFileBytes); !room) return room;
    auto tool = probes::Tool::Open(context_, "fio");
    if (!tool) return tl::unexpected(tool.error());
    fio_ = std::move(*tool);
    if (auto put = probes::WriteFioFile(context_, file(), kFileBytes); !put) return put;
    if (probes::AllocatedBytes(file()) < kFileBytes) {
      return Fail(ErrorCode::kWrongAnswer, "fio's file has holes");
    }
    auto engine = probes::FindFioEngine(context_, fio_, file(), kFileBytes);
    if (!engine) return tl::unexpected(engine.error());
    engine_ = std::move(*engine);
    return {};
  }

  /// The engine that the native benchmark reports: both sides use the same.
  void UseEngine(const std::string& engine) { engine_ = engine; }

  Result<FioFigures> Run(FioJob job) {
    job.file = file();
    if (job.size == 0) job.size = kFileBytes;
    if (job.engine.empty()) job.engine = engine_;
    job.duration = kDuration;
    job.seed = ++seed_;
    const auto before = ReadDeviceCounters(context_.work_dir);
    if (!before) return tl::unexpected(before.error());
    auto figures = probes::RunFio(context_, fio_, job);
    if (!figures) return figures;
    const auto after = ReadDeviceCounters(context_.work_dir);
    if (!after) return tl::unexpected(after.error());
    const auto seen = probes::Writes(job.pattern) ? after->bytes_written - before->bytes_written
                                                  : after->bytes_read - before->bytes_read;
    if (auto checked = CheckDevice("fio", figures->bytes, seen); !checked) {
      return tl::unexpected(checked.error());
    }
    return figures;
  }

 private:
  [[nodiscard]] std::filesystem::path file() const {
    return fio_.folder().empty() ? std::filesystem::path() : fio_.folder() / "fio.dat";
  }

  probes::Context& context_;
  probes::Tool fio_;
  std::string engine_;
  uint64_t seed_ = 0;
};

using SharedFio = std::shared_ptr<Fio>;

// A native run that reached the device; its file is as large as fio's, and whole.
Result<NativeRun> RunOnDisk(const probes::Context& context, const std::string& benchmark) {
  const auto before = ReadDeviceCounters(context.work_dir);
  auto run = RunNative(context, benchmark,
                       {"--sample-ms", std::to_string(kDuration / std::chrono::milliseconds(1))});
  if (!run) return run;
  const auto after = ReadDeviceCounters(context.work_dir);
  if (!before || !after) return tl::unexpected((before ? after : before).error());
  const bool reached =
      after->bytes_read + after->bytes_written > before->bytes_read + before->bytes_written;
  if (run->cached || !reached) {
    return Fail(ErrorCode::kWrongAnswer, benchmark + " did not reach the device");
  }
  return run;
}

std::string Depth(int depth) {
  return std::to_string(depth);
}

PairGroup Random(probes::Context& context, const SharedFio& fio, const std::string& benchmark,
                 FioPattern pattern) {
  PairGroup group;
  group.benchmark = benchmark;
  for (const int depth : kQueueDepths) {
    for (const char* what : {" rate", " p50"}) {
      group.sets.push_back({.name = benchmark + " queue_depth=" + Depth(depth) + what,
                            .tool = "fio",
                            .low = 0.8,
                            .high = 1.25});
    }
  }
  group.prepare = [fio] { return fio->Prepare(); };
  group.native = [&context, fio, benchmark]() -> Result<std::vector<double>> {
    const auto run = RunOnDisk(context, benchmark);
    if (!run) return tl::unexpected(run.error());
    const auto engine = run->labels.find("engine");
    if (engine != run->labels.end()) fio->UseEngine(engine->second);
    std::vector<double> figures;
    for (const int depth : kQueueDepths) {
      const probes::Labels labels{{"queue_depth", Depth(depth)}};
      auto with_stat = labels;
      with_stat["stat"] = "p50";
      for (const auto& series : {SeriesName(benchmark + "_operations_per_second", labels),
                                 SeriesName(benchmark + "_latency_seconds", with_stat)}) {
        const auto figure = FigureOf(*run, series);
        if (!figure) return tl::unexpected(figure.error());
        figures.push_back(*figure);
      }
    }
    return figures;
  };
  group.tool = [fio, pattern]() -> Result<std::vector<double>> {
    std::vector<double> figures;
    for (const int depth : kQueueDepths) {
      FioJob job{.pattern = pattern, .queue_depth = depth, .engine = ""};
      if (probes::Writes(pattern)) job.most_bytes = kMostWrittenBytes;
      const auto done = fio->Run(job);
      if (!done) return tl::unexpected(done.error());
      figures.insert(figures.end(), {done->operations_per_second, done->latency.p50});
    }
    return figures;
  };
  return group;
}

// A group of one figure.
PairGroup Single(probes::Context& context, const SharedFio& fio, const PairSet& set,
                 const std::string& benchmark, const std::string& series,
                 const std::function<Result<double>()>& tool) {
  PairGroup group;
  group.benchmark = benchmark;
  group.sets = {set};
  group.prepare = [fio] { return fio->Prepare(); };
  group.native = [&context, benchmark, series]() -> Result<std::vector<double>> {
    const auto run = RunOnDisk(context, benchmark);
    if (!run) return tl::unexpected(run.error());
    const auto figure = FigureOf(*run, series);
    if (!figure) return tl::unexpected(figure.error());
    return std::vector<double>{*figure};
  };
  group.tool = [tool]() -> Result<std::vector<double>> {
    const auto figure = tool();
    if (!figure) return tl::unexpected(figure.error());
    return std::vector<double>{*figure};
  };
  return group;
}

Result<double> SequentialRate(Fio& fio) {
  const auto done = fio.Run(
      {.pattern = FioPattern::kSequentialRead, .block = probes::kChunkBytes, .engine = "psync"});
  if (!done) return tl::unexpected(done.error());
  return done->bytes_per_second;
}

// The native figure is of the write and the flush together; fio times them apart.
Result<double> SyncLatency(Fio& fio) {
  const auto done = fio.Run({.size = kSyncFileBytes,
                             .pattern = FioPattern::kSequentialWrite,
                             .direct = false,
                             .sync = true,
                             .most_bytes = kSyncBytes,
                             .engine = "psync"});
  if (!done) return tl::unexpected(done.error());
  return done->latency.p50 + done->sync.p50;
}

}  // namespace

std::vector<PairGroup> DiskGroups(probes::Context& context) {
  const auto fio = std::make_shared<Fio>(context);
  return {
      Random(context, fio, "disk_rand_read", FioPattern::kRandomRead),
      Single(context, fio, {.name = "disk_seq_read", .tool = "fio", .low = 0.8, .high = 1.25},
             "disk_seq_read", "disk_seq_read_bytes_per_second",
             [fio] { return SequentialRate(*fio); }),
      Random(context, fio, "disk_rand_write", FioPattern::kRandomWrite),
      Single(context, fio, {.name = "disk_sync p50", .tool = "fio", .low = 0.75, .high = 1.33},
             "disk_sync", SeriesName("disk_sync_latency_seconds", {{"stat", "p50"}}),
             [fio] { return SyncLatency(*fio); }),
  };
}

}  // namespace hypergauge::bench
