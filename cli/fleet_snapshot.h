#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/client.h"
#include "cli/client_analysis.h"
#include "cli/listing.h"
#include "hypergauge/v1/analysis.pb.h"
#include "hypergauge/v1/query.pb.h"

/// What `top` shows, as asked for at one time.
namespace hypergauge::cli {

struct FleetSnapshot {
  std::optional<v1::GetStatusResponse> status;  ///< unset of an aggregator that is too old
  std::vector<v1::Node> nodes;
  std::vector<v1::Regression> regressions;   ///< open ones, the newest first
  std::vector<v1::PlatformScore> platforms;  ///< the worst first, those without a score last
  std::map<std::string, double> overheads;   ///< by node: geometric mean of its ranked ratios
  int64_t taken_unix_nanos = 0;
};

/// What a node does.
enum class NodeState { kDown, kSilent, kMeasuring, kUp };

/// Silent: connected, and not heard of for two of its own intervals, or an hour where it has none.
[[nodiscard]] NodeState StateOf(const v1::Node& node, int64_t now_unix_nanos);

/// "down 3h", "silent 2h", "measuring 3/8 cpu_sha1", "up".
[[nodiscard]] std::string StateText(const v1::Node& node, int64_t now_unix_nanos);

/// Asks for all of it. What changes slowly, platforms and overheads, is taken from `before` where
/// that is not older than some seconds. Errors: those of the clients.
[[nodiscard]] Result<FleetSnapshot> AskFleet(Client& client, AnalysisClient& analysis,
                                             const FleetSnapshot* before);

/// Geometric means by node.
[[nodiscard]] std::map<std::string, double> OverheadsByNode(const v1::ListOverheadsResponse& all);

/// By the clock of the aggregator, or where it says none by ours.
[[nodiscard]] int64_t NowOf(const FleetSnapshot& fleet);

/// A row a node, the highest overhead first.
[[nodiscard]] Listing FleetListing(const FleetSnapshot& fleet);

/// All of it as one object.
[[nodiscard]] std::string FleetJson(const FleetSnapshot& fleet);

}  // namespace hypergauge::cli
