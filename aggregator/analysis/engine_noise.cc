#include <algorithm>

#include "aggregator/analysis/engine_impl.h"

namespace hypergauge::analysis {

std::vector<SeriesNoise> RegressionEngine::Impl::Noise() const {
  std::vector<SeriesNoise> all;
  for (Slot slot = 0; slot < index.slot_count(); ++slot) {
    if (index.series(slot).measure == kNone) continue;
    const auto noise = states[slot].detector.noise();
    if (!noise) continue;
    const auto& measure = index.MeasureOf(slot);
    all.push_back({.node = index.NodeOf(slot).info.node,
                   .benchmark = measure.benchmark,
                   .suite = measure.suite,
                   .family = measure.family,
                   .labels = measure.labels,
                   .floor = noise->sigma,
                   .smallest_step = std::max(noise->smallest_step, MinEffect(measure))});
  }
  return all;
}

std::vector<SeriesNoise> RegressionEngine::Noise() const {
  return impl_->Noise();
}

}  // namespace hypergauge::analysis
