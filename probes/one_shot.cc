#include "probes/one_shot.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <cstdlib>
#include <iostream>
#include <mutex>
#include <random>
#include <thread>
#include <utility>

#include "probes/agent/state_folder.h"
#include "probes/durable_file.h"
#include "probes/progress_line.h"
#include "probes/suite_plan.h"
#include "program/version.h"

namespace hypergauge::probes {
namespace {

// Without a state folder nobody counts the cycles: the clock tells whose turn it is.
uint64_t CycleNow() {
  const auto now = Clock::System().Realtime();
  return static_cast<uint64_t>(std::max<int64_t>(0, now / std::chrono::minutes(30)));
}

// Nobody has looked at this machine before: what loads it is only known after a while.
void LookLongEnough(InterferenceMeter& meter, const std::stop_token& stop) {
  constexpr std::chrono::milliseconds kLook{600};  // the meter wants half a second
  meter.Look();
  std::mutex mutex;
  std::condition_variable_any wake;
  std::unique_lock lock(mutex);
  wake.wait_for(lock, stop, kLook, [&] { return stop.stop_requested(); });
}

void WarnOfQuietHours(const Config& config) {
  if (config.quiet_hours.empty()) return;
  std::cerr << "hypergauge-probe: quiet_hours bind the agent only: this command measures now\n";
}

}  // namespace

void AddOneShotFlags(CLI::App& command, OneShotFlags& flags) {
  command.add_option("--suite", flags.suite, "light, standard or pilot")->capture_default_str();
  command.add_option("--benchmark", flags.benchmarks,
                     "Only this benchmark; may be given several times");
  command.add_option(
      "--category", flags.categories,
      "Only benchmarks of this category (cpu, memory, disk ...); may be given several "
      "times");
  command.add_option("--format", flags.format)
      ->check(CLI::IsMember({"table", "json", "prometheus"}))
      ->capture_default_str();
  command.add_option("--peer", flags.peer, "HOST:PORT of the other end of network benchmarks");
  command.add_option("--budget", flags.budget,
                     "Time after which a benchmark begins no further sample, for example 5s; "
                     "short for --suites.SUITE.budget");
  command.add_option("--output", flags.output,
                     "File to write instead of standard output, at once and as a whole");
  command.add_option("--bench.path", flags.bench, "The hypergauge-bench executable");
  AddConfigFlags(command, flags.config);
}

Result<WorkDir> WorkDir::Make(const std::filesystem::path& named) {
  if (!named.empty()) {
    std::error_code error;
    std::filesystem::create_directories(named, error);
    if (error) return tl::unexpected(FromErrno(error.value(), "folder " + named.string()));
    return WorkDir(named, false);
  }
  std::string pattern = "/var/tmp/hypergauge-XXXXXX";
  if (mkdtemp(pattern.data()) == nullptr) {
    return tl::unexpected(FromErrno(errno, "folder under /var/tmp"));
  }
  return WorkDir(pattern, true);
}

WorkDir::WorkDir(WorkDir&& other) noexcept
    : path_(std::move(other.path_)), temporary_(std::exchange(other.temporary_, false)) {}

WorkDir::~WorkDir() {
  std::error_code ignored;
  if (temporary_) std::filesystem::remove_all(path_, ignored);
}

Result<Config> ConfigOf(const OneShotFlags& flags) {
  auto defaults = DefaultConfig();
  // Before the settings that are named after it.
  if (const auto suite = SuiteOf(defaults, flags.suite); !suite) {
    return tl::unexpected(suite.error());
  }
  auto given = flags.config;
  // Who says what to run, or for how long, wants all of it.
  if (flags.whole_suite || !flags.budget.empty() || !flags.benchmarks.empty() ||
      !flags.categories.empty()) {
    given.given.insert(given.given.begin(),
                       {"suites." + flags.suite + ".cycle_limit", "0", "--benchmark"});
  }
  if (!flags.budget.empty()) {
    given.given.push_back({"suites." + flags.suite + ".budget", flags.budget, "--budget"});
  }
  // Whoever measures on a busy machine wants to see the figures, and that it was busy.
  defaults.watch.arrivals_only = true;
  auto config = LoadConfig(given, std::move(defaults));
  if (!config) return config;
  if (config->work_dir.empty() && !flags.storage.empty()) {
    config->work_dir = WorkFolder(flags.storage);
  }
  WarnOfQuietHours(*config);
  return config;
}

Result<std::optional<HeldState>> OpenState(const std::string& storage,
                                           const DayCeilings& ceilings) {
  if (storage.empty()) return std::nullopt;
  auto lock = LockStateFolder(storage);
  if (!lock && lock.error().code == ErrorCode::kUnavailable) {
    return Fail(lock.error().code,
                lock.error().message +
                    "; stop the agent that uses it first: it must not measure at the same time");
  }
  if (!lock) return tl::unexpected(lock.error());
  auto ledger = DayLedger::Open(LedgerFile(storage), ceilings,
                                static_cast<int>(std::thread::hardware_concurrency()));
  if (!ledger) return tl::unexpected(ledger.error());
  return HeldState{std::move(*lock), std::move(*ledger)};
}

Result<CycleRequest> RequestOf(const OneShotFlags& flags, const Config& config, Descriptors known,
                               DayLedger* ledger) {
  CycleRequest request;
  if (auto checked = CheckAgainst(known, config); !checked) {
    return tl::unexpected(checked.error());
  }
  Selection selection{.suite = flags.suite,
                      .names = flags.benchmarks,
                      .categories = flags.categories,
                      .cycle = CycleNow(),
                      .seed = std::random_device()(),
                      .whole = flags.whole_suite};
  if (ledger != nullptr && flags.suite == "light" && !flags.whole_suite) {
    const auto cycle = ledger->NextCycle();
    if (!cycle) return tl::unexpected(cycle.error());
    selection.cycle = *cycle;
  }
  if (flags.cycle >= 0) selection.cycle = static_cast<uint64_t>(flags.cycle);
  auto names = SelectBenchmarks(known, config, selection);
  if (!names) return tl::unexpected(names.error());
  request.benchmarks = std::move(*names);
  request.known = std::move(known);
  request.config = config;
  request.ledger = ledger;
  request.bench = flags.bench;
  request.suite = flags.suite;
  request.peer = flags.peer;
  request.probe_version = Version();
  return request;
}

Result<void> RunRounds(CycleRequest request, int rounds, const std::stop_token& stop,
                       const RoundObserver& observer) {
  const auto suite = SuiteOf(request.config, request.suite);
  if (!suite) return tl::unexpected(suite.error());
  ProgressLine line(suite->budget);
  InterferenceMeter meter("/");
  LookLongEnough(meter, stop);
  int round = 0;
  CycleObserver cycle;
  cycle.on_run = [&](v1::Run run) { observer.on_run(round, std::move(run)); };
  cycle.on_progress = [&](CycleProgress now) {
    if (now.benchmark.empty()) return;  // between two rounds
    now.finished += round * now.total;
    now.total *= rounds;
    line.Show(now);
  };
  cycle.on_deferred = [&](const std::string& benchmark, const Error& why) {
    line.Say("hypergauge-probe: " + benchmark + " is left out: " + why.message);
    if (observer.on_left_out) observer.on_left_out(round, benchmark, why.message);
  };
  std::random_device random;
  const bool may_be_cut = suite->cycle_limit.count() > 0;
  for (; round < rounds; ++round) {
    if (rounds > 1) Reorder(request.known, may_be_cut, random(), request.benchmarks);
    if (auto done = RunCycle(request, cycle, meter, stop); !done) return done;
  }
  return {};
}

Result<void> CheckOutput(const std::string& output) {
  if (output.empty()) return {};
  auto folder = std::filesystem::path(output).parent_path();
  if (folder.empty()) folder = ".";
  std::error_code error;
  if (!std::filesystem::is_directory(folder, error)) {
    return Fail(ErrorCode::kNotFound, "--output " + output + ": no folder " + folder.string());
  }
  if (access(folder.c_str(), W_OK | X_OK) != 0) {
    return tl::unexpected(FromErrno(errno, "--output " + output + ": folder " + folder.string()));
  }
  return {};
}

Result<void> Deliver(const std::string& output, const std::string& text) {
  if (!output.empty()) return WriteFileDurably(output, text);
  std::cout << text << std::flush;
  if (!std::cout) return Fail(ErrorCode::kInternal, "standard output cannot be written");
  return {};
}

Terminal OutputTerminal(const std::string& output) {
  if (!output.empty()) return {};
  return DescribeTerminal(STDOUT_FILENO, [](const char* name) { return std::getenv(name); });
}

}  // namespace hypergauge::probes
