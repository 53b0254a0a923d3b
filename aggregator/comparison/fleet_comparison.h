#pragma once

#include <set>
#include <string>
#include <utility>
#include <vector>

#include "aggregator/comparison/compare.h"
#include "aggregator/comparison/shared_answer.h"
#include "aggregator/ingest/fleet.h"
#include "aggregator/store/store.h"
#include "base/clock.h"
#include "base/result.h"
#include "hypergauge/v1/analysis.pb.h"

namespace hypergauge::aggregator {

/// Compares the nodes of a running aggregator, for whoever asks: a scrape, gRPC, HTTP. Threads:
/// any.
class FleetComparison {
 public:
  /// `groups`: nodes on equal hardware, as the configuration declares them. All else must outlive
  /// it.
  FleetComparison(Store& store, const Fleet& fleet, const Clock& clock,
                  std::vector<v1::HardwareGroup> groups)
      : store_(store), fleet_(fleet), clock_(clock), groups_(std::move(groups)), shared_(clock) {}

  /// Answers AnalysisService.Compare. A request without hardware groups has the declared ones, of
  /// which nodes that are not there (yet, or any more) are left out: a name that is wrong must not
  /// keep all figures away. Errors: those of Compare and SharedAnswer.
  [[nodiscard]] Result<v1::CompareResponse> Compare(const v1::CompareRequest& request);

 private:
  [[nodiscard]] std::vector<v1::HardwareGroup> DeclaredGroups(const ComparedFleet& fleet);

  Store& store_;
  const Fleet& fleet_;
  const Clock& clock_;
  const std::vector<v1::HardwareGroup> groups_;
  SharedAnswer shared_;
  // Nodes of groups that were not there last time; of whoever shared_ has make one.
  std::set<std::string> warned_;
};

}  // namespace hypergauge::aggregator
