// hypergauge: the user's command. Talks to an aggregator's Query, Admin and Analysis services.
#include "cli/commands.h"
#include "program/flags.h"

namespace hypergauge::cli {
namespace {

int Main(int argc, char** argv) {
  CLI::App app("Shows what hypergauge's aggregator knows, and steers its schedule");
  AddVersionFlag(app, "hypergauge");
  app.require_subcommand(1);
  Server server;
  app.add_option("--server", server.address, "HOST:PORT of the aggregator's gRPC")
      ->envname("HYPERGAUGE_SERVER")
      ->capture_default_str();
  Command chosen;
  AddResultsCommand(app, server, chosen);
  AddNodesCommand(app, server, chosen);
  AddEventsCommand(app, server, chosen);
  AddHistoryCommand(app, server, chosen);
  AddRegressionsCommand(app, server, chosen);
  AddScheduleCommand(app, server, chosen);
  AddRunCommand(app, server, chosen);
  AddPauseCommand(app, server, chosen);
  AddResumeCommand(app, server, chosen);
  AddCompareCommand(app, server, chosen);
  AddImportCommand(app, server, chosen);
  AddReportCommand(app, server, chosen);
  AddChangePointsCommand(app, chosen);
  if (const auto exit_code = ParseFlags(app, argc, argv)) return *exit_code;
  return chosen();
}

}  // namespace
}  // namespace hypergauge::cli

int main(int argc, char** argv) {
  return hypergauge::cli::Main(argc, argv);
}
