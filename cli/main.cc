// hypergauge: the user's command. Talks to an aggregator's Query service.
#include <iostream>
#include <optional>

#include "cli/client.h"
#include "cli/results.h"
#include "cli/wait.h"
#include "program/flags.h"

namespace hypergauge::cli {
namespace {

struct Flags {
  std::string server = "127.0.0.1:10911";
  bool wait = false;
  size_t nodes = 1;
  int64_t wait_seconds = 900;
};

int ExitWith(const Error& error) {
  std::cerr << "hypergauge: " << error.message << "\n";
  return kExitFailure;
}

int Results(const Flags& flags) {
  Client client(flags.server);
  if (flags.wait) {
    const auto waited =
        WaitForFirstCycle(client, flags.nodes, std::chrono::seconds(flags.wait_seconds));
    if (!waited) return ExitWith(waited.error());
  }
  auto nodes = client.Nodes();
  if (!nodes) return ExitWith(nodes.error());
  auto benchmarks = client.Benchmarks();
  if (!benchmarks) return ExitWith(benchmarks.error());
  auto latest = client.LatestRuns();
  if (!latest) return ExitWith(latest.error());
  std::cout << ResultsText({std::move(*nodes), std::move(*benchmarks), std::move(*latest)});
  return kExitOk;
}

int Main(int argc, char** argv) {
  Flags flags;
  CLI::App app("Shows what hypergauge's aggregator knows");
  AddVersionFlag(app, "hypergauge");
  app.require_subcommand(1);
  app.add_option("--server", flags.server, "HOST:PORT of the aggregator's gRPC")
      ->envname("HYPERGAUGE_SERVER")
      ->capture_default_str();
  auto* results = app.add_subcommand(
      "results", "Print the last run of every benchmark, and guests beside their host");
  results->fallthrough();  // --server may stand behind the subcommand
  results->add_flag("--wait", flags.wait, "Wait for the first cycle of this aggregator's life");
  results->add_option("--nodes", flags.nodes, "How many nodes --wait waits for")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  results->add_option("--wait-seconds", flags.wait_seconds, "How long --wait waits at most")
      ->check(CLI::Range(1, 86'400))
      ->capture_default_str();
  if (const auto exit_code = ParseFlags(app, argc, argv)) return *exit_code;
  return Results(flags);
}

}  // namespace
}  // namespace hypergauge::cli

int main(int argc, char** argv) {
  return hypergauge::cli::Main(argc, argv);
}
