#include "probes/benchmarks/tools/fio.h"

#include <fcntl.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "probes/benchmarks/disk/disk_file.h"
#include "probes/benchmarks/disk/test_file.h"

namespace hypergauge::probes {
namespace {

using nlohmann::json;
using std::chrono::microseconds;
using std::chrono::milliseconds;

constexpr uint64_t kForever = uint64_t{1} << 50;  // bytes that no job transfers
constexpr milliseconds kOverhead(30'000);         // for starting, ending, and the last operations
constexpr const char* kEngines[] = {"io_uring", "libaio", "psync"};

const char* Name(FioPattern pattern) {
  switch (pattern) {
    case FioPattern::kRandomRead:
      return "randread";
    case FioPattern::kSequentialRead:
      return "read";
    case FioPattern::kRandomWrite:
      return "randwrite";
    case FioPattern::kSequentialWrite:
      return "write";
  }
  return "randread";
}

std::vector<std::string> Arguments(const FioJob& job) {
  // Synchronous engines have one operation under way each.
  const bool by_jobs = job.engine == "psync" && job.queue_depth > 1;
  // fio counts io_size for each of them, and in whole blocks.
  const auto jobs = by_jobs ? static_cast<uint64_t>(job.queue_depth) : 1;
  const uint64_t blocks =
      std::max<uint64_t>(1, std::min(job.most_bytes, kForever) / job.block / jobs);
  const auto flag = [](const char* name, auto value) {
    return std::string("--") + name + "=" + std::to_string(value);
  };
  std::vector<std::string> result{"--name=hypergauge",
                                  "--output-format=json",
                                  "--filename=" + job.file.string(),
                                  std::string("--rw=") + Name(job.pattern),
                                  "--ioengine=" + job.engine,
                                  flag("direct", job.direct ? 1 : 0),
                                  flag("bs", job.block),
                                  flag("size", job.size),
                                  flag("io_size", blocks * job.block),
                                  flag("runtime", job.duration / microseconds(1)) + "us",
                                  flag("iodepth", by_jobs ? 1 : job.queue_depth),
                                  flag("numjobs", jobs),
                                  flag("randseed", job.seed),
                                  "--lat_percentiles=1",
                                  "--clat_percentiles=1",
                                  "--group_reporting",
                                  "--thread",
                                  "--norandommap",
                                  "--fallocate=none",
                                  "--allow_file_create=0"};
  if (!Writes(job.pattern)) result.emplace_back("--readonly");
  if (job.sync) result.emplace_back("--fdatasync=1");
  return result;
}

/// A member that has to be a number of at least zero.
class Reader {
 public:
  explicit Reader(const json& root) : root_(root) {}

  double Number(const std::string& pointer) {
    const json::json_pointer where(pointer);
    if (root_.contains(where) && root_[where].is_number() && root_[where].get<double>() >= 0) {
      return root_[where].get<double>();
    }
    if (missing_.empty()) missing_ = pointer;
    return 0;
  }

  uint64_t Count(const std::string& pointer) { return static_cast<uint64_t>(Number(pointer)); }

  FioLatency Latency(const std::string& pointer) {
    constexpr double kNano = 1e-9;
    return {.p50 = kNano * Number(pointer + "/percentile/50.000000"),
            .p99 = kNano * Number(pointer + "/percentile/99.000000"),
            .max = kNano * Number(pointer + "/max")};
  }

  [[nodiscard]] const std::string& missing() const { return missing_; }

 private:
  const json& root_;
  std::string missing_;
};

Result<void> CheckFigures(const FioFigures& figures, const FioJob& job) {
  if (figures.operations > 0 && figures.bytes == figures.operations * job.block &&
      figures.operations_per_second > 0) {
    return {};
  }
  return Fail(ErrorCode::kWrongAnswer,
              "fio claims " + std::to_string(figures.operations) + " operations of " +
                  std::to_string(job.block) + " bytes that make " + std::to_string(figures.bytes) +
                  " bytes, " + std::to_string(figures.operations_per_second) + " per second");
}

}  // namespace

bool Writes(FioPattern pattern) {
  return pattern == FioPattern::kRandomWrite || pattern == FioPattern::kSequentialWrite;
}

Result<void> CheckFioEngine(const std::string& engine) {
  if (std::find(std::begin(kEngines), std::end(kEngines), engine) != std::end(kEngines)) return {};
  return Fail(ErrorCode::kInvalidArgument,
              "option engine: \"" + engine + "\" is none of io_uring, libaio and psync");
}

Result<FioFigures> ParseFio(const std::string& text, const FioJob& job) {
  const auto brace = text.find('{');
  const auto said = text.substr(0, brace);  // fio puts errors there
  const json parsed =
      brace == std::string::npos ? json() : json::parse(text.substr(brace), nullptr, false);
  const json::json_pointer first("/jobs/0");
  if (!parsed.is_object() || !parsed.contains(first)) {
    return Fail(ErrorCode::kWrongAnswer, "fio printed no result in JSON");
  }
  Reader reader(parsed[first]);
  const auto error = reader.Count("/error");
  if (error != 0) {
    const auto words = LastWords({.out = said});
    return Fail(ErrorCode::kInternal, "fio's job failed with error " + std::to_string(error) +
                                          (words.empty() ? "" : ": " + words));
  }
  const std::string side = Writes(job.pattern) ? "/write" : "/read";
  FioFigures figures{.operations_per_second = reader.Number(side + "/iops"),
                     .bytes_per_second = reader.Number(side + "/bw_bytes"),
                     .operations = reader.Count(side + "/total_ios"),
                     .bytes = reader.Count(side + "/io_bytes")};
  if (reader.missing().empty() && figures.operations > 0) {
    figures.latency = reader.Latency(side + "/lat_ns");
    figures.completion = reader.Latency(side + "/clat_ns");
    if (job.sync) figures.sync = reader.Latency("/sync/lat_ns");
  }
  if (!reader.missing().empty()) {
    return Fail(ErrorCode::kWrongAnswer, "fio's result has no number at " + reader.missing());
  }
  if (auto checked = CheckFigures(figures, job); !checked) return tl::unexpected(checked.error());
  return figures;
}

Result<FioFigures> RunFio(const Context& context, const Tool& fio, const FioJob& job) {
  const auto output =
      fio.Run(context, {.arguments = Arguments(job), .limit = 2 * job.duration + kOverhead});
  if (!output) return tl::unexpected(output.error());
  auto figures = ParseFio(output->out, job);
  if (figures && output->exit_code == 0 && output->signal == 0) return figures;
  // Its words before the result and on standard error say more than the exit code.
  if (!figures && figures.error().code == ErrorCode::kInternal) return figures;
  if (auto ended = CheckExit("fio", {.out = output->out.substr(0, output->out.find('{')),
                                     .err = output->err,
                                     .exit_code = output->exit_code,
                                     .signal = output->signal});
      !ended) {
    return tl::unexpected(ended.error());
  }
  return FailOutput(figures.error().message, *output);
}

Result<std::string> FindFioEngine(const Context& context, const Tool& fio,
                                  const std::filesystem::path& file, uint64_t size) {
  Result<FioFigures> figures;
  for (const char* engine : kEngines) {
    FioJob job{.file = file, .size = size, .duration = milliseconds(100), .engine = engine};
    job.most_bytes = job.block;
    figures = RunFio(context, fio, job);
    if (figures) return engine;
    if (figures.error().code == ErrorCode::kCancelled) break;
  }
  return tl::unexpected(figures.error());
}

Result<void> WriteFioFile(Context& context, const std::filesystem::path& file, uint64_t size) {
  if (context.WriteLeft() < size) {
    return Fail(ErrorCode::kResourceExhausted,
                "fio's file of " + std::to_string(size) + " bytes is over the ceiling of writes");
  }
  const auto made = DiskFile::Open(file, O_WRONLY | O_CREAT | O_EXCL | O_DIRECT | O_NOFOLLOW);
  if (!made) return tl::unexpected(made.error());
  AlignedBuffer buffer(kChunkBytes);
  for (uint64_t offset = 0; offset < size;) {
    if (context.Stopped()) return Fail(ErrorCode::kCancelled, "stopped while writing a file");
    const auto chunk = buffer.bytes().first(std::min<uint64_t>(kChunkBytes, size - offset));
    for (size_t at = 0; at < chunk.size(); at += kBlockBytes) {
      FillBlock(chunk.subspan(at, kBlockBytes), offset + at, {.size = size, .seed = context.seed});
    }
    if (auto written = made->WriteAt(offset, chunk); !written) return written;
    context.report.bytes_written += chunk.size();
    offset += chunk.size();
  }
  return made->Flush();
}

}  // namespace hypergauge::probes
