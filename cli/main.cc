// hypergauge: the user's command. Talks to an aggregator's Query, Admin and Analysis services.
#include <cstdlib>
#include <string>

#include "cli/commands.h"
#include "cli/exit.h"
#include "program/flags.h"

namespace hypergauge::cli {
namespace {

constexpr const char* kFooter =
    "Environment: HYPERGAUGE_SERVER, HYPERGAUGE_FORMAT (table, json, csv), HYPERGAUGE_COLOR,\n"
    "NO_COLOR, HYPERGAUGE_CONFIG (the configuration file; else ~/.config/hypergauge/config.yml "
    "with\n"
    "server, format, color). Flags go before the environment, and that before the file.\n";

void AddCommands(CLI::App& app, const Settings& settings, Command& chosen) {
  AddResultsCommand(app, settings, chosen);
  AddNodesCommand(app, settings, chosen);
  AddEventsCommand(app, settings, chosen);
  AddHistoryCommand(app, settings, chosen);
  AddRegressionsCommand(app, settings, chosen);
  AddTopCommand(app, settings, chosen);
  AddScheduleCommand(app, settings, chosen);
  AddRunNowCommand(app, settings, chosen);
  AddPauseCommand(app, settings, chosen);
  AddResumeCommand(app, settings, chosen);
  AddCompareCommand(app, settings, chosen);
  AddImportCommand(app, settings, chosen);
  AddExportCommand(app, settings, chosen);
  AddReportCommand(app, settings, chosen);
  AddChangePointsCommand(app, chosen);
  AddCompletionCommand(app, chosen);
}

int Main(int argc, char** argv) {
  CLI::App app("Shows what hypergauge's aggregator knows, and steers its schedule");
  AddVersionFlag(app, "hypergauge");
  app.require_subcommand(1);
  app.footer(std::string(kFooter) + kExitCodesText);
  Settings settings;
  AddSettings(app, settings);
  Command chosen;
  AddCommands(app, settings, chosen);
  if (const auto exit_code = ParseFlags(app, argc, argv)) return *exit_code;
  const auto completed = CompleteSettings(
      app, [](const char* name) { return std::getenv(name); }, settings);
  if (!completed) return ExitWith(completed.error());
  return chosen();
}

}  // namespace
}  // namespace hypergauge::cli

int main(int argc, char** argv) {
  return hypergauge::cli::Main(argc, argv);
}
