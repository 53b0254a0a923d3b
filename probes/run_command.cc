#include "probes/agent/surroundings.h"
#include "probes/commands.h"
#include "probes/one_shot.h"
#include "probes/platform/hypervisor.h"
#include "probes/run_output.h"
#include "program/flags.h"

namespace hypergauge::probes {
namespace {

constexpr const char* kExitCodes =
    "Exit codes:\n"
    "  0  every benchmark gave a figure or cannot run here (verdict unsupported); a figure that\n"
    "     something disturbed counts as one, its verdict says so\n"
    "  1  a benchmark failed (wrong answer, crash, time-out), the command was stopped (SIGINT,\n"
    "     SIGTERM, SIGHUP), nothing could be measured or written, or every benchmark was left "
    "out;\n"
    "     what was measured is still printed, and json names under left_out what was not\n"
    "  2  unknown flag, setting, benchmark, category or suite, or a bad value";

struct RunFlags : OneShotFlags {
  int rounds = 1;
};

std::string Render(const RunFlags& flags, const Runs& runs, const std::vector<LeftOut>& left_out,
                   const Descriptors& known, const std::filesystem::path& work_dir) {
  if (flags.format == "json") return RunsJson(runs, known, ReadNodeFacts(work_dir), left_out);
  if (flags.format == "prometheus") return RunsPrometheus(runs, known);
  return RunsTable(runs, known, OutputTerminal(flags.output));
}

int Run(const RunFlags& flags) {
  const auto stop = StopOnSignals();
  const auto config = ConfigOf(flags);
  if (!config) return Complain(config.error(), kExitUsage);
  if (const auto checked = CheckOutput(flags.output); !checked) {
    return Complain(checked.error(), kExitFailure);
  }
  auto state = OpenState(flags.storage, config->day);
  if (!state) return Complain(state.error(), kExitFailure);
  const auto work_dir = WorkDir::Make(config->work_dir);
  if (!work_dir) return Complain(work_dir.error(), kExitFailure);
  const auto known = ListBenchmarks(flags.bench, work_dir->path());
  if (!known) return Complain(known.error(), kExitFailure);
  auto request = RequestOf(flags, *config, *known, *state ? &(*state)->ledger : nullptr);
  if (!request) return Complain(request.error(), kExitUsage);
  request->work_dir = work_dir->path();
  Surroundings surroundings("/", work_dir->path(), DetectPlatform(), std::chrono::minutes(1));
  request->environment_digest = [&] { return surroundings.Digest(); };

  Runs runs;
  std::vector<LeftOut> left_out;
  bool failed = false;
  RoundObserver observer;
  observer.on_run = [&](int, v1::Run run) {
    failed = failed || run.verdict() == v1::VERDICT_FAILED;
    runs.push_back(std::move(run));
  };
  observer.on_left_out = [&](int, const std::string& benchmark, const std::string& reason) {
    left_out.push_back({benchmark, reason});
  };
  const auto done = RunRounds(*request, flags.rounds, stop, observer);
  if (!done) Complain(done.error(), kExitFailure);
  const auto delivered =
      Deliver(flags.output, Render(flags, runs, left_out, *known, work_dir->path()));
  if (!delivered) Complain(delivered.error(), kExitFailure);
  return done && delivered && !failed && !runs.empty() ? kExitOk : kExitFailure;
}

}  // namespace

void AddRunCommand(CLI::App& app, Command& chosen) {
  auto flags = std::make_shared<RunFlags>();
  auto* command = app.add_subcommand("run", "Measure now, without an aggregator");
  AddOneShotFlags(*command, *flags);
  command
      ->add_option("--rounds", flags->rounds,
                   "How often to run all of them, each time in another order")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  command->add_option(
      "--storage.path", flags->storage,
      "State folder of an agent that does not run now: the day's ceilings hold, "
      "this cycle counts, and its work folder serves; default: no ceilings, a temporary folder");
  command
      ->add_option("--cycle", flags->cycle,
                   "Number of the light cycle, which says whose turn it is; default: by the clock")
      ->check(CLI::NonNegativeNumber);
  command->footer(kExitCodes);
  command->callback([flags, &chosen] { chosen = [flags] { return Run(*flags); }; });
}

}  // namespace hypergauge::probes
