#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>

#include "probes/benchmarks/tools/tool.h"

/// fio, one job at a time, on a file that was written before: blocks that were only allocated are
/// never read from the disk.
namespace hypergauge::probes {

enum class FioPattern { kRandomRead, kSequentialRead, kRandomWrite, kSequentialWrite };

struct FioJob {
  std::filesystem::path file = {};
  uint64_t size = 0;  ///< of the file
  FioPattern pattern = FioPattern::kRandomRead;
  uint64_t block = 4096;
  int queue_depth = 1;
  bool direct = true;
  bool sync = false;                 ///< fdatasync after every write
  uint64_t most_bytes = UINT64_MAX;  ///< after which it ends even before its time; at least a
                                     ///< block for each of psync's threads
  std::chrono::nanoseconds duration{};
  std::string engine = "psync";  ///< one of FindFioEngine's
  uint64_t seed = 1;
};

/// Seconds.
struct FioLatency {
  double p50 = 0;
  double p99 = 0;
  double max = 0;
};

struct FioFigures {
  double operations_per_second = 0;
  double bytes_per_second = 0;
  uint64_t operations = 0;
  uint64_t bytes = 0;
  FioLatency latency = {};     ///< of a read or write, from before its submission to its completion
  FioLatency completion = {};  ///< the same from after its submission: what fio prints first
  FioLatency sync = {};        ///< of an fdatasync; zero unless asked for
};

/// Reads what fio prints with --output-format=json, whatever stands before the first brace.
/// Errors: kInternal with fio's own words where the job failed; kWrongAnswer where a figure is
/// missing or impossible, such as bytes that are not operations x block.
[[nodiscard]] Result<FioFigures> ParseFio(const std::string& text, const FioJob& job);

/// Errors: those of Tool::Run, CheckExit and ParseFio.
[[nodiscard]] Result<FioFigures> RunFio(const Context& context, const Tool& fio, const FioJob& job);

[[nodiscard]] bool Writes(FioPattern pattern);

/// Errors: kInvalidArgument unless it is io_uring, libaio or psync.
[[nodiscard]] Result<void> CheckFioEngine(const std::string& engine);

/// The first of io_uring, libaio and psync by which fio can read `file`, of `size` bytes:
/// containers often forbid the first. Errors: the last one's.
[[nodiscard]] Result<std::string> FindFioEngine(const Context& context, const Tool& fio,
                                                const std::filesystem::path& file, uint64_t size);

/// Writes random data, durably, counting it in context.report.bytes_written.
/// Errors: kResourceExhausted over the context's ceiling; kCancelled; those of DiskFile.
[[nodiscard]] Result<void> WriteFioFile(Context& context, const std::filesystem::path& file,
                                        uint64_t size);

}  // namespace hypergauge::probes
