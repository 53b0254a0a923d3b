#pragma once

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <type_traits>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

/// The seam between hypergauge and what it measures. A benchmark is one file under
/// probes/benchmarks/CATEGORY/ that derives from Benchmark and registers itself:
///
///     class Null final : public Benchmark { ... };
///     const Registrar kRegistrar(Descriptor{...}, [] { return std::make_unique<Null>(); });
///
/// Nothing else is edited: CMake finds the file, the descriptor travels to the aggregator, and the
/// exporter names the series by it. See probes/benchmarks/kernel/null.cc for a commented example.
namespace hypergauge::probes {

enum class Suite { kLight, kStandard, kPilot };
inline constexpr Suite kAllSuites[] = {Suite::kLight, Suite::kStandard, Suite::kPilot};

[[nodiscard]] std::string_view ToString(Suite suite);
[[nodiscard]] Result<Suite> ParseSuite(std::string_view name);

enum class Direction { kLowerIsBetter, kHigherIsBetter };

using Labels = std::map<std::string, std::string>;

/// One figure that a benchmark yields; becomes one series a node.
struct Quantity {
  std::string family;  ///< metric family without "hypergauge_", ending with "_" + unit
  std::string unit;    ///< seconds, bytes_per_second, operations_per_second, ratio ...
  Direction direction = Direction::kLowerIsBetter;
  std::string help;       ///< one sentence, the HELP line
  Labels labels = {};     ///< tells it from others of its family, for example {{"stat", "p50"}}
  bool unranked = false;  ///< shown, never compared: a figure that measures a cache
};

/// The CPUs that this process may use, at least one.
/// Source: sched_getaffinity(2).
[[nodiscard]] int AllowedCpuCount();

/// What one batch does in a suite.
struct Work {
  int64_t size = 0;       ///< Context::size, in the benchmark's own terms
  std::string work_unit;  ///< for people: "fib(38)"
  /// What the least run (one warm-up, three samples) writes to disk and sends to the network, files
  /// that are kept between runs left out: a run is put off while the day's budget has less left.
  uint64_t bytes_written = 0;
  uint64_t bytes_sent = 0;
};

struct Descriptor {
  std::string name;                    ///< [a-z][a-z0-9_]*
  int version = 1;                     ///< raised whenever figures stop being comparable
  std::string category;                ///< cpu, memory, disk, network, kernel, tools
  std::string help;                    ///< one sentence
  std::vector<Quantity> quantities;    ///< the first is the primary one
  std::map<Suite, Work> work = {};     ///< the suites that contain it; empty: only run by name
  std::vector<std::string> resources;  ///< of the physical host: cpu, disk, nic, uplink
  /// Run by name and in no suite: the size used when `work` is empty.
  Work default_work = {};
  bool core = false;  ///< in every light cycle; others take turns, a quarter of them a cycle
  std::map<std::string, std::string> options = {};  ///< of Context::options: name and help
};

/// What a benchmark may tell of a run besides its figures.
struct Report {
  Labels labels;          ///< tell series apart: threads, block_size, engine
  Labels libraries;       ///< versions that the figure depends on
  std::string answer;     ///< what was checked, for people: "fib(38) = 39088169"
  std::string peer;       ///< HOST:PORT of a network benchmark's other end
  bool cached = false;    ///< the figure measures a cache
  bool loopback = false;  ///< the other end was this machine
  int threads = 1;        ///< that did the work
  /// Its own threads or processes wait for each other's CPU by design, for example a ping-pong on
  /// one CPU: waiting for a CPU then says nothing about others.
  bool shares_cpus = false;
  /// What worker threads waited for a CPU; the main thread's own is known. See RunWorkers.
  std::chrono::nanoseconds workers_waited{};
  uint64_t bytes_written = 0;  ///< to disk, preparation included
  uint64_t bytes_kept = 0;     ///< of them to files that are kept between runs
  uint64_t bytes_sent = 0;     ///< to the network
};

/// All that a benchmark is given. Lives as long as the run.
struct Context {
  Suite suite = Suite::kLight;
  int64_t size = 0;                        ///< of one batch, from the suite or the user
  int threads = 0;                         ///< that may be used; 0: see Threads()
  std::filesystem::path work_dir;          ///< for files; exists; kept between cycles
  std::string peer;                        ///< HOST:PORT, empty for loopback
  std::chrono::nanoseconds sample_time{};  ///< what a sample lasts at least
  uint64_t seed = 1;                       ///< for data and orders
  /// Ceilings of the run, counted in Report::bytes_written and bytes_sent: no operation may go over
  /// them. Files that are kept between runs are left out of the first, but not of the third.
  uint64_t max_bytes_written = UINT64_MAX;
  uint64_t max_bytes_sent = UINT64_MAX;
  uint64_t max_bytes_in_all = UINT64_MAX;      ///< written to disk
  std::map<std::string, std::string> options;  ///< those of Descriptor::options that the user gave
  const Clock* clock = &Clock::System();       ///< MonotonicRaw times everything
  const std::atomic<bool>* stop = nullptr;     ///< true: leave soon with kCancelled
  Report report;
  /// Called before a file that is kept between runs is written: nobody else can know that it was
  /// not there, or not whole.
  std::function<void(uint64_t bytes)> on_keep;

  [[nodiscard]] bool Stopped() const { return stop != nullptr && stop->load(); }

  /// Threads for work that is shared among CPUs: as many as asked for, else one for each CPU that
  /// this process may use.
  [[nodiscard]] int Threads() const { return threads > 0 ? threads : AllowedCpuCount(); }

  /// Room under the ceilings.
  [[nodiscard]] uint64_t WriteLeft() const {
    return std::min(Left(max_bytes_written, report.bytes_written - report.bytes_kept), LeftInAll());
  }
  /// The same for a file that is kept.
  [[nodiscard]] uint64_t LeftInAll() const { return Left(max_bytes_in_all, report.bytes_written); }
  [[nodiscard]] uint64_t SendLeft() const { return Left(max_bytes_sent, report.bytes_sent); }

  /// The option's value, or `otherwise`.
  [[nodiscard]] std::string Option(const std::string& name,
                                   const std::string& otherwise = "") const {
    const auto found = options.find(name);
    return found == options.end() ? otherwise : found->second;
  }

 private:
  static uint64_t Left(uint64_t ceiling, uint64_t used) {
    return used < ceiling ? ceiling - used : 0;
  }
};

/// One run is one object in a fresh process: Prepare, then Sample again and again, then
/// destruction, which removes what must not stay. Threads: one caller. Errors of all members:
/// kUnsupported when this machine cannot do it (verdict unsupported), kWrongAnswer and all others
/// (verdict failed); the message becomes the verdict's reason.
class Benchmark {
 public:
  virtual ~Benchmark() = default;

  /// Whether it could run here, found out cheaply and without leaving anything behind.
  [[nodiscard]] virtual Result<void> Available(const Context& /*context*/) const { return {}; }

  /// What comes before all repetitions and is not timed: files, connections, buffers.
  [[nodiscard]] virtual Result<void> Prepare(Context& /*context*/) { return {}; }

  /// One repetition, at least context.sample_time long where the work can be repeated.
  /// Returns one figure for each of the descriptor's quantities, in their order and units, and has
  /// checked its answer: a wrong one is kWrongAnswer, never a figure. kCeilingReached where the
  /// context's ceilings allow no further sample: the run ends with those that it has.
  [[nodiscard]] virtual Result<std::vector<double>> Sample(Context& context) = 0;
};

using Factory = std::function<std::unique_ptr<Benchmark>()>;

struct Entry {
  Descriptor descriptor;
  Factory make;
};

/// Adds a benchmark before main() starts. The only global state there is.
class Registrar {
 public:
  Registrar(Descriptor descriptor, Factory make);
};

/// All registered benchmarks by name.
[[nodiscard]] const std::map<std::string, Entry, std::less<>>& Registry();

/// Repeats `batch` until context.sample_time has passed (at least once) and returns the seconds
/// that one batch took. Stops with the batch's own error or with kCancelled.
[[nodiscard]] Result<double> SecondsPerBatch(const Context& context,
                                             const std::function<Result<void>()>& batch);

/// Keeps the compiler from computing `value` at compile time or dropping it.
template <typename T>
inline void DoNotOptimize(T& value) {
  if constexpr (std::is_integral_v<T> || std::is_pointer_v<T>) {
    asm volatile("" : "+r"(value) : : "memory");
  } else {  // not "+m,r": GCC 12 then loses a double that starts as a constant
    asm volatile("" : "+m"(value) : : "memory");
  }
}

}  // namespace hypergauge::probes
