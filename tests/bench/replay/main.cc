// bench_replay: the regression engine before a simulated fleet whose regressions are known.
// docs/regressions.md describes what it prints. Exit code 1 where a goal is not reached.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <iostream>

#include "program/flags.h"
#include "tests/bench/replay/cost.h"
#include "tests/bench/replay/score.h"

namespace hypergauge::replay {
namespace {

void PrintDetails(const Replayed& replayed, const Score& score) {
  constexpr const char* kLevels[] = {"guest", "host", "release"};
  for (size_t i = 0; i < replayed.causes.size(); ++i) {
    const auto& cause = replayed.causes[i];
    const auto& one = score.causes[i];
    std::printf("%-8s %5d  %-22s +%4.1f %%  %5.1f sigma  step %4d-%-7d told %d  delay %d%s\n",
                kLevels[static_cast<size_t>(cause.level)], cause.subject,
                Benchmarks()[cause.benchmarks[0]].name, cause.effect * 100, cause.sigmas,
                cause.onset, cause.end, one.notifications, one.delay,
                one.notifications > 0 && !one.attributed ? "  wrong scope" : "");
  }
  for (const auto& told : replayed.notifications) {
    const auto& regression = told.regression;
    const bool is_false = std::any_of(
        score.false_ones.begin(), score.false_ones.end(),
        [&](size_t i) { return replayed.notifications[i].regression.id == regression.id; });
    std::printf("%s step %4d  over %5d  %s %s  %s  %+.1f %%  p %.2g  %zu series  %s  %s  %s\n",
                is_false ? "FALSE" : "true ", told.step, told.resolved,
                std::string(ToString(regression.scope)).c_str(), regression.subject.c_str(),
                regression.benchmark.c_str(), regression.effect * 100, regression.p,
                regression.children.size(), std::string(ToString(regression.kind)).c_str(),
                regression.is_pooled ? "pooled" : "single", regression.cause.c_str());
  }
}

int Main(int argc, char** argv) {
  ReplayOptions options;
  bool is_cost = false;
  bool is_detailed = false;
  int64_t cost_series = 1'000'000;
  CLI::App app("Replays a fleet with known regressions before the regression engine.");
  app.add_option("--hosts", options.hosts)->check(CLI::Range(2, 10'000))->capture_default_str();
  app.add_option("--guests", options.guests)->check(CLI::Range(2, 100'000))->capture_default_str();
  app.add_option("--days", options.days)->check(CLI::Range(6, 366))->capture_default_str();
  app.add_option("--benchmarks", options.benchmarks, "Of each node")
      ->check(CLI::Range(1, static_cast<int>(Benchmarks().size())))
      ->capture_default_str();
  app.add_option("--causes", options.causes)->check(CLI::Range(0, 1000))->capture_default_str();
  app.add_option("--seed", options.seed, "Of all luck")->capture_default_str();
  app.add_flag("--details", is_detailed, "Every cause and every notification");
  app.add_flag("--cost", is_cost, "Measure what the engine costs instead");
  app.add_option("--series", cost_series, "For --cost")
      ->check(CLI::Range(1000, 10'000'000))
      ->capture_default_str();
  if (const auto code = ParseFlags(app, argc, argv)) return *code;
  if (is_cost) return PrintCost(cost_series) ? kExitOk : kExitFailure;
  const auto replayed = Replay(options).Run();
  const auto score = Judge(options, replayed);
  if (is_detailed) PrintDetails(replayed, score);
  std::cout << Text(options, replayed, score);
  return Failures(options, replayed, score).empty() ? kExitOk : kExitFailure;
}

}  // namespace
}  // namespace hypergauge::replay

int main(int argc, char** argv) {
  return hypergauge::replay::Main(argc, argv);
}
