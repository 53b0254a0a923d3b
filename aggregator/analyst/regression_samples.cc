#include "aggregator/analyst/regression_samples.h"

#include <memory>
#include <string>
#include <utility>

#include "aggregator/analyst/regression_messages.h"
#include "base/printable.h"
#include "base/text_format.h"

namespace hypergauge::aggregator {
namespace {

constexpr const char* kState = "hypergauge_regression_state";
constexpr const char* kMagnitude = "hypergauge_regression_magnitude_ratio";
constexpr const char* kConfidence = "hypergauge_regression_confidence_ratio";
constexpr const char* kOnset = "hypergauge_regression_onset_timestamp_seconds";
constexpr const char* kCause = "hypergauge_regression_cause_info";
constexpr double kNanosPerSecond = 1e9;
constexpr size_t kMostCauseBytes =
    256;  // it quotes facts, which a probe may make as long as it likes

void AddFamilies(exporter::Snapshot& snapshot) {
  const auto add = [&](const char* name, const char* help, const char* unit) {
    snapshot.families[name] = {name, help, exporter::MetricType::kGauge, unit};
  };
  add(kState, "A regression that is open, by its state; always 1", "");
  add(kMagnitude, "How much worse the figures of a regression are: 0.05 is 5 % worse", "ratio");
  add(kConfidence, "1 minus the p-value of a regression, adjusted for all that was judged with it",
      "ratio");
  snapshot.families[kCause] = {kCause,
                               "What a regression seems to be the fault of, and the nearest event "
                               "before it; empty where none is known; always 1",
                               exporter::MetricType::kInfo, ""};
  add(kOnset, "When the first figure on a regression's level was measured", "seconds");
}

}  // namespace

void AddRegressions(const std::vector<v1::Regression>& open, exporter::Snapshot& snapshot) {
  AddFamilies(snapshot);
  auto samples = std::make_shared<exporter::SourceSamples>();
  for (const auto& regression : open) {
    // No label `node`: those of platforms and kernels have none, and a host is not its guests.
    exporter::LabelSet labels = {{"regression", std::to_string(regression.id())},
                                 {"scope", WordOf(regression.scope())},
                                 {"subject", regression.subject()},
                                 {"benchmark", regression.benchmark()},
                                 {"suite", regression.suite()},
                                 {"kind", WordOf(regression.kind())}};
    const std::string rendered = RenderLabels(labels);
    (*samples)[kMagnitude].push_back({rendered, regression.effect_ratio(), 0, {}});
    if (regression.state() != v1::Regression::STATE_SUSPECT) {
      (*samples)[kConfidence].push_back({rendered, 1 - regression.q(), 0, {}});
    }
    (*samples)[kOnset].push_back(
        {rendered, static_cast<double>(regression.onset_unix_nanos()) / kNanosPerSecond, 0, {}});
    (*samples)[kCause].push_back(
        {RenderLabels({{"regression", labels["regression"]},
                       {"blame", regression.blame()},
                       {"cause", Printable(regression.cause(), kMostCauseBytes)}}),
         1,
         0,
         {}});
    labels["state"] = WordOf(regression.state());
    // An alert may page for what the day's budget let through, and for nothing else.
    labels["notified"] = regression.notified() ? "true" : "false";
    (*samples)[kState].push_back({RenderLabels(labels), 1, 0, {}});
  }
  snapshot.sources.push_back(std::move(samples));
}

}  // namespace hypergauge::aggregator
