#include <memory>
#include <tuple>
#include <vector>

#include "cli/client_analysis.h"
#include "cli/commands.h"
#include "cli/exit.h"
#include "cli/json.h"
#include "cli/regressions_text.h"

namespace hypergauge::cli {
namespace {

struct Flags {
  std::string format;
  std::vector<std::string> nodes;
  std::vector<std::string> states;
  bool improvements = false;
  uint32_t limit = 100;
  uint64_t id = 0;
  std::string note;
};

using Steer = Result<v1::Regression> (AnalysisClient::*)(const v1::SteerRegressionRequest&);

int List(const Settings& settings, const Flags& flags) {
  v1::ListRegressionsRequest request;
  *request.mutable_nodes() = {flags.nodes.begin(), flags.nodes.end()};
  for (const auto& word : flags.states) {
    const auto state = ParseRegressionState(word);
    if (!state) return ExitWith({state.error().code, "--state: " + state.error().message});
    request.add_states(*state);
  }
  request.set_improvements(flags.improvements);
  request.set_limit(flags.limit);
  const auto answer = AnalysisClient(settings.server).ListRegressions(request);
  if (!answer) return ExitWith(answer.error());
  const auto listing = [&] {
    return RegressionsListing({answer->regressions().begin(), answer->regressions().end()});
  };
  const bool colours = OutputTerminal(settings).colours;
  return Print(FormatOf(settings, flags.format),
               {[&] { return listing().TableText(colours); }, [&] { return Json(*answer); },
                [&] { return listing().CsvText(); }});
}

int PrintOne(const Settings& settings, const Flags& flags, const Result<v1::Regression>& answer) {
  if (!answer) return ExitWith(answer.error());
  return Print(FormatOf(settings, flags.format),
               {[&] { return RegressionDetails(*answer); }, [&] { return Json(*answer); },
                [&] { return RegressionsListing({*answer}).CsvText(); }});
}

int Show(const Settings& settings, const Flags& flags) {
  v1::GetRegressionRequest request;
  request.set_id(flags.id);
  return PrintOne(settings, flags, AnalysisClient(settings.server).GetRegression(request));
}

int Order(const Settings& settings, const Flags& flags, Steer steer) {
  v1::SteerRegressionRequest request;
  request.set_id(flags.id);
  request.set_note(flags.note);
  AnalysisClient client(settings.server);
  return PrintOne(settings, flags, (client.*steer)(request));
}

void AddListFlags(CLI::App& command, Flags& flags) {
  command.add_option("--node", flags.nodes, "Only of this node; may be given more than once")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command
      .add_option("--state", flags.states,
                  "suspect, firing, acknowledged, muted, resolved, accepted or retracted; may be "
                  "given more than once; without it those that are open")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  command.add_flag("--improvements", flags.improvements,
                   "Also what got better, which is accepted at once: --state accepted");
  command.add_option("--limit", flags.limit, "At most so many, the newest")->capture_default_str();
  AddFormat(command, flags.format);
}

CLI::App& AddOne(CLI::App& regressions, const std::string& name, const std::string& help,
                 Flags& flags) {
  auto* command = regressions.add_subcommand(name, help);
  command->fallthrough();
  command->add_option("ID", flags.id, "As `regressions list` has it")->required();
  AddFormat(*command, flags.format);
  return *command;
}

}  // namespace

void AddRegressionsCommand(CLI::App& app, const Settings& settings, Command& chosen) {
  const auto flags = std::make_shared<Flags>();
  auto* regressions = app.add_subcommand(
      "regressions", "What got slower, since when, whose fault it seems to be; and what to do");
  regressions->fallthrough();
  regressions->require_subcommand(0, 1);
  AddListFlags(*regressions, *flags);
  regressions->callback([&settings, &chosen, flags, regressions] {
    if (!regressions->get_subcommands().empty()) return;
    chosen = [&settings, flags] { return List(settings, *flags); };
  });
  auto* list = regressions->add_subcommand("list", "The same");
  list->fallthrough();
  AddListFlags(*list, *flags);
  list->callback([&settings, &chosen, flags] {
    chosen = [&settings, flags] { return List(settings, *flags); };
  });
  auto& show = AddOne(*regressions, "show", "All that is known of one", *flags);
  show.callback([&settings, &chosen, flags] {
    chosen = [&settings, flags] { return Show(settings, *flags); };
  });
  const std::vector<std::tuple<const char*, const char*, Steer>> orders = {
      {"ack", "Say that somebody looks after it", &AnalysisClient::Acknowledge},
      {"accept", "Take the new level for the normal one", &AnalysisClient::Accept},
      {"mute", "Say that nobody wants to hear of it", &AnalysisClient::Mute}};
  for (const auto& [name, help, steer] : orders) {
    auto& order = AddOne(*regressions, name, help, *flags);
    order.add_option("--note", flags->note, "Why, for people who ask later");
    order.callback([&settings, &chosen, flags, steer = steer] {
      chosen = [&settings, flags, steer] { return Order(settings, *flags, steer); };
    });
  }
}

}  // namespace hypergauge::cli
