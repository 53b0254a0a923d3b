#include "probes/commands.h"
#include "probes/noise/noise_file.h"
#include "probes/noise/noise_output.h"
#include "probes/one_shot.h"
#include "program/flags.h"

namespace hypergauge::probes {
namespace {

constexpr const char* kExplanation =
    "Repeats the whole suite on an unchanged machine, each round in another order and for as\n"
    "long as it takes. The noise floor of a benchmark is the spread of its rounds' medians,\n"
    "1.4826 x MAD / median; the smallest detectable change is 3.5 s / sqrt(k) for k blocks,\n"
    "s being the root mean square of the ln-ratios between each round and the next:\n"
    "what paired runs find with 80 % power. Only clean rounds count, and at least 3 of them.\n"
    "\n"
    "Exit codes:\n"
    "  0  every benchmark has a noise floor or cannot run here\n"
    "  1  a benchmark failed or had too few clean rounds, the command was stopped, or nothing "
    "could\n"
    "     be measured or written; what was measured is still printed\n"
    "  2  unknown flag, setting, benchmark, category or suite, or a bad value";

struct NoiseFlags : OneShotFlags {
  int rounds = 10;
  int blocks = 20;
};

struct Outcome {
  NoiseReport report;
  bool unsatisfied = false;  // a benchmark failed, or has no figures though it can run
  Result<void> done;
};

void Judge(const NoiseCollector& collector, const Descriptors& known, Outcome& outcome) {
  auto& report = outcome.report;
  report.benchmarks = collector.Report(known, report.blocks);
  for (const auto& each : report.benchmarks) {
    outcome.unsatisfied = outcome.unsatisfied || (!each.reason.empty() && !each.unsupported);
  }
}

Outcome Measure(const NoiseFlags& flags, const CycleRequest& request, const Descriptors& known,
                const std::stop_token& stop) {
  Outcome outcome;
  outcome.report.suite = flags.suite;
  outcome.report.blocks = flags.blocks;
  outcome.report.measured_unix_nanos = Clock::System().Realtime().count();
  NoiseCollector collector;
  RoundObserver observer;
  observer.on_run = [&](int round, const v1::Run& run) {
    outcome.unsatisfied = outcome.unsatisfied || run.verdict() == v1::VERDICT_FAILED;
    outcome.report.rounds = round + 1;
    collector.Add(round, run);
  };
  observer.on_left_out = [&](int round, const std::string& benchmark, const std::string& reason) {
    outcome.report.rounds = round + 1;
    collector.LeaveOut(benchmark, reason);
  };
  outcome.done = RunRounds(request, flags.rounds, stop, observer);
  Judge(collector, known, outcome);
  return outcome;
}

std::string Render(const NoiseFlags& flags, const NoiseReport& report) {
  if (flags.format == "json") return NoiseJson(report);
  if (flags.format == "prometheus") return NoisePrometheus(report);
  return NoiseTable(report);
}

int Noise(const NoiseFlags& flags) {
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

  auto outcome = Measure(flags, *request, *known, stop);
  if (!outcome.done) Complain(outcome.done.error(), kExitFailure);
  Result<void> kept;
  // Half a measurement must not replace a whole one.
  if (!flags.storage.empty() && outcome.done) kept = WriteNoise(flags.storage, outcome.report);
  if (!kept) Complain(kept.error(), kExitFailure);
  const auto delivered = Deliver(flags.output, Render(flags, outcome.report));
  if (!delivered) Complain(delivered.error(), kExitFailure);
  return outcome.done && kept && delivered && !outcome.unsatisfied ? kExitOk : kExitFailure;
}

}  // namespace

void AddNoiseCommand(CLI::App& app, Command& chosen) {
  auto flags = std::make_shared<NoiseFlags>();
  flags->whole_suite = true;
  auto* command =
      app.add_subcommand("noise", "Estimate the noise floor and the smallest detectable change");
  AddOneShotFlags(*command, *flags);
  command->add_option("--rounds", flags->rounds, "How often to run the suite")
      ->check(CLI::Range(3, 1000))
      ->capture_default_str();
  command
      ->add_option("--blocks", flags->blocks,
                   "Paired blocks that a later comparison is to have, for the smallest detectable "
                   "change")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  command->add_option(
      "--storage.path", flags->storage,
      "State folder of an agent that does not run now: the day's ceilings hold, its "
      "work folder serves, and noise.json there keeps the result, which the agent "
      "tells the aggregator");
  command->footer(kExplanation);
  command->callback([flags, &chosen] { chosen = [flags] { return Noise(*flags); }; });
}

}  // namespace hypergauge::probes
