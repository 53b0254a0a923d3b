#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <random>
#include <thread>

#include "probes/agent/identity.h"
#include "probes/bench_process.h"
#include "probes/commands.h"
#include "probes/cycle.h"
#include "probes/durable_file.h"
#include "probes/run_output.h"
#include "probes/suite_plan.h"
#include "program/flags.h"
#include "program/version.h"

namespace hypergauge::probes {
namespace {

struct RunFlags {
  std::string suite = "light";
  std::vector<std::string> benchmarks;
  std::string format = "table";
  std::string peer;
  std::string budget;
  std::string output;
  std::string storage;
  int64_t cycle = -1;
  ConfigFlags config;
  std::string bench = BesideThisProgram("hypergauge-bench");
};

// The benchmarks' files, removed afterwards unless the user named the folder. Not under /tmp, which
// often lies in memory.
class WorkDir {
 public:
  static Result<WorkDir> Make(const std::filesystem::path& named) {
    if (!named.empty()) return WorkDir(named, false);
    std::string pattern = "/var/tmp/hypergauge-XXXXXX";
    if (mkdtemp(pattern.data()) == nullptr) {
      return tl::unexpected(FromErrno(errno, "folder under /var/tmp"));
    }
    return WorkDir(pattern, true);
  }
  WorkDir(WorkDir&& other) noexcept
      : path_(std::move(other.path_)), temporary_(std::exchange(other.temporary_, false)) {}
  WorkDir& operator=(WorkDir&&) = delete;
  WorkDir(const WorkDir&) = delete;
  WorkDir& operator=(const WorkDir&) = delete;
  ~WorkDir() {
    std::error_code ignored;
    if (temporary_) std::filesystem::remove_all(path_, ignored);
  }

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  WorkDir(std::filesystem::path path, bool temporary)
      : path_(std::move(path)), temporary_(temporary) {}

  std::filesystem::path path_;
  bool temporary_;
};

// One line on a terminal that is drawn over.
class ProgressLine {
 public:
  void Draw(const CycleProgress& now) const {
    if (!is_terminal_ || now.benchmark.empty()) return;
    std::cerr << "\r\x1b[K[" << now.finished + 1 << "/" << now.total << "] " << now.benchmark
              << ": " << now.samples << " samples, " << static_cast<int>(100 * now.budget_used)
              << " % of its time" << std::flush;
  }
  void Clear() const {
    if (is_terminal_) std::cerr << "\r\x1b[K" << std::flush;
  }

 private:
  bool is_terminal_ = isatty(STDERR_FILENO) == 1;
};

std::string Render(const RunFlags& flags, const Runs& runs, const Descriptors& known) {
  if (flags.format == "json") return RunsJson(runs, known);
  if (flags.format == "prometheus") return RunsPrometheus(runs, known);
  return RunsTable(runs, known);
}

Result<void> Deliver(const RunFlags& flags, const std::string& text) {
  if (!flags.output.empty()) return WriteFileDurably(flags.output, text);
  std::cout << text << std::flush;
  if (!std::cout) return Fail(ErrorCode::kInternal, "standard output cannot be written");
  return {};
}

// Without a state folder nobody counts the cycles: the clock tells whose turn it is.
uint64_t CycleNow() {
  const auto now = Clock::System().Realtime();
  return static_cast<uint64_t>(std::max<int64_t>(0, now / std::chrono::minutes(30)));
}

Result<Config> ConfigOf(const RunFlags& flags) {
  auto given = flags.config;
  // Who says what to run, or for how long, wants all of it.
  if (!flags.budget.empty() || !flags.benchmarks.empty()) {
    given.given.insert(given.given.begin(),
                       {"suites." + flags.suite + ".cycle_limit", "0", "--benchmark"});
  }
  if (!flags.budget.empty()) {
    given.given.push_back({"suites." + flags.suite + ".budget", flags.budget, "--budget"});
  }
  // Whoever measures on a busy machine wants to see the figures, and that it was busy.
  auto defaults = DefaultConfig();
  defaults.watch.arrivals_only = true;
  return LoadConfig(given, std::move(defaults));
}

Result<CycleRequest> RequestOf(const RunFlags& flags, const Config& config, Descriptors known,
                               DayLedger* ledger) {
  CycleRequest request;
  if (auto checked = CheckAgainst(known, config); !checked) {
    return tl::unexpected(checked.error());
  }
  Selection selection{.suite = flags.suite,
                      .names = flags.benchmarks,
                      .categories = {},
                      .cycle = CycleNow(),
                      .seed = std::random_device()()};
  if (ledger != nullptr && flags.suite == "light") {
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

// The day's ledger, which two probes must not write at once.
struct State {
  UniqueFd lock;
  DayLedger ledger;
};

Result<std::optional<State>> OpenState(const std::string& storage, const DayCeilings& ceilings) {
  if (storage.empty()) return std::nullopt;
  auto lock = LockStateFolder(storage);
  if (!lock) return tl::unexpected(lock.error());
  auto ledger = DayLedger::Open(LedgerFile(storage), ceilings,
                                static_cast<int>(std::thread::hardware_concurrency()));
  if (!ledger) return tl::unexpected(ledger.error());
  return State{std::move(*lock), std::move(*ledger)};
}

int Run(const RunFlags& flags) {
  const auto stop = StopOnSignals();
  const auto config = ConfigOf(flags);
  if (!config) return Complain(config.error(), kExitUsage);
  const auto work_dir = WorkDir::Make(config->work_dir);
  if (!work_dir) return Complain(work_dir.error(), kExitFailure);
  const auto known = ListBenchmarks(flags.bench, work_dir->path());
  if (!known) return Complain(known.error(), kExitFailure);
  auto state = OpenState(flags.storage, config->day);
  if (!state) return Complain(state.error(), kExitFailure);
  auto request = RequestOf(flags, *config, *known, *state ? &(*state)->ledger : nullptr);
  if (!request) return Complain(request.error(), kExitUsage);
  request->work_dir = work_dir->path();

  Runs runs;
  bool failed = false;
  const ProgressLine line;
  CycleObserver observer;
  observer.on_progress = [&](const CycleProgress& now) { line.Draw(now); };
  observer.on_run = [&](v1::Run run) {
    failed = failed || run.verdict() == v1::VERDICT_FAILED;
    runs.push_back(std::move(run));
  };
  observer.on_deferred = [&](const std::string& benchmark, const std::string& reason) {
    line.Clear();
    std::cerr << "hypergauge-probe: " << benchmark << " is left out: " << reason << "\n";
  };
  InterferenceMeter meter("/");
  const auto done = RunCycle(*request, observer, meter, stop);
  line.Clear();
  if (!done) Complain(done.error(), kExitFailure);
  const auto delivered = Deliver(flags, Render(flags, runs, *known));
  if (!delivered) Complain(delivered.error(), kExitFailure);
  return done && delivered && !failed ? kExitOk : kExitFailure;
}

}  // namespace

void AddRunCommand(CLI::App& app, Command& chosen) {
  auto flags = std::make_shared<RunFlags>();
  auto* command = app.add_subcommand("run", "Measure now, without an aggregator");
  command->add_option("--suite", flags->suite, "light, standard or pilot")->capture_default_str();
  command->add_option("--benchmark", flags->benchmarks,
                      "Only this benchmark; may be given several times");
  command->add_option("--format", flags->format)
      ->check(CLI::IsMember({"table", "json", "prometheus"}))
      ->capture_default_str();
  command->add_option("--peer", flags->peer, "HOST:PORT of the other end of network benchmarks");
  command->add_option("--budget", flags->budget,
                      "Time after which a benchmark begins no further sample, for example 5s; "
                      "short for --suites.SUITE.budget");
  command->add_option("--output", flags->output, "File to write instead of standard output");
  command->add_option("--bench.path", flags->bench, "The hypergauge-bench executable");
  command->add_option(
      "--storage.path", flags->storage,
      "State folder of an agent that does not run now: the day's ceilings hold, and "
      "this cycle counts; default: no ceilings");
  command
      ->add_option("--cycle", flags->cycle,
                   "Number of the light cycle, which says whose turn it is; default: by the clock")
      ->check(CLI::NonNegativeNumber);
  AddConfigFlags(*command, flags->config);
  command->callback([flags, &chosen] { chosen = [flags] { return Run(*flags); }; });
}

}  // namespace hypergauge::probes
