#include <algorithm>
#include <chrono>
#include <memory>
#include <utility>
#include <vector>

#include "cli/client.h"
#include "cli/client_analysis.h"
#include "cli/commands.h"
#include "cli/exit.h"
#include "cli/history_text.h"
#include "cli/json.h"
#include "cli/records.h"
#include "cli/when.h"

namespace hypergauge::cli {
namespace {

constexpr const char* kChart = "chart";
constexpr const char* kUsualSince = "7d";

struct Flags {
  std::string node;
  std::vector<std::string> benchmarks;
  std::string since;
  std::string until;
  std::string suite;
  uint32_t points = 0;
  bool all = false;
  bool with_host = false;
  bool ascii = false;
  std::string format;
};

Result<int64_t> MomentOf(const char* flag, const std::string& text) {
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  const auto moment = ParseSince(text, std::chrono::nanoseconds(now).count());
  if (!moment) return Annotate(moment.error(), flag);
  return std::max<int64_t>(*moment, 1);  // 0 would stand for what the aggregator likes
}

// What was over before is left out.
template <typename Epochs>
void DropBefore(int64_t since_unix_nanos, Epochs& epochs) {
  const auto is_over = [&](const auto& epoch) {
    return epoch.ended_unix_nanos() != 0 && epoch.ended_unix_nanos() < since_unix_nanos;
  };
  epochs.erase(std::remove_if(epochs.begin(), epochs.end(), is_over), epochs.end());
}

int Epochs(const Settings& settings, const Flags& flags) {
  Client client(settings.server);
  auto epochs = client.ListEpochs(flags.node);
  if (!epochs) return ExitWith(epochs.error());
  v1::ListEventsRequest request;
  request.add_nodes(flags.node);
  if (!flags.since.empty()) {
    const auto since = MomentOf("--since", flags.since);
    if (!since) return ExitWith(since.error());
    request.set_since_unix_nanos(*since);
    DropBefore(*since, *epochs->mutable_environments());
    DropBefore(*since, *epochs->mutable_placements());
  }
  const auto events = client.ListEvents(request);
  if (!events) return ExitWith(events.error());
  const auto listing = [&] {
    return EpochsListing(*epochs, {events->events().begin(), events->events().end()});
  };
  return Print(FormatOf(settings, flags.format), {[&] { return listing().TableText(); },
                                                  [&] {
                                                    return JsonOfAll({&*epochs, &*events});
                                                  },
                                                  [&] { return listing().CsvText(); }});
}

Result<v1::GetHistoryRequest> RequestOf(const Flags& flags, uint32_t usual_points) {
  v1::GetHistoryRequest request;
  request.add_nodes(flags.node);
  *request.mutable_benchmarks() = {flags.benchmarks.begin(), flags.benchmarks.end()};
  request.set_suite(flags.suite);
  request.set_all_quantities(flags.all);
  request.set_max_points(flags.points == 0 ? usual_points : flags.points);
  const auto since = MomentOf("--since", flags.since.empty() ? kUsualSince : flags.since);
  if (!since) return tl::unexpected(since.error());
  request.set_since_unix_nanos(*since);
  if (flags.until.empty()) return request;
  const auto until = MomentOf("--until", flags.until);
  if (!until) return tl::unexpected(until.error());
  if (*until <= *since) {
    return Fail(ErrorCode::kInvalidArgument, "--until: must be after --since");
  }
  request.set_until_unix_nanos(*until);
  return request;
}

// Label of the host that the node is on; empty where none is known that measures.
Result<std::string> HostOf(Client& client, const std::string& node) {
  v1::ListNodesRequest request;
  request.set_brief(true);
  const auto answer = client.ListNodes(request);
  if (!answer) return tl::unexpected(answer.error());
  std::string host;
  for (const auto& each : answer->nodes()) {
    if (each.label() == node) host = each.placement().host();
  }
  const auto measures = [&](const v1::Node& each) { return each.label() == host; };
  const auto& nodes = answer->nodes();
  return host != node && std::any_of(nodes.begin(), nodes.end(), measures) ? host : "";
}

// Figures, and what a chart shows beside them.
Result<HistoryView> Ask(const Settings& settings, const Flags& flags, bool for_chart,
                        uint32_t usual_points) {
  auto request = RequestOf(flags, usual_points);
  if (!request) return tl::unexpected(request.error());
  Client client(settings.server);
  HistoryView view{.node = flags.node};
  if (flags.with_host) {
    auto host = HostOf(client, flags.node);
    if (!host) return tl::unexpected(host.error());
    view.host = std::move(*host);
    if (!view.host.empty()) request->add_nodes(view.host);
  }
  auto figures = client.GetHistory(*request);
  if (!figures) return tl::unexpected(figures.error());
  view.figures = std::move(*figures);
  if (!for_chart) return view;
  auto epochs = client.ListEpochs(flags.node);
  if (!epochs) return tl::unexpected(epochs.error());
  view.epochs = std::move(*epochs);
  v1::ListRegressionsRequest of_node;
  of_node.add_nodes(flags.node);
  for (int state = 1; v1::Regression::State_IsValid(state); ++state) {
    of_node.add_states(static_cast<v1::Regression::State>(state));
  }
  const auto regressions = AnalysisClient(settings.server).ListRegressions(of_node);
  if (!regressions) return tl::unexpected(regressions.error());
  view.regressions = {regressions->regressions().begin(), regressions->regressions().end()};
  return view;
}

int Figures(const Settings& settings, const Flags& flags) {
  constexpr int kLeastPoints = 2;
  constexpr int kMostPoints = 5000;
  constexpr int kDotsAcross = 2;
  const bool chart = flags.format == kChart || (flags.format.empty() && settings.format.empty());
  const auto terminal = OutputTerminal(settings);
  const auto points = std::clamp(terminal.width * kDotsAcross, kLeastPoints, kMostPoints);
  const auto view = Ask(settings, flags, chart, chart ? static_cast<uint32_t>(points) : 0);
  if (!view) return ExitWith(view.error());
  if (chart) return PrintText(HistoryCharts(*view, terminal, flags.ascii));
  return Print(FormatOf(settings, flags.format),
               {[&] { return HistoryListing(view->figures).TableText(); },
                [&] { return Json(view->figures); },
                [&] { return HistoryListing(view->figures).CsvText(); }});
}

int History(const Settings& settings, const Flags& flags) {
  if (!flags.benchmarks.empty()) return Figures(settings, flags);
  if (flags.format == kChart) {
    return ExitWith({ErrorCode::kInvalidArgument, "--format chart needs a BENCHMARK"});
  }
  return Epochs(settings, flags);
}

}  // namespace

void AddHistoryCommand(CLI::App& app, const Settings& settings, Command& chosen) {
  const auto flags = std::make_shared<Flags>();
  auto* history = app.add_subcommand(
      "history",
      "Draw a node's figures over time; without BENCHMARK since when its environment and "
      "placement are as they are, and were");
  history->fallthrough();
  history->add_option("NODE", flags->node, "As `nodes list` names it")->required();
  history->add_option("BENCHMARK", flags->benchmarks, "What to draw, for example cpu_blowfish");
  history->add_option("--since", flags->since,
                      "2d, 90m ... ago, or a day or moment in UTC; of figures by default 7d");
  history->add_option("--until", flags->until, "Likewise; by default now");
  history->add_option("--suite", flags->suite, "Only runs of this suite")
      ->check(CLI::IsMember({"light", "standard", "pilot"}));
  history
      ->add_option("--points", flags->points,
                   "At most so many points a series: neighbours are joined; by default as many as "
                   "can be drawn, or 500")
      ->check(CLI::Range(2, 5000));
  history->add_flag("--all", flags->all, "Every quantity, not only each benchmark's primary one");
  history->add_flag("--with-host", flags->with_host, "Beside the figures of the node's host");
  history->add_flag("--ascii", flags->ascii, "Draw with ASCII whatever the locale is");
  history
      ->add_option("--format", flags->format,
                   "chart, table, json or csv; chart by default where there is a BENCHMARK")
      ->check(CLI::IsMember({kChart, kFormatTable, kFormatJson, kFormatCsv}));
  history->callback([&settings, &chosen, flags] {
    chosen = [&settings, flags] { return History(settings, *flags); };
  });
}

}  // namespace hypergauge::cli
