#include "aggregator/ingest/fleet_samples.h"

#include <algorithm>
#include <set>
#include <utility>

#include "aggregator/ingest/machine_samples.h"
#include "base/text_format.h"

namespace hypergauge::aggregator {
namespace {

using exporter::Family;
using exporter::LabelSet;
using exporter::MetricType;
using exporter::SourceSamples;

constexpr const char* kPrefix = "hypergauge_";
constexpr double kNanosPerSecond = 1e9;
constexpr double kExpiryIntervals = 2.5;
constexpr int kTurns = 4;  // cycles in which all of the light suite has been measured
constexpr std::chrono::nanoseconds kDaily = std::chrono::hours(24);

double UnixSeconds(int64_t nanos) {
  return static_cast<double>(nanos) / kNanosPerSecond;
}

std::string RoleName(v1::Role role) {
  switch (role) {
    case v1::ROLE_HOST:
      return "host";
    case v1::ROLE_GUEST:
      return "guest";
    case v1::ROLE_CONTAINER:
      return "container";
    default:
      return "unknown";
  }
}

std::string VerdictName(v1::Verdict verdict) {
  constexpr size_t kPrefixLength = sizeof("VERDICT_") - 1;
  std::string name = v1::Verdict_Name(verdict).substr(kPrefixLength);
  for (char& c : name) c = static_cast<char>(c + ('a' - 'A'));
  return name;
}

// Collects a node's samples and lets no series in twice: a scrape with a duplicate is refused
// whole.
class Collector {
 public:
  void Add(const std::string& family, const LabelSet& labels, double value, int64_t expires = 0) {
    std::string rendered = RenderLabels(labels);
    if (!seen_.insert(family + rendered).second) return;
    samples_[family].push_back({std::move(rendered), value, expires, {}});
  }

  SourceSamples Take() { return std::move(samples_); }

 private:
  SourceSamples samples_;
  std::set<std::string> seen_;
};

void AddInfo(const NodeState& state, Collector& out) {
  const auto& node = state.node;
  out.Add("hypergauge_node_info",
          {{"node", node.label()},
           {"role", RoleName(node.role())},
           {"platform", node.platform().name()},
           {"hypervisor", node.platform().hypervisor()},
           {"host", node.placement().host().empty() && node.role() == v1::ROLE_HOST
                        ? node.label()
                        : node.placement().host()},
           {"kernel", node.environment().kernel_release()},
           {"cpu_model", node.environment().cpu_model()},
           {"clocksource", node.environment().clocksource()},
           {"probe_version", node.build().probe_version()}},
          1);
  for (const auto& series : MachineSeries(node)) out.Add(series.family, series.labels, 1);
  for (const auto& benchmark : node.benchmarks()) {
    out.Add("hypergauge_benchmark_available",
            {{"node", node.label()}, {"benchmark", benchmark.name()}},
            benchmark.available() ? 1 : 0);
  }
}

void AddPlacement(const NodeState& state, Collector& out) {
  const auto& placement = state.node.placement();
  if (!placement.host().empty()) {
    const bool declared = placement.source() == v1::Placement::SOURCE_DECLARED;
    out.Add("hypergauge_placement_info",
            {{"node", state.node.label()},
             {"host", placement.host()},
             {"source", declared ? "declared" : "discovered"}},
            1);
  }
  if (state.contested || !placement.host().empty()) {
    out.Add("hypergauge_placement_contested", {{"node", state.node.label()}},
            state.contested ? 1 : 0);
  }
}

void AddNoise(const NodeState& state, Collector& out) {
  for (const auto& noise : state.node.environment().noise()) {
    LabelSet labels(noise.labels().begin(), noise.labels().end());
    labels["node"] = state.node.label();
    labels["benchmark"] = noise.benchmark();
    labels["family"] = noise.family();
    labels["suite"] = noise.suite();
    out.Add("hypergauge_noise_floor_ratio", labels, noise.floor_ratio());
    out.Add("hypergauge_smallest_detectable_change_ratio", labels, noise.detectable_ratio());
  }
}

// A figure of a cache is shown in the run, but is no gauge, except of a family that says so by its
// name.
bool IsOfACache(const NodeState& state, const v1::Run& run, const v1::Measure& measure) {
  const auto& marks = run.marks();
  if (std::find(marks.begin(), marks.end(), v1::MARK_CACHED) == marks.end()) return false;
  for (const auto& benchmark : state.node.benchmarks()) {
    if (benchmark.name() != run.benchmark()) continue;
    for (const auto& quantity : benchmark.quantities()) {
      if (quantity.family() == measure.family() && quantity.unranked()) return false;
    }
  }
  return true;
}

void AddFigures(const NodeState& state, const v1::Run& run, int64_t expires, Collector& out) {
  LabelSet common(run.labels().begin(), run.labels().end());
  common["node"] = state.node.label();
  common["role"] = RoleName(state.node.role());
  common["platform"] = state.node.platform().name();
  common["suite"] = run.suite();
  for (const auto& measure : run.measures()) {
    // A probe cannot write into hypergauge's own families.
    if (NodeFamilies().contains(kPrefix + measure.family())) continue;
    if (IsOfACache(state, run, measure)) continue;
    LabelSet labels(measure.labels().begin(), measure.labels().end());
    labels.insert(common.begin(), common.end());
    out.Add(kPrefix + measure.family(), labels, measure.median(), expires);
  }
}

void AddQuality(const NodeState& state, const v1::Run& run, int64_t expires, Collector& out) {
  const LabelSet labels{
      {"node", state.node.label()}, {"benchmark", run.benchmark()}, {"suite", run.suite()}};
  out.Add("hypergauge_benchmark_last_clean_timestamp_seconds", labels,
          UnixSeconds(EffectiveStart(run)), expires);
  out.Add("hypergauge_benchmark_others_cpus", labels, run.interference().others_cpus(), expires);
  if (run.measures().empty() || IsOfACache(state, run, run.measures(0))) return;
  const auto& primary = run.measures(0);
  out.Add("hypergauge_benchmark_samples", labels, primary.samples_size(), expires);
  if (primary.median() > 0) {
    out.Add("hypergauge_benchmark_spread_ratio", labels, primary.mad() / primary.median(), expires);
  }
}

void AddCleanShare(const NodeState& state, Collector& out) {
  int64_t clean = 0;
  int64_t all = 0;
  for (const auto& [key, runs] : state.tallies) {
    if (key.second == v1::VERDICT_UNSUPPORTED) continue;
    all += runs;
    if (key.second == v1::VERDICT_CLEAN) clean += runs;
  }
  if (all == 0) return;
  out.Add("hypergauge_node_clean_runs_ratio", {{"node", state.node.label()}},
          static_cast<double>(clean) / static_cast<double>(all));
}

// How often a run like this one comes around.
std::chrono::nanoseconds IntervalOf(const NodeState& state, const v1::Run& run,
                                    std::chrono::nanoseconds interval) {
  const auto planned = state.intervals.find(run.suite());
  if (planned != state.intervals.end()) {
    interval = planned->second;
  } else if (const auto wanted = state.node.wanted_interval_seconds(); wanted > 0) {
    interval = std::chrono::seconds(wanted);
  }
  if (run.suite() != "light") {
    return planned == state.intervals.end() ? std::max(interval, kDaily) : interval;
  }
  const auto& known = state.node.benchmarks();
  const bool takes_turns = std::any_of(known.begin(), known.end(), [&](const auto& each) {
    return each.name() == run.benchmark() && !each.core();
  });
  return takes_turns ? interval * kTurns : interval;
}

const v1::Run* LatestWithClock(const NodeState& state) {
  const v1::Run* newest = nullptr;
  for (const auto& [key, latest] : state.latest) {
    if (latest.run.clock().ratios().empty()) continue;
    if (newest == nullptr || EffectiveStart(latest.run) > EffectiveStart(*newest)) {
      newest = &latest.run;
    }
  }
  return newest;
}

// The clocks are the node's, not a benchmark's: the newest comparison counts, of a run's own ratio
// and its window's the more precise one.
void AddClock(const NodeState& state, const v1::Run& run, int64_t expires, Collector& out) {
  std::map<std::string, v1::ClockEvidence::Ratio> best;
  for (const auto* ratios : {&run.clock().ratios(), &run.clock().window_ratios()}) {
    for (const auto& ratio : *ratios) {
      const auto [known, is_new] = best.try_emplace(ratio.clock(), ratio);
      if (!is_new && ratio.error() < known->second.error()) known->second = ratio;
    }
  }
  for (const auto& [clock, ratio] : best) {
    const LabelSet labels = {{"node", state.node.label()}, {"clock", clock}};
    out.Add("hypergauge_clock_ratio", labels, ratio.ratio(), expires);
    out.Add("hypergauge_clock_error_ratio", labels, ratio.error(), expires);
  }
  out.Add("hypergauge_clock_offset_seconds", {{"node", state.node.label()}},
          UnixSeconds(run.clock().offset_nanos()), expires);
}

}  // namespace

const std::map<std::string, Family, std::less<>>& NodeFamilies() {
  static const auto kFamilies = [] {
    std::map<std::string, Family, std::less<>> result;
    const auto add = [&](const char* name, const char* help, MetricType type,
                         const char* unit = "") {
      result[name] = {name, help, type, unit};
    };
    const auto gauge = MetricType::kGauge;
    const auto counter = MetricType::kCounter;
    add("hypergauge_node_info", "What a node is and what it runs on; always 1", MetricType::kInfo);
    add("hypergauge_node_up", "Whether the node's probe is connected (1) or not (0)", gauge);
    add("hypergauge_node_last_seen_timestamp_seconds", "When the node's probe was last heard of",
        gauge, "seconds");
    add("hypergauge_placement_info",
        "Which host a node runs on, and whether a user declared it or it was discovered; always 1",
        MetricType::kInfo);
    add("hypergauge_placement_contested",
        "Whether several hosts claim the node, or a twin has its identity (1), or not (0)", gauge);
    add("hypergauge_benchmark_info", "What a benchmark's primary figure is; always 1",
        MetricType::kInfo);
    add("hypergauge_benchmark_available", "Whether the node can run the benchmark (1) or not (0)",
        gauge);
    add("hypergauge_benchmark_last_run_timestamp_seconds",
        "Start of the last run, whatever its verdict", gauge, "seconds");
    add("hypergauge_benchmark_last_clean_timestamp_seconds",
        "Start of the last clean run, which the benchmark's own series show", gauge, "seconds");
    add("hypergauge_benchmark_samples", "Samples of the last clean run", gauge);
    add("hypergauge_benchmark_spread_ratio",
        "Spread of the last clean run: 1.4826 x MAD / median of its primary figure", gauge,
        "ratio");
    add("hypergauge_benchmark_others_cpus",
        "CPUs that others used during the last clean run: compare runs of like load", gauge);
    add("hypergauge_node_clean_runs_ratio",
        "Share of clean runs among all that gave or should have given figures", gauge, "ratio");
    add("hypergauge_noise_floor_ratio",
        "Spread of a benchmark's primary figure over A/A rounds: 1.4826 x MAD / median", gauge,
        "ratio");
    add("hypergauge_smallest_detectable_change_ratio",
        "Change that paired blocks of runs find with 80 % power, from A/A rounds", gauge, "ratio");
    add("hypergauge_clock_ratio",
        "Time that passed by the node's clock / by the aggregator's, at the last comparison", gauge,
        "ratio");
    add("hypergauge_clock_error_ratio", "Bound of the error of hypergauge_clock_ratio", gauge,
        "ratio");
    add("hypergauge_clock_offset_seconds",
        "The node's CLOCK_REALTIME minus the aggregator's, at the last comparison", gauge,
        "seconds");
    add("hypergauge_runs_total", "Runs stored, by verdict", counter);
    add("hypergauge_probe_spool_waiting_runs",
        "Finished runs that the probe keeps until they are acknowledged", gauge);
    add("hypergauge_probe_spool_dropped_runs_total",
        "Finished runs that the probe dropped because its spool was full", counter);
    add("hypergauge_probe_spool_rejected_runs_total",
        "Finished runs that the probe set aside because they were refused", counter);
    for (const auto& family : MachineFamilies()) result[family.name] = family;
    return result;
  }();
  return kFamilies;
}

void AddBenchmarkFamilies(const v1::BenchmarkDescriptor& descriptor,
                          std::map<std::string, Family, std::less<>>& families) {
  for (const auto& quantity : descriptor.quantities()) {
    const std::string name = kPrefix + quantity.family();
    families.try_emplace(name, Family{name, quantity.help(), MetricType::kGauge, quantity.unit()});
  }
}

SourceSamples NodeSamples(const NodeState& state, std::chrono::nanoseconds interval) {
  Collector out;
  AddInfo(state, out);
  AddPlacement(state, out);
  AddNoise(state, out);
  const auto expires = [&](const v1::Run& run) {
    const auto at = std::chrono::nanoseconds(EffectiveStart(run)) +
                    std::chrono::duration_cast<std::chrono::nanoseconds>(
                        kExpiryIntervals * IntervalOf(state, run, interval));
    return std::chrono::duration_cast<std::chrono::seconds>(at).count();
  };
  for (const auto& [key, latest] : state.latest) {
    out.Add("hypergauge_benchmark_last_run_timestamp_seconds",
            {{"node", state.node.label()},
             {"benchmark", latest.run.benchmark()},
             {"suite", latest.run.suite()}},
            UnixSeconds(EffectiveStart(latest.run)), expires(latest.run));
    if (!latest.clean) continue;
    AddFigures(state, *latest.clean, expires(*latest.clean), out);
    AddQuality(state, *latest.clean, expires(*latest.clean), out);
  }
  AddCleanShare(state, out);
  if (const auto* run = LatestWithClock(state)) AddClock(state, *run, expires(*run), out);
  for (const auto& [key, runs] : state.tallies) {
    out.Add("hypergauge_runs_total",
            {{"node", state.node.label()},
             {"benchmark", key.first},
             {"verdict", VerdictName(key.second)}},
            static_cast<double>(runs));
  }
  return out.Take();
}

void AddLiveSamples(const NodeState& state, SourceSamples& samples) {
  const std::string labels = RenderLabels({{"node", state.node.label()}});
  const auto add = [&](const char* family, double value) {
    samples[family].push_back({labels, value, 0, {}});
  };
  add("hypergauge_node_up", state.node.connected() ? 1 : 0);
  add("hypergauge_node_last_seen_timestamp_seconds",
      UnixSeconds(state.node.last_seen_unix_nanos()));
  if (state.node.has_spool()) {
    const auto& spool = state.node.spool();
    add("hypergauge_probe_spool_waiting_runs", static_cast<double>(spool.waiting_runs()));
    add("hypergauge_probe_spool_dropped_runs_total", static_cast<double>(spool.dropped_runs()));
    add("hypergauge_probe_spool_rejected_runs_total", static_cast<double>(spool.rejected_runs()));
  }
}

}  // namespace hypergauge::aggregator
