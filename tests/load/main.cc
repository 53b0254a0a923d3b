// A simulated fleet for tests and pictures: see options.h.
#include <csignal>
#include <cstdio>
#include <optional>

#include "base/duration.h"
#include "program/flags.h"
#include "program/logging.h"
#include "program/signals.h"
#include "tests/load/history.h"
#include "tests/load/swarm.h"

namespace hypergauge::load {
namespace {

int ExitWith(const Error& error) {
  std::fprintf(stderr, "hypergauge-load: %s\n", error.message.c_str());
  return error.code == ErrorCode::kInvalidArgument ? kExitUsage : kExitFailure;
}

void AddFleetFlags(CLI::App& command, FleetOptions& options) {
  command.add_option("--hosts", options.hosts, "Physical machines");
  command.add_option("--guests-per-host", options.guests_per_host, "Guests on each of them");
  command.add_option("--seed", options.seed, "Of all that is drawn: the same seed, the same fleet");
  command.add_option("--regressions", options.regressions, "Slow-downs that the figures show");
  command.add_option("--benchmarks", options.benchmarks, "Only these; by default all that ship")
      ->delimiter(',');
  command.add_flag("--hostile", options.hostile,
                   "Names, labels and facts that hold script, markup and control marks");
}

Result<std::chrono::nanoseconds> Duration(const std::string& text, const char* flag) {
  auto duration = ParseDuration(text);
  if (!duration) return Annotate(duration.error(), flag);
  return duration;
}

// Until a signal comes or the time is over; 0 is for ever.
void WaitForStop(std::chrono::nanoseconds limit) {
  if (limit == std::chrono::nanoseconds{}) {
    (void)WaitForStopSignal();
    return;
  }
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) sigaddset(&signals, signal);
  const auto until = std::chrono::steady_clock::now() + limit;
  for (auto left = limit; left.count() > 0; left = until - std::chrono::steady_clock::now()) {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(left);
    const timespec wait{.tv_sec = seconds.count(), .tv_nsec = (left - seconds).count()};
    if (sigtimedwait(&signals, nullptr, &wait) > 0) return;
  }
}

int WriteStore(const FleetOptions& fleet, const StoreOptions& options) {
  if (auto fits = CheckFleetOptions(fleet); !fits) return ExitWith(fits.error());
  if (auto fits = CheckStoreOptions(fleet, options); !fits) return ExitWith(fits.error());
  const auto written = WriteHistory(fleet, options);
  if (!written) return ExitWith(written.error());
  std::printf("store: %zu nodes, %llu runs in %llu rounds, %zu open regressions\n", written->nodes,
              static_cast<unsigned long long>(written->runs),
              static_cast<unsigned long long>(written->rounds), written->open_regressions);
  return kExitOk;
}

void Print(const char* what, const SwarmFigures& figures) {
  std::printf(
      "%s: %zu nodes, %llu connected, %llu welcomed, %llu leases, %llu runs, "
      "%llu acknowledged, %llu rejected, %llu streams broken\n",
      what, figures.nodes, static_cast<unsigned long long>(figures.connected),
      static_cast<unsigned long long>(figures.welcomed),
      static_cast<unsigned long long>(figures.leases),
      static_cast<unsigned long long>(figures.runs),
      static_cast<unsigned long long>(figures.acknowledged),
      static_cast<unsigned long long>(figures.rejected),
      static_cast<unsigned long long>(figures.broken));
  std::fflush(stdout);
}

int RunProbes(const FleetOptions& fleet_options, const ProbesOptions& options) {
  if (auto fits = CheckFleetOptions(fleet_options); !fits) return ExitWith(fits.error());
  if (auto fits = CheckProbesOptions(options); !fits) return ExitWith(fits.error());
  const auto fleet = MakeFleet(fleet_options);
  if (!fleet) return ExitWith(fleet.error());
  // All of them lie in the past: what was mended is, and what was not still shows.
  const auto slowdowns = MakeSlowdowns(*fleet, 0, 1);
  const FigureModel model(*fleet, slowdowns);
  Swarm swarm(model, slowdowns, options);
  WaitForStop(options.duration);
  const auto figures = swarm.Figures();
  Print("probes", figures);
  if (!figures.first_error.empty()) {
    return ExitWith({ErrorCode::kInternal, "the aggregator refused: " + figures.first_error});
  }
  if (figures.welcomed > 0) return kExitOk;
  return ExitWith({ErrorCode::kUnavailable, "no aggregator answered at " + options.address});
}

int Main(int argc, const char* const* argv) {
  BlockStopSignals();
  CLI::App app("Simulated fleets for tests of hypergauge");
  app.require_subcommand(1);
  AddVersionFlag(app, "hypergauge-load");
  FleetOptions fleet;
  StoreOptions store;
  ProbesOptions probes;
  std::string interval = "30m";
  std::string duration = "0";
  auto* store_command = app.add_subcommand(
      "store", "Writes a store folder as if the fleet had been measured until now");
  store_command->add_option("folder", store.folder, "Folder without a store")->required();
  store_command->add_option("--days", store.days, "How long it was measured");
  store_command->add_option("--interval", interval, "Between two light rounds of a host");
  AddFleetFlags(*store_command, fleet);
  auto* probes_command = app.add_subcommand(
      "probes", "Connects the fleet's probes, which take leases and answer with simulated runs");
  probes_command->add_option("--aggregator.address", probes.address, "HOST:PORT of its gRPC")
      ->required();
  probes_command->add_option("--duration", duration, "Ends after it; 0: on a signal");
  probes_command->add_option("--pace", probes.pace,
                             "Share of a real run's time that each takes; 0: at once");
  probes_command->add_option("--channels", probes.channels, "Connections that all share");
  AddFleetFlags(*probes_command, fleet);
  if (const auto code = ParseFlags(app, argc, argv)) return *code;
  if (auto logging = SetUpLogging("warn", "logfmt"); !logging) return ExitWith(logging.error());
  auto parsed_interval = Duration(interval, "--interval");
  if (!parsed_interval) return ExitWith(parsed_interval.error());
  store.interval = *parsed_interval;
  auto parsed_duration = Duration(duration, "--duration");
  if (!parsed_duration) return ExitWith(parsed_duration.error());
  probes.duration = *parsed_duration;
  return *store_command ? WriteStore(fleet, store) : RunProbes(fleet, probes);
}

}  // namespace
}  // namespace hypergauge::load

int main(int argc, char** argv) {
  return hypergauge::load::Main(argc, argv);
}
