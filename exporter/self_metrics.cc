#include "exporter/self_metrics.h"

#include <algorithm>
#include <array>
#include <memory>
#include <string_view>
#include <utility>

#include "base/text_format.h"
#include "exporter/process_metrics.h"

namespace hypergauge::exporter {
namespace {

std::string UnitOf(std::string_view name) {
  constexpr std::string_view kTotal = "_total";
  if (name.ends_with(kTotal)) name.remove_suffix(kTotal.size());
  for (const std::string_view unit : {"seconds", "bytes", "ratio"}) {
    if (name.ends_with("_" + std::string(unit))) return std::string(unit);
  }
  return {};
}

MetricType TypeOf(const prometheus::MetricFamily& family) {
  switch (family.type) {
    case prometheus::MetricType::Counter:
      return MetricType::kCounter;
    case prometheus::MetricType::Gauge:
      return family.name.ends_with("_info") ? MetricType::kInfo : MetricType::kGauge;
    case prometheus::MetricType::Histogram:
      return MetricType::kHistogram;
    case prometheus::MetricType::Summary:
      return MetricType::kSummary;
    default:
      return MetricType::kUnknown;
  }
}

Sample MakeSample(double value, const LabelSet& labels = {}, std::string suffix = {}) {
  Sample sample;
  sample.labels = RenderLabels(labels);
  sample.value = value;
  sample.suffix = std::move(suffix);
  return sample;
}

void AppendHistogram(const prometheus::ClientMetric::Histogram& histogram, LabelSet labels,
                     std::vector<Sample>& samples) {
  const auto sum = MakeSample(histogram.sample_sum, labels, "_sum");
  const auto count = static_cast<double>(histogram.sample_count);
  const auto total = MakeSample(count, labels, "_count");
  for (const auto& bucket : histogram.bucket) {
    labels["le"] = FormatBound(bucket.upper_bound);
    samples.push_back(MakeSample(static_cast<double>(bucket.cumulative_count), labels, "_bucket"));
  }
  samples.push_back(sum);
  samples.push_back(total);
}

void AppendMetric(const prometheus::ClientMetric& metric, MetricType type,
                  std::vector<Sample>& samples) {
  LabelSet labels;
  for (const auto& label : metric.label) labels[label.name] = label.value;
  if (type == MetricType::kHistogram) {
    AppendHistogram(metric.histogram, std::move(labels), samples);
  } else {
    const bool counter = type == MetricType::kCounter;
    samples.push_back(MakeSample(counter ? metric.counter.value : metric.gauge.value, labels));
  }
}

void AddProcessMetrics(const ProcessMetrics& metrics, Snapshot& snapshot, SourceSamples& source) {
  struct Row {
    std::string_view name;
    std::string_view help;
    double value;
  };
  const std::array<Row, 6> rows = {{
      {"process_cpu_seconds_total", "User and system CPU time spent.", metrics.cpu_seconds},
      {"process_start_time_seconds", "Start of the process, since 1970.",
       metrics.start_time_seconds},
      {"process_virtual_memory_bytes", "Virtual memory size.", metrics.virtual_bytes},
      {"process_resident_memory_bytes", "Resident memory size.", metrics.resident_bytes},
      {"process_open_fds", "Open file descriptors.", metrics.open_descriptors},
      {"process_max_fds", "Limit of open file descriptors.", metrics.max_descriptors},
  }};
  for (const auto& [name_view, help, value] : rows) {
    const std::string name(name_view);
    const auto type = name.ends_with("_total") ? MetricType::kCounter : MetricType::kGauge;
    snapshot.families[name] = {name, std::string(help), type, UnitOf(name)};
    source[name] = {MakeSample(value)};
  }
}

}  // namespace

SelfMetrics::SelfMetrics(std::string proc_root) : proc_root_(std::move(proc_root)) {}

Counter& SelfMetrics::AddCounter(const std::string& name, const std::string& help,
                                 const LabelSet& labels) {
  return prometheus::BuildCounter().Name(name).Help(help).Register(registry_).Add(labels);
}

Gauge& SelfMetrics::AddGauge(const std::string& name, const std::string& help,
                             const LabelSet& labels) {
  return prometheus::BuildGauge().Name(name).Help(help).Register(registry_).Add(labels);
}

Histogram& SelfMetrics::AddHistogram(const std::string& name, const std::string& help,
                                     const std::vector<double>& buckets, const LabelSet& labels) {
  return prometheus::BuildHistogram().Name(name).Help(help).Register(registry_).Add(labels,
                                                                                    buckets);
}

void SelfMetrics::AddCallback(const std::string& name, const std::string& help,
                              std::function<double()> read) {
  const std::lock_guard lock(mutex_);
  callbacks_[name] = {help, std::move(read)};
}

void SelfMetrics::CollectInto(Snapshot& snapshot) const {
  auto source = std::make_shared<SourceSamples>();
  for (auto& family : registry_.Collect()) {
    const auto type = TypeOf(family);
    // The registry keeps them by hash; people compare one scrape with the next.
    std::sort(family.metric.begin(), family.metric.end(),
              [](const auto& a, const auto& b) { return a.label < b.label; });
    snapshot.families[family.name] = {family.name, family.help, type, UnitOf(family.name)};
    for (const auto& metric : family.metric) AppendMetric(metric, type, (*source)[family.name]);
  }
  {
    const std::lock_guard lock(mutex_);
    for (const auto& [name, callback] : callbacks_) {
      snapshot.families[name] = {name, callback.help, MetricType::kGauge, UnitOf(name)};
      (*source)[name] = {MakeSample(callback.read())};
    }
  }
  if (const auto process = ReadProcessMetrics(proc_root_)) {
    AddProcessMetrics(*process, snapshot, *source);
  }
  snapshot.sources.push_back(std::move(source));
}

}  // namespace hypergauge::exporter
