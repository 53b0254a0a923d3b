// hypergauge-probe: measures this machine, for an aggregator (agent) or at once (run, noise), and
// compares what it measured.
#include <iostream>

#include "probes/commands.h"
#include "program/flags.h"
#include "program/signals.h"
#include "program/version.h"

int main(int argc, char** argv) {
  using hypergauge::probes::Command;
  hypergauge::BlockStopSignals();
  CLI::App app("Measures what a hypervisor costs");
  app.require_subcommand(1);
  hypergauge::AddVersionFlag(app, "hypergauge-probe");
  Command chosen;
  hypergauge::probes::AddAgentCommand(app, chosen);
  hypergauge::probes::AddRunCommand(app, chosen);
  hypergauge::probes::AddListCommand(app, chosen);
  hypergauge::probes::AddEnvironmentCommand(app, chosen);
  hypergauge::probes::AddNoiseCommand(app, chosen);
  hypergauge::probes::AddCompareCommand(app, chosen);
  hypergauge::probes::AddDetectCommand(app, chosen);
  app.add_subcommand("version", "Print the version")->callback([&] {
    chosen = [] {
      std::cout << hypergauge::VersionText("hypergauge-probe") << "\n";
      return hypergauge::kExitOk;
    };
  });
  if (const auto code = hypergauge::ParseFlags(app, argc, argv); code) return *code;
  return chosen();
}
