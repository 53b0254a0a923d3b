#pragma once

#include <map>
#include <string>

namespace hypergauge::probes {

/// Gauges in Prometheus' text format, fit for node_exporter's textfile collector: no timestamps,
/// each family once, no series twice.
class Textfile {
 public:
  using Labels = std::map<std::string, std::string>;

  /// `family` is without the prefix "hypergauge_". The last value of a series counts, and the first
  /// help that is not empty.
  void Add(const std::string& family, const std::string& help, const Labels& labels, double value);

  [[nodiscard]] std::string Text() const;

 private:
  struct Family {
    std::string help;
    std::map<std::string, double> values;  // by rendered labels
  };
  std::map<std::string, Family> families_;
};

}  // namespace hypergauge::probes
