#include <unistd.h>

#include <iostream>

#include "base/duration.h"
#include "probes/bench_process.h"
#include "probes/commands.h"
#include "probes/cycle.h"
#include "probes/durable_file.h"
#include "probes/run_output.h"
#include "program/flags.h"
#include "program/version.h"

namespace hypergauge::probes {
namespace {

struct RunFlags {
  std::string suite = "light";
  std::vector<std::string> benchmarks;
  std::string format = "table";
  std::string peer;
  std::string work_dir;
  std::string budget;
  std::string output;
  VerdictLimits limits;
  std::string bench = BesideThisProgram("hypergauge-bench");
};

// The benchmarks' files, removed afterwards unless the user named the folder. Not under /tmp, which
// often lies in memory.
class WorkDir {
 public:
  static Result<WorkDir> Make(const std::string& named) {
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

Result<CycleRequest> RequestOf(const RunFlags& flags, const std::filesystem::path& work_dir,
                               const Descriptors& known) {
  CycleRequest request;
  auto names = SelectBenchmarks(known, flags.suite, flags.benchmarks);
  if (!names) return tl::unexpected(names.error());
  request.benchmarks = std::move(*names);
  if (!flags.budget.empty()) {
    const auto budget = ParseDuration(flags.budget);
    if (!budget) return Annotate(budget.error(), "--budget");
    if (budget->count() == 0) return Fail(ErrorCode::kInvalidArgument, "--budget must be above 0");
    request.budget = std::chrono::ceil<std::chrono::milliseconds>(*budget);
  }
  request.bench = flags.bench;
  request.work_dir = work_dir;
  request.suite = flags.suite;
  request.peer = flags.peer;
  request.limits = flags.limits;
  request.probe_version = Version();
  return request;
}

int Run(const RunFlags& flags) {
  const auto stop = StopOnSignals();
  const auto work_dir = WorkDir::Make(flags.work_dir);
  if (!work_dir) return Complain(work_dir.error(), kExitFailure);
  const auto known = ListBenchmarks(flags.bench, work_dir->path());
  if (!known) return Complain(known.error(), kExitFailure);
  const auto request = RequestOf(flags, work_dir->path(), *known);
  if (!request) return Complain(request.error(), kExitUsage);

  Runs runs;
  bool failed = false;
  const ProgressLine line;
  CycleObserver observer;
  observer.on_progress = [&](const CycleProgress& now) { line.Draw(now); };
  observer.on_run = [&](v1::Run run) {
    failed = failed || run.verdict() == v1::VERDICT_FAILED;
    runs.push_back(std::move(run));
  };
  InterferenceMeter meter("/proc");
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
  command->add_option("--work-dir", flags->work_dir,
                      "Folder for the benchmarks' files; default: a temporary one");
  command->add_option("--budget", flags->budget,
                      "Time after which a benchmark begins no further sample, for example 5s; "
                      "default: 2s, 10s or 60s by suite");
  command->add_option("--output", flags->output, "File to write instead of standard output");
  command->add_option("--bench.path", flags->bench, "The hypergauge-bench executable");
  AddVerdictFlags(*command, flags->limits);
  command->callback([flags, &chosen] { chosen = [flags] { return Run(*flags); }; });
}

}  // namespace hypergauge::probes
