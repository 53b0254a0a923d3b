#include "cli/records.h"

#include <algorithm>

#include "base/units.h"
#include "cli/when.h"
#include "cli/words.h"

namespace hypergauge::cli {
namespace {

std::string StateText(const v1::Node& node) {
  if (!node.connected()) return "down";
  return node.has_progress() ? "measuring" : "up";
}

Colour ColourOf(v1::Event::Kind kind) {
  switch (kind) {
    case v1::Event::KIND_NODE_SPLIT:
    case v1::Event::KIND_NODE_VANISHED:
    case v1::Event::KIND_PLACEMENT_CONTESTED:
    case v1::Event::KIND_SCHEDULE_COLLISION:
    case v1::Event::KIND_LEASE_VIOLATED:
    case v1::Event::KIND_REGRESSION_FIRING:
      return Colour::kRed;
    case v1::Event::KIND_NODE_ENROLLED:
    case v1::Event::KIND_NODE_RETURNED:
    case v1::Event::KIND_SCHEDULE_RESUMED:
      return Colour::kGreen;
    default:
      return Colour::kYellow;
  }
}

struct Line {
  int64_t unix_nanos = 0;
  int order = 0;  // within one moment: what ended, what happened, what began
  std::string what;
  std::string details;
};

template <typename Epochs, typename Text>
void AddEpochs(const Epochs& epochs, const std::string& what, const Text& text,
               std::vector<Line>& lines) {
  for (int i = 0; i < epochs.size(); ++i) {
    const auto& epoch = epochs[i];
    lines.push_back({epoch.began_unix_nanos(), 2, what, text(epoch)});
    const bool next_follows =
        i + 1 < epochs.size() && epochs[i + 1].began_unix_nanos() <= epoch.ended_unix_nanos();
    if (epoch.ended_unix_nanos() == 0 || next_follows) continue;
    lines.push_back({epoch.ended_unix_nanos(), 0, what, "ended"});
  }
}

}  // namespace

std::string EnvironmentText(const v1::EnvironmentEpoch& epoch) {
  const auto& environment = epoch.environment();
  std::string text = epoch.platform().name().empty() ? "-" : epoch.platform().name();
  const auto add = [&](const std::string& part) {
    if (!part.empty()) text += ", " + part;
  };
  add(environment.kernel_release());
  add(environment.cpu_model());
  if (environment.online_cpus() > 0) add(std::to_string(environment.online_cpus()) + " CPUs");
  if (environment.memory_bytes() > 0) {
    add(FormatFigure(static_cast<double>(environment.memory_bytes()), "bytes"));
  }
  add(environment.clocksource());
  return text;
}

std::string PlacementText(const v1::PlacementEpoch& epoch) {
  if (epoch.host().empty()) return "on an unknown host";
  return "on " + epoch.host() + " (" +
         EnumWord(v1::Placement::Source_Name(epoch.source()), "SOURCE_") + ")";
}

std::string KindName(v1::Event::Kind kind) {
  return EnumWord(v1::Event::Kind_Name(kind), "KIND_");
}

Result<v1::Event::Kind> ParseKind(const std::string& name) {
  std::string known;
  for (int kind = 1; v1::Event::Kind_IsValid(kind); ++kind) {
    const auto word = KindName(static_cast<v1::Event::Kind>(kind));
    if (word == name) return static_cast<v1::Event::Kind>(kind);
    known += (known.empty() ? "" : ", ") + word;
  }
  return Fail(ErrorCode::kInvalidArgument,
              "\"" + name + "\" is no kind of event; there are " + known);
}

Listing NodesListing(const std::vector<v1::Node>& nodes) {
  Listing listing({{"NODE", "node"},
                   {"ROLE", "role"},
                   {"PLATFORM", "platform"},
                   {"HOST", "host"},
                   {"STATE", "state"},
                   {"LAST SEEN", "last_seen"},
                   {"VERSION", "version"},
                   {"", "node_id"},
                   {"", "kernel"},
                   {"", "cpu_model"},
                   {"", "completed_leases"}},
                  "no nodes");
  for (const auto& node : nodes) {
    listing.AddRow({node.label(), EnumWord(v1::Role_Name(node.role()), "ROLE_"),
                    OptionalCell(node.platform().name()), OptionalCell(node.placement().host()),
                    StateText(node), MomentCell(node.last_seen_unix_nanos()),
                    OptionalCell(node.build().probe_version()), node.identity().node_id(),
                    node.environment().kernel_release(), node.environment().cpu_model(),
                    std::to_string(node.completed_leases())});
  }
  return listing;
}

Listing EventsListing(const std::vector<v1::Event>& events) {
  Listing listing({{"TIME", "time"},
                   {"NODE", "node"},
                   {"KIND", "kind"},
                   {"WHAT HAPPENED", "text", false, 0},
                   {"", "id"},
                   {"", "subject"},
                   {"", "old_value"},
                   {"", "new_value"}},
                  "no events");
  for (auto event = events.rbegin(); event != events.rend(); ++event) {
    listing.AddRow({MomentCell(event->unix_nanos()), OptionalCell(event->node()),
                    KindName(event->kind()), event->text(), std::to_string(event->id()),
                    event->subject(), event->old_value(), event->new_value()},
                   ColourOf(event->kind()));
  }
  return listing;
}

Listing EpochsListing(const v1::ListEpochsResponse& epochs, const std::vector<v1::Event>& events) {
  std::vector<Line> lines;
  AddEpochs(epochs.environments(), "ENVIRONMENT", EnvironmentText, lines);
  AddEpochs(epochs.placements(), "PLACEMENT", PlacementText, lines);
  for (auto event = events.rbegin(); event != events.rend(); ++event) {
    lines.push_back({event->unix_nanos(), 1, KindName(event->kind()), event->text()});
  }
  std::stable_sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) {
    return std::pair(a.unix_nanos, a.order) < std::pair(b.unix_nanos, b.order);
  });
  Listing listing({{"TIME", "time"}, {"WHAT", "what"}, {"DETAILS", "details", false, 0}},
                  "nothing is recorded");
  for (auto& line : lines) {
    listing.AddRow({MomentCell(line.unix_nanos), std::move(line.what), std::move(line.details)});
  }
  return listing;
}

}  // namespace hypergauge::cli
