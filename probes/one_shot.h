#pragma once

#include <CLI/CLI.hpp>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

#include "probes/bench_process.h"
#include "probes/commands.h"
#include "probes/cycle.h"
#include "probes/day_ledger.h"
#include "probes/run_output.h"
#include "probes/unique_fd.h"

/// What `run` and `noise` share: measuring now, without an aggregator.
namespace hypergauge::probes {

struct OneShotFlags {
  std::string suite = "light";
  std::vector<std::string> benchmarks;
  std::vector<std::string> categories;
  std::string format = "table";
  std::string peer;
  std::string budget;
  std::string output;
  std::string storage;       ///< --storage.path, which each command explains itself
  int64_t cycle = -1;        ///< below 0: by the ledger or the clock
  bool whole_suite = false;  ///< all of the suite, as long as it takes; no flag
  ConfigFlags config;
  std::string bench = BesideThisProgram("hypergauge-bench");
};

/// Adds a flag for each member but those that only one command knows.
void AddOneShotFlags(CLI::App& command, OneShotFlags& flags);

/// The configuration of the flags. The folder to work in is that of the state folder, as the
/// agent's is, where only the latter is named. Errors: kInvalidArgument, naming the flag or the
/// suite.
[[nodiscard]] Result<Config> ConfigOf(const OneShotFlags& flags);

/// The benchmarks' files, removed afterwards unless the user named the folder. Not under /tmp,
/// which often lies in memory.
class WorkDir {
 public:
  /// Makes `named`, or a temporary folder where that is empty. Errors: that of making it.
  [[nodiscard]] static Result<WorkDir> Make(const std::filesystem::path& named);
  WorkDir(WorkDir&& other) noexcept;
  WorkDir& operator=(WorkDir&&) = delete;
  WorkDir(const WorkDir&) = delete;
  WorkDir& operator=(const WorkDir&) = delete;
  ~WorkDir();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  WorkDir(std::filesystem::path path, bool temporary)
      : path_(std::move(path)), temporary_(temporary) {}

  std::filesystem::path path_;
  bool temporary_;
};

/// What two processes must not use at once.
struct HeldState {
  UniqueFd lock;
  DayLedger ledger;
};

/// Nothing without --storage.path. Errors: kUnavailable where an agent uses the folder; those of
/// the folder and its ledger.
[[nodiscard]] Result<std::optional<HeldState>> OpenState(const std::string& storage,
                                                         const DayCeilings& ceilings);

/// The cycle that the flags ask for, without its working folder; `ledger` may be null.
/// Errors: kInvalidArgument, naming the flag; those of the ledger.
[[nodiscard]] Result<CycleRequest> RequestOf(const OneShotFlags& flags, const Config& config,
                                             Descriptors known, DayLedger* ledger);

struct RoundObserver {
  std::function<void(int round, v1::Run run)> on_run;  ///< rounds count from 0
  /// Told to the user already; may be empty.
  std::function<void(int round, const std::string& benchmark, const std::string& reason)>
      on_left_out;
};

/// Runs the cycle several times, with its progress on standard error; each of several rounds in an
/// order of its own. Errors: those of RunCycle.
[[nodiscard]] Result<void> RunRounds(CycleRequest request, int rounds, const std::stop_token& stop,
                                     const RoundObserver& observer);

/// Whether --output can be written, asked before anything is measured. Errors: naming the folder.
[[nodiscard]] Result<void> CheckOutput(const std::string& output);

/// Writes to --output by rename, so that a collector never reads half a file, or to standard output
/// where that is empty. Errors: those of writing.
[[nodiscard]] Result<void> Deliver(const std::string& output, const std::string& text);

/// Standard output as it looks to people: no terminal where the text goes to a file.
[[nodiscard]] Terminal OutputTerminal(const std::string& output);

}  // namespace hypergauge::probes
