#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <string>

#include "base/duration.h"
#include "cli/commands.h"
#include "cli/exit.h"
#include "cli/fleet_watch.h"
#include "cli/keys.h"
#include "cli/screen.h"
#include "cli/top_view.h"

namespace hypergauge::cli {
namespace {

struct Flags {
  bool once = false;
  std::string interval = "2s";
  std::string format;
};

int Once(const Settings& settings, const Flags& flags) {
  Client client(settings.server);
  AnalysisClient analysis(settings.server);
  auto fleet = AskFleet(client, analysis, nullptr);
  if (!fleet) return ExitWith(fleet.error());
  const TopState state{.server = settings.server, .fleet = std::move(*fleet)};
  return Print(FormatOf(settings, flags.format),
               {[&] { return TopText(state, OutputTerminal(settings)); },
                [&] { return FleetJson(*state.fleet); },
                [&] { return FleetListing(*state.fleet).CsvText(); }});
}

// Until the user has enough. Returns what ended it: a signal, or 0.
int Watch(const Settings& settings, FleetWatch& watch, Screen& screen) {
  constexpr int kOneSecond = 1000;  // times count on
  TopChoices choices;
  KeyDecoder decoder;
  TopState state = watch.State();
  while (!choices.quit) {
    const auto frame = DrawTop(state, OutputTerminal(settings), choices);
    screen.Draw(frame.lines);
    const auto event = screen.Wait(watch.fd(), kOneSecond);
    if (event.end_signal) return *event.end_signal;
    if (event.hung_up) return 0;
    for (const auto& key : decoder.Take(event.keys)) Press(key, frame.page, choices);
    if (event.wake) {
      TopState news = watch.State();
      if (!choices.paused) state = std::move(news);
    }
  }
  return 0;
}

int Live(const Settings& settings, std::chrono::nanoseconds interval) {
  auto screen = Screen::Open();
  if (!screen) return ExitWith(screen.error());
  auto watch = FleetWatch::Start(settings.server, interval);
  if (!watch) return ExitWith(watch.error());
  const int signal = Watch(settings, **watch, *screen);
  screen->Close();
  if (signal != 0) EndBy(signal);
  // Who leaves does not wait for an aggregator that does not answer.
  if (!(*watch)->IsIdle()) std::_Exit(kExitOk);
  return kExitOk;
}

int Top(const Settings& settings, const Flags& flags) {
  constexpr std::chrono::milliseconds kLeast{100};
  const auto interval = ParseDuration(flags.interval);
  if (!interval) {
    return ExitWith({interval.error().code, "--interval: " + interval.error().message});
  }
  if (*interval < kLeast) {
    return ExitWith({ErrorCode::kInvalidArgument, "--interval: must be 100ms or more"});
  }
  const char* term = std::getenv("TERM");
  const bool is_screen = OutputTerminal(settings).is_terminal && isatty(STDIN_FILENO) == 1 &&
                         term != nullptr && std::string(term) != "dumb";
  if (flags.once || !is_screen || !flags.format.empty()) return Once(settings, flags);
  return Live(settings, *interval);
}

}  // namespace

void AddTopCommand(CLI::App& app, const Settings& settings, Command& chosen) {
  const auto flags = std::make_shared<Flags>();
  auto* top = app.add_subcommand(
      "top", "Watch platforms, regressions and nodes live, the worst first; h shows the keys");
  top->fallthrough();
  top->add_flag("--once", flags->once,
                "Print it once and end; so does what is no terminal, and --format");
  top->add_option("--interval", flags->interval, "How often to ask: 500ms, 2s, 1m ...")
      ->capture_default_str();
  AddFormat(*top, flags->format);
  top->callback([&settings, &chosen, flags] {
    chosen = [&settings, flags] { return Top(settings, *flags); };
  });
}

}  // namespace hypergauge::cli
