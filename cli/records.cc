#include "cli/records.h"

#include <algorithm>

#include "base/table.h"
#include "base/units.h"
#include "cli/when.h"
#include "cli/words.h"

namespace hypergauge::cli {
namespace {

std::string OrDash(const std::string& text) {
  return text.empty() ? "-" : text;
}

std::string StateText(const v1::Node& node) {
  if (!node.connected()) return "down";
  return node.has_progress() ? "measuring" : "up";
}

const char* ColourOf(v1::Event::Kind kind) {
  constexpr const char* kRed = "\x1b[31m";
  constexpr const char* kGreen = "\x1b[32m";
  constexpr const char* kYellow = "\x1b[33m";
  switch (kind) {
    case v1::Event::KIND_NODE_SPLIT:
    case v1::Event::KIND_NODE_VANISHED:
    case v1::Event::KIND_PLACEMENT_CONTESTED:
    case v1::Event::KIND_SCHEDULE_COLLISION:
    case v1::Event::KIND_LEASE_VIOLATED:
    case v1::Event::KIND_REGRESSION_FIRING:
      return kRed;
    case v1::Event::KIND_NODE_ENROLLED:
    case v1::Event::KIND_NODE_RETURNED:
    case v1::Event::KIND_SCHEDULE_RESUMED:
      return kGreen;
    default:
      return kYellow;
  }
}

// Lines behind the titles are those of `events`, from the last to the first.
std::string Coloured(const std::string& table, const std::vector<v1::Event>& events) {
  std::string text;
  size_t begin = 0;
  for (size_t line = 0; begin < table.size(); ++line) {
    const size_t end = table.find('\n', begin);
    const std::string content = table.substr(begin, end - begin);
    if (line == 0 || line > events.size()) {
      text += content + "\n";
    } else {
      text += ColourOf(events[events.size() - line].kind()) + content + "\x1b[0m\n";
    }
    begin = end + 1;
  }
  return text;
}

std::string EnvironmentText(const v1::EnvironmentEpoch& epoch) {
  const auto& environment = epoch.environment();
  std::string text = OrDash(epoch.platform().name());
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

std::string NodesText(const std::vector<v1::Node>& nodes) {
  if (nodes.empty()) return "no nodes\n";
  Table table({{"NODE"}, {"ROLE"}, {"PLATFORM"}, {"HOST"}, {"STATE"}, {"LAST SEEN"}, {"VERSION"}});
  for (const auto& node : nodes) {
    table.AddRow({node.label(), EnumWord(v1::Role_Name(node.role()), "ROLE_"),
                  OrDash(node.platform().name()), OrDash(node.placement().host()), StateText(node),
                  FormatMoment(node.last_seen_unix_nanos()), OrDash(node.build().probe_version())});
  }
  return table.Text();
}

std::string EventsText(const std::vector<v1::Event>& events, bool colour) {
  if (events.empty()) return "no events\n";
  Table table({{"TIME"}, {"NODE"}, {"KIND"}, {"WHAT HAPPENED"}});
  for (auto event = events.rbegin(); event != events.rend(); ++event) {
    table.AddRow({FormatMoment(event->unix_nanos()), OrDash(event->node()), KindName(event->kind()),
                  event->text()});
  }
  return colour ? Coloured(table.Text(), events) : table.Text();
}

std::string HistoryText(const v1::ListEpochsResponse& epochs,
                        const std::vector<v1::Event>& events) {
  std::vector<Line> lines;
  AddEpochs(epochs.environments(), "ENVIRONMENT", EnvironmentText, lines);
  AddEpochs(epochs.placements(), "PLACEMENT", PlacementText, lines);
  for (auto event = events.rbegin(); event != events.rend(); ++event) {
    lines.push_back({event->unix_nanos(), 1, KindName(event->kind()), event->text()});
  }
  if (lines.empty()) return "nothing is recorded\n";
  std::stable_sort(lines.begin(), lines.end(), [](const Line& a, const Line& b) {
    return std::pair(a.unix_nanos, a.order) < std::pair(b.unix_nanos, b.order);
  });
  Table table({{"TIME"}, {"WHAT"}, {"DETAILS"}});
  for (auto& line : lines) {
    table.AddRow({FormatMoment(line.unix_nanos), std::move(line.what), std::move(line.details)});
  }
  return table.Text();
}

}  // namespace hypergauge::cli
