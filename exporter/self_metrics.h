#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "exporter/exposition.h"

/// The aggregator's metrics about itself, on prometheus-cpp's core. The rest of the project
/// includes this header and none of prometheus/.
namespace hypergauge::exporter {

using Counter = prometheus::Counter;
using Gauge = prometheus::Gauge;
using Histogram = prometheus::Histogram;

/// Threads: any; the returned metrics live as long as this object.
class SelfMetrics {
 public:
  /// With the process_* family (CPU, memory, descriptors, start time) read from `proc_root`.
  explicit SelfMetrics(std::string proc_root = "/proc");

  Counter& AddCounter(const std::string& name, const std::string& help,
                      const LabelSet& labels = {});
  Gauge& AddGauge(const std::string& name, const std::string& help, const LabelSet& labels = {});
  Histogram& AddHistogram(const std::string& name, const std::string& help,
                          const std::vector<double>& buckets, const LabelSet& labels = {});
  /// A gauge whose value is asked for at every scrape.
  void AddCallback(const std::string& name, const std::string& help, std::function<double()> read);

  /// Adds all families and one source to `snapshot`.
  void CollectInto(Snapshot& snapshot) const;

 private:
  struct Callback {
    Family family;
    std::function<double()> read;
  };
  std::string proc_root_;
  std::shared_ptr<prometheus::Registry> registry_;
  std::vector<Callback> callbacks_;
};

}  // namespace hypergauge::exporter
