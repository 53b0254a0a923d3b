#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "aggregator/analysis/regression.h"
#include "aggregator/ingest/fleet.h"
#include "aggregator/store/series_key.h"
#include "hypergauge/v1/event.pb.h"

/// What the engine is told of nodes and benchmarks, out of what the fleet knows. Not thread-safe.
namespace hypergauge::aggregator {

/// The figure of a benchmark that is ranked, compared and watched.
struct PrimaryQuantity {
  std::string family;
  std::string category;
  bool higher_is_better = false;
  bool is_core = false;  ///< measured in every cycle of the light suite
};

class FleetFacts {
 public:
  /// What is new since the last time.
  struct Changes {
    std::vector<analysis::NodeInfo> nodes;
    std::vector<v1::Event> events;  ///< another release of a probe; nobody else tells of it
  };
  /// Looks at the fleet anew.
  [[nodiscard]] Changes Update(const Fleet& fleet, int64_t now_unix_nanos);

  [[nodiscard]] bool Knows(const std::string& node_id) const { return nodes_.contains(node_id); }
  void Forget(const std::string& node_id) {
    nodes_.erase(node_id);
    probe_versions_.erase(node_id);
  }
  /// What an event of the past did to the groups of nodes that are listed now; the later of two
  /// counts.
  [[nodiscard]] std::vector<analysis::GroupChange> GroupChangesOf(const v1::Event& event) const;
  /// By node_id.
  [[nodiscard]] const std::map<std::string, analysis::NodeInfo>& nodes() const { return nodes_; }

  /// Nothing for a benchmark that nobody announces, or whose figure is not to be ranked.
  [[nodiscard]] const PrimaryQuantity* PrimaryOf(const std::string& benchmark) const;

 private:
  std::map<std::string, analysis::NodeInfo> nodes_;    // by node_id
  std::map<std::string, std::string> probe_versions_;  // by node_id
  std::map<std::string, PrimaryQuantity> primaries_;   // by benchmark
};

/// Nothing for a kind that is no cause of anything.
[[nodiscard]] std::optional<analysis::NodeEvent> CauseOf(const v1::Event& event);

/// How the engine is told of a series. `cycle`: between two cycles of its suite; what is not
/// measured in each of them comes in every fourth.
[[nodiscard]] analysis::SeriesInfo InfoOf(const StoredSeries& series,
                                          const PrimaryQuantity& primary,
                                          std::chrono::nanoseconds cycle);

}  // namespace hypergauge::aggregator
