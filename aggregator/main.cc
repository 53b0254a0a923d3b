// hypergauge-aggregator: wires store, sessions, schedule, exposition and queries together.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <atomic>
#include <iostream>
#include <optional>
#include <random>

#include "aggregator/analyst/analyst.h"
#include "aggregator/analyst/scoreboard.h"
#include "aggregator/api/admin_service.h"
#include "aggregator/api/analysis_service.h"
#include "aggregator/api/api_routes.h"
#include "aggregator/api/query_service.h"
#include "aggregator/config.h"
#include "aggregator/embedded/embedded.h"
#include "aggregator/grpc_listener.h"
#include "aggregator/ingest/probe_service.h"
#include "aggregator/placement/placement_keeper.h"
#include "aggregator/records/ticker.h"
#include "exporter/http.h"
#include "exporter/metrics_handler.h"
#include "program/flags.h"
#include "program/logging.h"
#include "program/signals.h"
#include "program/version.h"

namespace hypergauge::aggregator {
namespace {

constexpr std::chrono::seconds kShutdownGrace{5};

struct Flags {
  std::string config_file;
  std::vector<std::string> web_addresses = {"127.0.0.1:10910"};
  std::string grpc_address = "127.0.0.1:10911";
  std::string storage_path = "data";
  std::string vanish_after;
  std::string catalogue_file;
  LogFlags log;
};

std::optional<int> Parse(int argc, char** argv, Flags& flags) {
  CLI::App app("Collects, judges and exposes the runs of hypergauge's probes");
  AddVersionFlag(app, "hypergauge-aggregator");
  app.add_option("--config.file", flags.config_file, "Configuration (YAML)");
  app.add_option("--web.listen-address", flags.web_addresses,
                 "HOST:PORT for HTTP; may be given more than once")
      ->capture_default_str();
  app.add_option("--grpc.listen-address", flags.grpc_address, "HOST:PORT for probes and commands")
      ->capture_default_str();
  app.add_option("--storage.path", flags.storage_path, "Folder of the store")
      ->capture_default_str();
  app.add_option(
      "--nodes.vanish-after", flags.vanish_after,
      "When a silent node leaves all lists; over nodes.vanish_after of the configuration "
      "(30d)");
  app.add_option("--catalogue.file", flags.catalogue_file,
                 "Platforms, their features and consoles (YAML); over catalogue.file of the "
                 "configuration");
  AddLogFlags(app, flags.log);
  return ParseFlags(app, argc, argv);
}

int ExitWith(const Error& error) {
  spdlog::error("{}", error.message);
  return error.code == ErrorCode::kInvalidArgument ? kExitUsage : kExitFailure;
}

uint64_t MachineRandom() {
  std::random_device device;
  return (static_cast<uint64_t>(device()) << 32U) | device();
}

void AddStoreMetrics(const Store& store, const Sessions& sessions, exporter::SelfMetrics& metrics) {
  metrics.AddCallback("hypergauge_store_size_bytes", "Bytes of the store's files",
                      [&store] { return static_cast<double>(store.SizeBytes()); });
  metrics.AddCallback("hypergauge_sessions", "Probes connected now",
                      [&sessions] { return static_cast<double>(sessions.count()); });
  metrics
      .AddGauge("hypergauge_build_info", "The aggregator's build; always 1",
                {{"version", std::string(Version())}})
      .Set(1);
}

// Often enough that a node leaves about when it should, and a minute at most for what waits.
std::chrono::nanoseconds HousekeepingPeriod(std::chrono::nanoseconds vanish_after) {
  constexpr int kTimes = 10;
  return std::clamp<std::chrono::nanoseconds>(vanish_after / kTimes, std::chrono::milliseconds(100),
                                              std::chrono::minutes(1));
}

// Of series that the schedule says nothing of yet.
std::chrono::nanoseconds IntervalOf(const ScheduleOptions& schedule) {
  return schedule.plans.empty() ? Plan{}.interval : schedule.plans.front().interval;
}

// Between two cycles of a suite, as its plan wants them.
std::chrono::nanoseconds IntervalOfSuite(const ScheduleOptions& schedule,
                                         const std::string& suite) {
  for (const auto& plan : schedule.plans) {
    if (plan.suite == suite) return plan.interval;
  }
  return suite == "light" ? Plan{}.interval : std::chrono::hours(24);
}

// What a scrape shows beside the aggregator's own metrics.
struct Shown {
  Fleet& fleet;
  const EnvironmentLog& environments;
  const Dispatcher& dispatcher;
  const Analyst& analyst;
  const Scoreboard& scoreboard;
};

exporter::Snapshot Collect(const Shown& shown) {
  exporter::Snapshot snapshot;
  shown.fleet.CollectInto(snapshot);
  shown.environments.CollectInto(snapshot);
  shown.dispatcher.CollectInto(snapshot);
  shown.analyst.CollectInto(snapshot);
  shown.scoreboard.CollectInto(snapshot);
  return snapshot;
}

// What Prometheus and whoever watches over the process ask for.
ApiRoutes OperationRoutes(const Shown& shown, const std::atomic<bool>& ready,
                          exporter::SelfMetrics& metrics) {
  const auto say_healthy = [](const exporter::HttpRequest&) {
    return exporter::HttpResponse{.body = "hypergauge is healthy.\n"};
  };
  const auto say_ready = [&ready](const exporter::HttpRequest&) {
    return ready ? exporter::HttpResponse{.body = "hypergauge is ready.\n"}
                 : exporter::HttpResponse{.status = 503, .body = "hypergauge is not ready.\n"};
  };
  return {
      {"/metrics", exporter::MetricsHandler([shown] { return Collect(shown); }, metrics)},
      {"/-/healthy", say_healthy},
      {"/-/ready", say_ready},
  };
}

// The page, the API and its description, and the above.
Result<ApiRoutes> Routes(const Shown& shown, QueryApi& query, AnalysisApi& analysis,
                         const std::atomic<bool>& ready, exporter::SelfMetrics& metrics) {
  auto routes = OperationRoutes(shown, ready, metrics);
  routes.merge(AllApiRoutes({.query = query,
                             .analysis = analysis,
                             .collect =
                                 [shown, &metrics] {
                                   auto snapshot = Collect(shown);
                                   metrics.CollectInto(snapshot);
                                   return snapshot;
                                 },
                             .description = ApiDescription().front().bytes,
                             .clock = Clock::System()}));
  auto page = exporter::StaticRoutes(WebPage());
  if (!page) return page;
  routes.merge(*page);
  return routes;
}

Result<std::unique_ptr<Store>> OpenStore(const std::string& folder,
                                         exporter::SelfMetrics& metrics) {
  auto& commit_seconds = metrics.AddHistogram(
      "hypergauge_store_commit_duration_seconds", "Time of a transaction, on disk",
      {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5});
  return Store::Open(
      folder, [&commit_seconds](double seconds, size_t) { commit_seconds.Observe(seconds); });
}

int Serve(const Flags& flags, const Config& config) {
  const Clock& clock = Clock::System();
  exporter::SelfMetrics metrics;
  IngestMetrics ingest_metrics(metrics);
  auto catalogue = Catalogue::Open(config.catalogue_file);
  if (!catalogue) return ExitWith(catalogue.error());
  auto store = OpenStore(flags.storage_path, metrics);
  if (!store) return ExitWith(store.error());
  const auto state = (*store)->LoadState();
  if (!state) return ExitWith(state.error());

  Fleet fleet(IntervalOf(config.schedule));
  fleet.Restore(*state);
  const auto label_of = [&fleet](const std::string& node_id) { return fleet.LabelOf(node_id); };
  EventLog events(**store, clock, metrics, label_of);
  Sessions sessions;
  EnvironmentLog environments(**store, events, label_of);
  environments.Restore(*state);
  Membership membership(**store, fleet, sessions, events, environments, clock);
  AddStoreMetrics(**store, sessions, metrics);
  Admission admission(**store, fleet, events, MachineRandom);
  auto continuity = (*store)->LoadContinuity();
  if (!continuity) return ExitWith(continuity.error());
  admission.Restore(std::move(*continuity));
  LeaseBook leases;
  RunJudge* judge_of_all = nullptr;
  Dispatcher dispatcher(
      config.schedule,
      {.store = **store,
       .book = leases,
       .events = events,
       .clock = clock,
       .send = [&sessions](const auto& node_id,
                           const auto& message) { return sessions.Send(node_id, message); },
       .label_of = label_of,
       .on_interval = [&fleet](const auto& node_id, const auto& suite,
                               Time interval) { fleet.SetInterval(node_id, suite, interval); },
       .collisions = [&judge_of_all] { return judge_of_all->collisions(); }});
  PlacementKeeper placements(**store, fleet, events, dispatcher, clock);
  placements.Restore(*state);
  membership.AddGoneListener(
      [&placements](const std::string& node_id) { placements.Removed(node_id); });
  membership.AddGoneListener(
      [&dispatcher](const std::string& node_id) { dispatcher.Forget(node_id); });
  RunJudge judge({.leases = leases,
                  .store = **store,
                  .events = events,
                  .metrics = metrics,
                  .where = [&placements](const auto& node_id) { return placements.Where(node_id); },
                  .covers =
                      [&dispatcher](uint64_t token, const auto& node_id, Time start, Time end,
                                    Time tolerance) {
                        return dispatcher.SlotCovers(token, node_id, start, end, tolerance);
                      },
                  .label_of = label_of});
  judge_of_all = &judge;
  Analyst analyst(config.analysis.regressions, {.store = **store,
                                                .fleet = fleet,
                                                .events = events,
                                                .steering = dispatcher,
                                                .clock = clock,
                                                .metrics = metrics,
                                                .interval_of = [&config](const auto& suite) {
                                                  return IntervalOfSuite(config.schedule, suite);
                                                }});
  FleetComparison fleet_comparison(**store, fleet, clock, config.analysis.hardware);
  Scoreboard scoreboard(fleet_comparison, clock, metrics);
  events.SetListener([&analyst](const v1::Event& event) { analyst.Happened(event); });
  membership.AddGoneListener([&analyst](const std::string& node_id) { analyst.Gone(node_id); });
  if (const auto restored = analyst.Restore(); !restored) return ExitWith(restored.error());
  if (const auto started = dispatcher.Start(); !started) return ExitWith(started.error());
  ProbeService probe_service(Ingest{**store, fleet, sessions, dispatcher, clock, ingest_metrics,
                                    events, membership, environments, admission, placements, judge,
                                    analyst, std::string(Version())});
  QueryApi query_api({.fleet = fleet,
                      .store = **store,
                      .steering = dispatcher,
                      .analyst = analyst,
                      .catalogue = **catalogue,
                      .clock = clock,
                      .version = std::string(Version())});
  QueryService query_service(query_api);
  AdminService admin_service(membership, admission, sessions, fleet, dispatcher);
  AnalysisApi analysis_api(analyst, scoreboard, fleet_comparison, **store);
  AnalysisService analysis_service(analysis_api);

  // The web first: once gRPC serves, probes may be connected, and ending takes the whole way down.
  std::atomic<bool> ready = false;
  const exporter::HttpOptions web_options{
      .listen_addresses = flags.web_addresses,
      .on_error = [](const std::string& what) { spdlog::warn("web: {}", what); }};
  const auto routes = Routes({fleet, environments, dispatcher, analyst, scoreboard}, query_api,
                             analysis_api, ready, metrics);
  if (!routes) return ExitWith(routes.error());
  auto web = exporter::StartHttpServer(web_options, *routes);
  if (!web) return ExitWith(web.error());
  auto grpc = StartGrpcServer(flags.grpc_address,
                              {&probe_service, &query_service, &admin_service, &analysis_service});
  if (!grpc) return ExitWith(grpc.error());
  ready = true;
  std::optional<Ticker> housekeeping;
  housekeeping.emplace(HousekeepingPeriod(config.vanish_after), [&] {
    membership.Sweep(config.vanish_after);
    environments.Settle(clock.Realtime().count());
    placements.Settle();
    dispatcher.Settle();
  });
  std::optional<Ticker> analysis;
  analysis.emplace(config.analysis.round, [&] { analyst.RunRound(); });
  std::optional<Ticker> comparison;
  comparison.emplace(std::min(config.analysis.round, Scoreboard::kYoungPause),
                     [&] { scoreboard.Refresh(); });
  std::string web_ports;
  for (const auto port : (*web)->ports()) web_ports += " " + std::to_string(port);
  spdlog::info("ready: {} known nodes, gRPC port {}, web port{}", state->nodes.size(), grpc->port,
               web_ports);

  spdlog::info("stopping on signal {}", WaitForStopSignal());
  housekeeping.reset();
  analysis.reset();
  comparison.reset();
  web->reset();
  sessions.StopAll();
  grpc->server->Shutdown(std::chrono::system_clock::now() + kShutdownGrace);
  grpc->server->Wait();
  query_service.Join();
  analysis_service.Join();
  analyst.Finish();  // nothing comes in any more
  dispatcher.Stop();
  store->reset();  // commits what the streams left, while what it reports to still exists
  spdlog::info("stopped");
  return kExitOk;
}

// What the file says, and over it what flags say.
Result<Config> ConfigOf(const Flags& flags) {
  Config config;
  if (!flags.config_file.empty()) {
    auto loaded = LoadConfig(flags.config_file);
    if (!loaded) return loaded;
    config = std::move(*loaded);
  }
  if (!flags.vanish_after.empty()) {
    const auto vanish_after = ParseVanishAfter(flags.vanish_after);
    if (!vanish_after) return Annotate(vanish_after.error(), "--nodes.vanish-after");
    config.vanish_after = *vanish_after;
  }
  if (!flags.catalogue_file.empty()) config.catalogue_file = flags.catalogue_file;
  return config;
}

int Main(int argc, char** argv) {
  Flags flags;
  if (const auto exit_code = Parse(argc, argv, flags)) return *exit_code;
  if (auto logging = SetUpLogging(flags.log.level, flags.log.format); !logging) {
    std::cerr << logging.error().message << "\n";
    return kExitUsage;
  }
  BlockStopSignals();
  LogGrpcThroughSpdlog();
  const auto config = ConfigOf(flags);
  if (!config) {
    spdlog::error("{}", config.error().message);
    return kExitUsage;
  }
  return Serve(flags, *config);
}

}  // namespace
}  // namespace hypergauge::aggregator

int main(int argc, char** argv) {
  return hypergauge::aggregator::Main(argc, argv);
}
