#include "probes/run_output.h"
#include "probes/run_words.h"
#include "probes/textfile.h"

namespace hypergauge::probes {
namespace {

void AddFigures(const v1::Run& run, const v1::BenchmarkDescriptor* descriptor, Textfile& out) {
  for (const auto& measure : run.measures()) {
    if (IsOfACache(run, QuantityOf(descriptor, measure))) continue;
    auto labels = ToMap(run.labels());
    for (const auto& [name, value] : measure.labels()) labels[name] = value;
    labels["suite"] = run.suite();
    out.Add(measure.family(), QuantityOf(descriptor, measure).help(), labels, measure.median());
  }
}

// How far the figures can be trusted.
void AddQuality(const v1::Run& run, const v1::BenchmarkDescriptor* descriptor, Textfile& out) {
  if (run.measures().empty() || IsOfACache(run, QuantityOf(descriptor, run.measures(0)))) return;
  const auto& primary = run.measures(0);
  const Textfile::Labels labels = {{"benchmark", run.benchmark()}, {"suite", run.suite()}};
  out.Add("benchmark_samples", "Samples of the last clean run", labels, primary.samples_size());
  if (primary.median() <= 0) return;
  out.Add("benchmark_spread_ratio",
          "Spread of the last clean run: 1.4826 x MAD / median of its primary figure", labels,
          primary.mad() / primary.median());
}

}  // namespace

std::string RunsPrometheus(const Runs& runs, const Descriptors& descriptors) {
  Textfile out;
  for (const auto& run : runs) {
    constexpr double kNanosPerSecond = 1e9;
    out.Add("benchmark_last_run_timestamp_seconds",
            "Start of the last run; only a clean one has figures",
            {{"benchmark", run.benchmark()},
             {"suite", run.suite()},
             {"verdict", VerdictWord(run.verdict())}},
            static_cast<double>(run.started_unix_nanos()) / kNanosPerSecond);
    if (run.verdict() != v1::VERDICT_CLEAN) continue;
    const auto* descriptor = DescriptorOf(run, descriptors);
    AddFigures(run, descriptor, out);
    AddQuality(run, descriptor, out);
  }
  return out.Text();
}

}  // namespace hypergauge::probes
