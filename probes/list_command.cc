#include <iostream>

#include "probes/bench_process.h"
#include "probes/commands.h"
#include "probes/run_output.h"
#include "program/flags.h"

namespace hypergauge::probes {
namespace {

struct ListFlags {
  std::string format = "table";
  std::string work_dir = "/var/tmp";
  std::string bench = BesideThisProgram("hypergauge-bench");
};

int List(const ListFlags& flags) {
  const auto benchmarks = ListBenchmarks(flags.bench, flags.work_dir);
  if (!benchmarks) return Complain(benchmarks.error(), kExitFailure);
  std::cout << (flags.format == "json" ? BenchmarksJson(*benchmarks)
                                       : BenchmarksTable(*benchmarks));
  return kExitOk;
}

}  // namespace

void AddListCommand(CLI::App& app, Command& chosen) {
  auto flags = std::make_shared<ListFlags>();
  auto* command = app.add_subcommand("list", "List the benchmarks and whether they can run here");
  command->add_option("--format", flags->format)
      ->check(CLI::IsMember({"table", "json"}))
      ->capture_default_str();
  command->add_option("--work-dir", flags->work_dir, "Folder for the benchmarks' files")
      ->capture_default_str();
  command->add_option("--bench.path", flags->bench, "The hypergauge-bench executable");
  command->callback([flags, &chosen] { chosen = [flags] { return List(*flags); }; });
}

}  // namespace hypergauge::probes
