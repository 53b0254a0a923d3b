// How long a scrape of a large fleet takes: 1,000 nodes with 1,000 gauges each, written by
// WriteExposition and by prometheus-cpp's serializer. Both run in one process, one after the other;
// bytes_per_second and items_per_second compare them.
#include <benchmark/benchmark.h>
#include <prometheus/metric_family.h>
#include <prometheus/text_serializer.h>

#include <memory>
#include <string>

#include "base/text_format.h"
#include "exporter/exposition.h"

namespace hypergauge::exporter {
namespace {

constexpr int kNodes = 1000;
constexpr int kFamilies = 100;
constexpr int kSeries = 10;  // of a family, a node

std::string FamilyName(int family) {
  return "hypergauge_benchmark_number_" + std::to_string(family) + "_seconds";
}

LabelSet Labels(int node, int series) {
  return {{"node", "node-" + std::to_string(node) + ".example.org"},
          {"platform", "qemu"},
          {"role", "guest"},
          {"stat", "p" + std::to_string(series)}};
}

double Value(int node, int family, int series) {
  return 1.0 / (1 + node + 3 * family + 7 * series);  // most digits that there are
}

Snapshot LargeSnapshot() {
  Snapshot snapshot;
  for (int family = 0; family < kFamilies; ++family) {
    const auto name = FamilyName(family);
    snapshot.families[name] = {name, "A benchmark.", MetricType::kGauge, "seconds"};
  }
  for (int node = 0; node < kNodes; ++node) {
    auto source = std::make_shared<SourceSamples>();
    for (int family = 0; family < kFamilies; ++family) {
      auto& samples = (*source)[FamilyName(family)];
      for (int series = 0; series < kSeries; ++series) {
        samples.push_back(
            {RenderLabels(Labels(node, series)), Value(node, family, series), 2'000'000'000, ""});
      }
    }
    snapshot.sources.push_back(std::move(source));
  }
  return snapshot;
}

std::vector<prometheus::MetricFamily> LargeFamilies() {
  std::vector<prometheus::MetricFamily> families;
  for (int family = 0; family < kFamilies; ++family) {
    families.push_back({FamilyName(family), "A benchmark.", prometheus::MetricType::Gauge, {}});
    for (int node = 0; node < kNodes; ++node) {
      for (int series = 0; series < kSeries; ++series) {
        auto& metric = families.back().metric.emplace_back();
        for (const auto& [name, value] : Labels(node, series))
          metric.label.push_back({name, value});
        metric.gauge.value = Value(node, family, series);
      }
    }
  }
  return families;
}

void Report(benchmark::State& state, size_t bytes) {
  state.SetItemsProcessed(state.iterations() * kNodes * kFamilies * kSeries);
  state.SetBytesProcessed(state.iterations() * static_cast<int64_t>(bytes));
}

void BM_WriteExposition(benchmark::State& state, Format format) {
  const Snapshot snapshot = LargeSnapshot();
  size_t bytes = 0;
  for (auto _ : state) bytes = WriteExposition(snapshot, format, 1'700'000'000).size();
  Report(state, bytes);
}

void BM_PrometheusCpp(benchmark::State& state) {
  const auto families = LargeFamilies();
  size_t bytes = 0;
  for (auto _ : state) bytes = prometheus::TextSerializer().Serialize(families).size();
  Report(state, bytes);
}

BENCHMARK_CAPTURE(BM_WriteExposition, text, Format::kText004)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(BM_WriteExposition, openmetrics, Format::kOpenMetrics100)
    ->Unit(benchmark::kMillisecond);
BENCHMARK(BM_PrometheusCpp)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace hypergauge::exporter

BENCHMARK_MAIN();
