#pragma once

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::testing {

/// Debian's real Prometheus on a free port, scraping one target and evaluating rules every second.
class PrometheusProcess {
 public:
  /// `rules`: a pattern of rule files, such as "/path/*.yml"; empty for none. `alertmanager_port`:
  /// who is told of alerts; 0 for nobody.
  explicit PrometheusProcess(int target_port, const std::string& rules = "",
                             int alertmanager_port = 0);

  [[nodiscard]] bool ready() const { return port_ != 0; }
  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] Process& process() { return *process_; }

  /// The result vector of an instant query; null with the server's words on standard error when the
  /// query is refused.
  [[nodiscard]] nlohmann::json Query(const std::string& promql) const;

  /// The value of a query that has exactly one series; NaN otherwise.
  [[nodiscard]] double Value(const std::string& promql) const;

 private:
  TempDir folder_;
  std::unique_ptr<Process> process_;
  int port_ = 0;
};

}  // namespace hypergauge::testing
