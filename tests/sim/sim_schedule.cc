// sim_schedule: the real schedule on a simulated clock, with a fleet and its faults around it.
// docs/schedule.md describes what it prints. Exit code 1 when the schedule failed.
#include <CLI/CLI.hpp>
#include <iostream>

#include "base/duration.h"
#include "program/flags.h"
#include "tests/sim/simulation.h"

namespace hypergauge::sim {
namespace {

struct Flags {
  SimOptions options;
  double days = 7;
  std::string faults = "on";
  std::string cycle = "20s";
  std::string interval = "0";
  std::string mesh_interval = "6h";
  std::string format = "text";
};

void AddFlags(CLI::App& app, Flags& flags) {
  auto& options = flags.options;
  app.add_option("--hosts", options.hosts, "Physical hosts, with a probe each")
      ->capture_default_str();
  app.add_option("--guests", options.guests, "Guests on all of them")->capture_default_str();
  app.add_option("--days", flags.days, "Simulated time")->capture_default_str();
  app.add_option("--seed", options.seed, "Of all luck")->capture_default_str();
  app.add_option("--faults", flags.faults, "Crashes, cuts, deaths, migrations, pauses")
      ->check(CLI::IsMember({"on", "off"}))
      ->capture_default_str();
  app.add_option("--occupancy", options.occupancy,
                 "Share of a host's time that its rounds take; gives the interval")
      ->capture_default_str();
  app.add_option("--cycle", flags.cycle, "Length of a turn")->capture_default_str();
  app.add_option("--interval", flags.interval, "Of rounds; 0: what the occupancy gives")
      ->capture_default_str();
  app.add_option("--mesh-interval", flags.mesh_interval, "Of a node's network turns; 0: none")
      ->capture_default_str();
  app.add_option("--format", flags.format)
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
}

Result<void> SetTime(const char* flag, const std::string& text, Time& time) {
  const auto parsed = ParseDuration(text);
  if (!parsed) return Annotate(parsed.error(), flag);
  time = *parsed;
  return {};
}

Result<SimOptions> OptionsOf(Flags flags) {
  auto& options = flags.options;
  options.faults = flags.faults == "on";
  if (!(flags.days > 0 && flags.days <= 366)) {
    return Fail(ErrorCode::kInvalidArgument, "--days must be above 0 and at most 366");
  }
  options.duration = Time(static_cast<int64_t>(flags.days * 86400e9));
  if (auto set = SetTime("--cycle", flags.cycle, options.cycle); !set) {
    return tl::unexpected(set.error());
  }
  if (auto set = SetTime("--interval", flags.interval, options.interval); !set) {
    return tl::unexpected(set.error());
  }
  if (auto set = SetTime("--mesh-interval", flags.mesh_interval, options.mesh_interval); !set) {
    return tl::unexpected(set.error());
  }
  if (auto fine = CheckSimOptions(options); !fine) return tl::unexpected(fine.error());
  return options;
}

int Main(int argc, char** argv) {
  Flags flags;
  CLI::App app("Drives hypergauge's schedule on a simulated clock and counts what went wrong.");
  AddFlags(app, flags);
  if (const auto code = ParseFlags(app, argc, argv)) return *code;
  const auto options = OptionsOf(flags);
  if (!options) {
    std::cerr << "sim_schedule: " << options.error().message << "\n";
    return kExitUsage;
  }
  const Figures figures = Simulation(*options).Run();
  std::cout << (flags.format == "json" ? Json(figures) : Text(figures));
  return Failures(figures).empty() ? kExitOk : kExitFailure;
}

}  // namespace
}  // namespace hypergauge::sim

int main(int argc, char** argv) {
  return hypergauge::sim::Main(argc, argv);
}
