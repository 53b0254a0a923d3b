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

}  // namespace hypergauge::cli
