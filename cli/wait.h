#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "base/result.h"
#include "cli/client.h"
#include "hypergauge/v1/query.pb.h"

namespace hypergauge::cli {

/// One line about what the nodes do now: "host1 [####----] 4/8 cpu_sha1  guest1 waiting".
[[nodiscard]] std::string ProgressLine(const std::vector<v1::Node>& nodes);

/// Waits until `count` connected nodes have completed a cycle under this aggregator, showing
/// progress on standard error: one line redrawn on a terminal, else a line for every change.
/// Errors: kDeadlineExceeded after `limit`, saying which nodes are missing; those of Client.
[[nodiscard]] Result<void> WaitForFirstCycle(Client& client, size_t count,
                                             std::chrono::seconds limit);

/// One line about a lease of `node`: "guest1 [####------] 4/8 cpu_sha1". `nodes` are all that are
/// known, `lease` is null until the lease is granted.
[[nodiscard]] std::string LeaseLine(const std::vector<v1::Node>& nodes, const std::string& node,
                                    const v1::LeaseRecord* lease);

/// Waits until the lease that RunNow promised to `node` is over, showing progress as above.
/// Errors: kDeadlineExceeded after `limit`, saying how far it came; those of Client.
[[nodiscard]] Result<v1::LeaseRecord> WaitForLease(Client& client, const std::string& node,
                                                   const std::string& lease_id,
                                                   std::chrono::nanoseconds limit);

}  // namespace hypergauge::cli
