#include <memory>

#include "cli/client.h"
#include "cli/commands.h"
#include "cli/exit.h"
#include "cli/results.h"
#include "cli/wait.h"

namespace hypergauge::cli {
namespace {

struct Flags {
  std::string format;
  bool wait = false;
  size_t nodes = 1;
  int64_t wait_seconds = 900;
};

int Results(const Settings& settings, const Flags& flags) {
  Client client(settings.server);
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
  const FleetView view{std::move(*nodes), std::move(*benchmarks), std::move(*latest)};
  return Print(FormatOf(settings, flags.format),
               {[&] { return ResultsText(view); }, [&] { return ResultsJson(view); },
                [&] { return ResultsListing(view).CsvText(); }});
}

}  // namespace

void AddResultsCommand(CLI::App& app, const Settings& settings, Command& chosen) {
  const auto flags = std::make_shared<Flags>();
  auto* results = app.add_subcommand(
      "results", "Print the last run of every benchmark, and guests beside their host");
  results->fallthrough();  // --server may stand behind the subcommand
  AddFormat(*results, flags->format);
  results->add_flag("--wait", flags->wait, "Wait for the first cycle of this aggregator's life");
  results->add_option("--nodes", flags->nodes, "How many nodes --wait waits for")
      ->check(CLI::Range(1, 1'000'000))
      ->capture_default_str();
  results->add_option("--wait-seconds", flags->wait_seconds, "How long --wait waits at most")
      ->check(CLI::Range(1, 86'400))
      ->capture_default_str();
  results->callback([&settings, &chosen, flags] {
    chosen = [&settings, flags] { return Results(settings, *flags); };
  });
}

}  // namespace hypergauge::cli
