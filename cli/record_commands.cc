#include <chrono>
#include <iostream>
#include <memory>
#include <vector>

#include "cli/client.h"
#include "cli/commands.h"
#include "cli/exit.h"
#include "cli/json.h"
#include "cli/records.h"
#include "cli/when.h"

namespace hypergauge::cli {
namespace {

struct Flags {
  std::string format;
  std::string node;
  std::string taker;
  std::vector<std::string> nodes;
  std::vector<std::string> kinds;
  std::string since;
  uint32_t limit = 100;
};

int ListNodes(const Settings& settings, const Flags& flags) {
  const auto answer = Client(settings.server).ListNodes();
  if (!answer) return ExitWith(answer.error());
  const auto listing = [&] {
    return NodesListing({answer->nodes().begin(), answer->nodes().end()});
  };
  return Print(FormatOf(settings, flags.format),
               {[&] { return listing().TableText(); }, [&] { return Json(*answer); },
                [&] { return listing().CsvText(); }});
}

int RemoveNode(const std::string& address, const std::string& node) {
  const auto removed = Client(address).RemoveNode(node);
  if (!removed) return ExitWith(removed.error());
  std::cout << "removed " << node << "\n";
  return kExitOk;
}

int ReplaceNode(const std::string& address, const Flags& flags) {
  const auto replaced = Client(address).ReplaceNode(flags.node, flags.taker);
  if (!replaced) return ExitWith(replaced.error());
  std::cout << "told " << flags.taker << " to take the place of " << flags.node << "\n";
  return kExitOk;
}

Result<v1::ListEventsRequest> RequestOf(const Flags& flags) {
  v1::ListEventsRequest request;
  *request.mutable_nodes() = {flags.nodes.begin(), flags.nodes.end()};
  for (const auto& name : flags.kinds) {
    const auto kind = ParseKind(name);
    if (!kind) return tl::unexpected(kind.error());
    request.add_kinds(*kind);
  }
  if (!flags.since.empty()) {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    const auto since = ParseSince(flags.since, std::chrono::nanoseconds(now).count());
    if (!since) return Annotate(since.error(), "--since");
    request.set_since_unix_nanos(*since);
  }
  request.set_limit(flags.limit);
  return request;
}

int Events(const Settings& settings, const Flags& flags) {
  const auto request = RequestOf(flags);
  if (!request) return ExitWith(request.error());
  const auto answer = Client(settings.server).ListEvents(*request);
  if (!answer) return ExitWith(answer.error());
  const auto listing = [&] {
    return EventsListing({answer->events().begin(), answer->events().end()});
  };
  const bool colours = OutputTerminal(settings).colours;
  return Print(FormatOf(settings, flags.format),
               {[&] { return listing().TableText(colours); }, [&] { return Json(*answer); },
                [&] { return listing().CsvText(); }});
}

}  // namespace

void AddNodesCommand(CLI::App& app, const Settings& settings, Command& chosen) {
  const auto flags = std::make_shared<Flags>();
  const auto list = [&settings, flags] { return ListNodes(settings, *flags); };
  auto* nodes = app.add_subcommand("nodes", "List the known nodes, or change which there are");
  nodes->fallthrough();
  AddFormat(*nodes, flags->format);
  auto* listing = nodes->add_subcommand("list", "List the known nodes");
  listing->fallthrough();
  auto* remove = nodes->add_subcommand(
      "remove", "Take a node that is not connected out of all lists; its runs stay stored");
  remove->fallthrough();
  remove->add_option("NODE", flags->node, "As `nodes list` names it")->required();
  auto* replace = nodes->add_subcommand(
      "replace", "Give a reinstalled machine its old place: NEW goes on as OLD, which is gone");
  replace->fallthrough();
  replace->add_option("OLD", flags->node, "A node that is not connected")->required();
  replace->add_option("NEW", flags->taker, "A node that is connected")->required();
  nodes->require_subcommand(0, 1);
  nodes->callback([&settings, &chosen, flags, list, remove, replace] {
    if (replace->parsed()) {
      chosen = [&settings, flags] { return ReplaceNode(settings.server, *flags); };
    } else if (remove->parsed()) {
      chosen = [&settings, flags] { return RemoveNode(settings.server, flags->node); };
    } else {
      chosen = list;
    }
  });
}

void AddEventsCommand(CLI::App& app, const Settings& settings, Command& chosen) {
  const auto flags = std::make_shared<Flags>();
  auto* events = app.add_subcommand("events", "Print what happened to nodes, the newest last");
  events->fallthrough();
  AddFormat(*events, flags->format);
  events->add_option("--node", flags->nodes, "Only of this node; may be given more than once")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  events
      ->add_option("--kind", flags->kinds,
                   "Only of this kind, for example environment_changed; may be given more than "
                   "once")
      ->expected(1)
      ->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  events->add_option("--since", flags->since,
                     "Only of the last 2d, 90m ..., or since a day or moment in UTC: 2026-11-23, "
                     "2026-11-23T20:30:12Z");
  events->add_option("--limit", flags->limit, "At most so many, the newest")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  events->callback([&settings, &chosen, flags] {
    chosen = [&settings, flags] { return Events(settings, *flags); };
  });
}

}  // namespace hypergauge::cli
