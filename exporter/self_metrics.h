#pragma once

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>

#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "exporter/exposition.h"

/// The aggregator's metrics about itself, on prometheus-cpp's core. The rest of the project
/// includes this header and none of prometheus/.
namespace hypergauge::exporter {

using Counter = prometheus::Counter;
using Gauge = prometheus::Gauge;
using Histogram = prometheus::Histogram;

/// A name that ends with _seconds, _bytes or _ratio (before _total) gives its family that unit; a
/// gauge whose name ends with _info is exposed as an info metric.
/// Names are the program's own: an illegal one, or one used twice with different types, is a defect
/// and throws std::invalid_argument.
/// Threads: any; the returned metrics live as long as this object.
class SelfMetrics {
 public:
  /// With the process_* families (CPU, memory, descriptors, start time) read from `proc_root`; what
  /// cannot be read is left out.
  explicit SelfMetrics(std::string proc_root = "/proc");

  /// The same name and labels return the same metric.
  Counter& AddCounter(const std::string& name, const std::string& help,
                      const LabelSet& labels = {});
  Gauge& AddGauge(const std::string& name, const std::string& help, const LabelSet& labels = {});
  /// `buckets` are upper bounds in ascending order without +Inf.
  Histogram& AddHistogram(const std::string& name, const std::string& help,
                          const std::vector<double>& buckets, const LabelSet& labels = {});
  /// A gauge whose value is asked for at every scrape. The same name again replaces it. `read` must
  /// not call this object.
  void AddCallback(const std::string& name, const std::string& help, std::function<double()> read);

  /// Adds all families and one source to `snapshot`.
  void CollectInto(Snapshot& snapshot) const;

 private:
  struct Callback {
    std::string help;
    std::function<double()> read;
  };
  const std::string proc_root_;
  prometheus::Registry registry_;
  mutable std::mutex mutex_;  // of callbacks_; the registry has its own
  std::map<std::string, Callback> callbacks_;
};

}  // namespace hypergauge::exporter
