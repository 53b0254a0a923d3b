#pragma once

#include <memory>
#include <string>
#include <vector>

#include "tests/support/process.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::testing {

/// An alert as Alertmanager has it now.
struct HeldAlert {
  std::string name;
  std::string state;  ///< active, suppressed, or unprocessed
  int inhibited_by = 0;
};

/// Debian's real Alertmanager on a free port with the configuration that ships. Of that only the
/// webhooks' port and the durations of its routes are others: a second in place of minutes.
class AlertmanagerProcess {
 public:
  explicit AlertmanagerProcess(int webhook_port);

  [[nodiscard]] bool ready() const { return port_ != 0; }
  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] Process& process() { return *process_; }

  /// Posts alerts as Prometheus does: a JSON array of {"labels", "annotations", "endsAt"}.
  /// The status of the answer.
  [[nodiscard]] int Post(const std::string& alerts) const;

  /// All that it holds, by name.
  [[nodiscard]] std::vector<HeldAlert> Alerts() const;

 private:
  TempDir folder_;
  std::unique_ptr<Process> process_;
  int port_ = 0;
};

}  // namespace hypergauge::testing
