#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "hypergauge/v1/benchmark.pb.h"
#include "hypergauge/v1/run.pb.h"
#include "probes/config.h"
#include "probes/load_watch.h"

/// The probe's side of hypergauge-bench: starts it, and reads what it prints.
namespace hypergauge::probes {

/// One execution.
struct BenchRequest {
  std::filesystem::path bench;  ///< the hypergauge-bench executable
  std::string benchmark;
  std::string suite = "light";
  std::filesystem::path work_dir;  ///< exists
  std::string peer;                ///< HOST:PORT, empty for loopback
  SuiteConfig plan{.budget = std::chrono::milliseconds(2000),
                   .max_bytes_written = UINT64_MAX,
                   .max_bytes_sent = UINT64_MAX};
  int64_t size = 0;                            ///< of a batch; 0 for the suite's own
  std::map<std::string, std::string> options;  ///< the benchmark's own
  /// Written to disk, files that are kept between runs included; plan.max_bytes_written is without.
  uint64_t max_bytes_in_all = UINT64_MAX;
  /// Called when it is about to write such a file, with its size. An error ends the run and becomes
  /// that of the call.
  std::function<Result<void>(uint64_t bytes)> on_keep;
  LoadWatch* watch = nullptr;  ///< breaks the run off when load arrives
  /// Wall time after which the process is ended and the run has failed.
  std::chrono::milliseconds time_limit{60'000};
  /// The time limit is where a lease ends: reaching it says nothing about the benchmark, and the
  /// call fails with kDeadlineExceeded instead.
  bool limit_is_lease = false;
  /// Wall time after which the cycle is over, which says nothing about the benchmark either. A run
  /// that has to write a file which is kept may go on: it has to only once, and would never have
  /// that file on a slow disk.
  std::optional<std::chrono::milliseconds> cycle_left;
};

/// Of a run that was cut short from outside, so that there is no run.
struct CutShort {
  bool by_cycle = false;              ///< at BenchRequest::cycle_left
  std::optional<v1::Run> last_words;  ///< with what it has cost, where it still could say so
};

struct BenchProgress {
  int samples = 0;
  double budget_used = 0;  ///< 0 to 1
};

using BenchObserver = std::function<void(const BenchProgress&)>;

/// What a run with this budget may take at most, with preparation and a slow last sample.
[[nodiscard]] std::chrono::milliseconds TimeLimitOf(std::chrono::milliseconds budget);

/// Runs one benchmark in a fresh process and returns its run, without id, build of the probe and
/// interference of others. A benchmark that crashes, prints nonsense, takes too long or cannot be
/// started is a run with VERDICT_FAILED and the reason, with the tail of its standard error. One
/// that the watch breaks off is a run with VERDICT_BUSY and no figures.
/// Errors: kCancelled when stop was requested, kDeadlineExceeded at a lease's or the cycle's end,
/// those of on_keep; there is no run then, and `cut` tells what is known of it.
/// Threads: the calling thread must live as long as the call, see ChildProcess.
[[nodiscard]] Result<v1::Run> RunBench(const BenchRequest& request, const BenchObserver& observe,
                                       const std::stop_token& stop,
                                       const Clock& clock = Clock::System(),
                                       CutShort* cut = nullptr);

/// What `hypergauge-bench list` tells, by name.
/// Errors: those of starting it; kInternal when it fails, kCorrupt when it prints something else;
/// all name the executable.
[[nodiscard]] Result<std::vector<v1::BenchmarkDescriptor>> ListBenchmarks(
    const std::filesystem::path& bench, const std::filesystem::path& work_dir);

/// One line of `hypergauge-bench run`; all empty for a line of another kind.
struct BenchLine {
  std::optional<BenchProgress> progress;
  std::optional<uint64_t> keeps;  ///< bytes of a file that it begins to write, to be kept
  std::optional<v1::Run> run;
};

/// Errors: kCorrupt, saying what is wrong with the line.
[[nodiscard]] Result<BenchLine> ParseBenchLine(std::string_view line);

/// `name` in the folder of the running executable.
[[nodiscard]] std::filesystem::path BesideThisProgram(const std::string& name);

}  // namespace hypergauge::probes
