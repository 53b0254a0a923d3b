// bench_fidelity: our benchmarks against the tools that people trust, in pairs of alternating
// order. One line a pair set; exit code 1 when one is outside its band or could not be measured.
#include <CLI/CLI.hpp>
#include <csignal>
#include <iostream>

#include "probes/benchmarks/scratch_folder.h"
#include "tests/bench/pair_group.h"

namespace hypergauge::bench {
namespace {

std::atomic<bool> g_stop = false;  // set by a signal handler, which can reach nothing else

struct Options {
  PairPlan plan;
  std::string only;
  std::string work_dir = ".";
};

std::vector<PairGroup> AllGroups(probes::Context& context) {
  auto groups = CpuGroups(context);
  for (auto* further : {&DiskGroups, &NetworkGroups}) {
    auto some = further(context);
    std::move(some.begin(), some.end(), std::back_inserter(groups));
  }
  return groups;
}

bool IsWanted(const PairGroup& group, const std::string& only) {
  return only.empty() || group.benchmark == only;
}

// False when a set of the group is outside or cannot be measured.
bool Report(const PairGroup& group, const PairPlan& plan) {
  const auto result = RunGroup(group, plan);
  if (!result) {
    std::cout << group.benchmark << "  failed: " << result.error().message << std::endl;
    return false;
  }
  bool fine = true;
  for (size_t i = 0; i < group.sets.size(); ++i) {
    const auto& judgement = result->judgements[i];
    std::cout << Line(group.sets[i], judgement, result->pairs) << std::endl;
    if (judgement.verdict == Verdict::kOutside) fine = false;
  }
  return fine;
}

int Run(const Options& options) {
  probes::Context context;
  context.stop = &g_stop;
  const auto folder = probes::ScratchFolder::Make(options.work_dir);
  if (!folder) {
    std::cerr << "bench_fidelity: --work-dir: " << folder.error().message << "\n";
    return 2;
  }
  context.work_dir = folder->path();
  bool fine = true;
  bool any = false;
  for (const auto& group : AllGroups(context)) {
    if (!IsWanted(group, options.only)) continue;
    any = true;
    if (!Report(group, options.plan)) fine = false;
    if (context.Stopped()) return 1;
  }
  if (any) return fine ? 0 : 1;
  std::cerr << "bench_fidelity: --only " << options.only << ": there are";
  for (const auto& group : AllGroups(context)) std::cerr << " " << group.benchmark;
  std::cerr << "\n";
  return 2;
}

int Main(int argc, char** argv) {
  Options options;
  CLI::App app(
      "Compares hypergauge's benchmarks with sysbench, fio and iperf3, in pairs of alternating "
      "order.\nA line a pair set: the median of native / tool, its 95 % interval, the band, and\n"
      "  ok            the interval lies in the band\n"
      "  outside       it lies outside: the exit code is 1\n"
      "  inconclusive  anything else, after as many pairs as are taken");
  app.add_option("--pairs", options.plan.least,
                 "Pairs of each set; up to 24 are taken while a set is inconclusive")
      ->check(CLI::Range(6, 1000))
      ->capture_default_str();
  app.add_option("--only", options.only, "One benchmark, for example cpu_prime");
  app.add_option("--work-dir", options.work_dir,
                 "Folder on the disk to measure; what is written there is removed")
      ->capture_default_str();
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : 2;
  }
  std::signal(SIGTERM, [](int) { g_stop = true; });
  std::signal(SIGINT, [](int) { g_stop = true; });
  std::signal(SIGPIPE, SIG_IGN);
  return Run(options);
}

}  // namespace
}  // namespace hypergauge::bench

int main(int argc, char** argv) {
  return hypergauge::bench::Main(argc, argv);
}
