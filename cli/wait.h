#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "base/result.h"
#include "cli/client.h"
#include "hypergauge/v1/query.pb.h"

namespace hypergauge::cli {

/// Writes progress to standard error: one line redrawn on a terminal, which is gone at the end,
/// else a line for every change.
class ProgressDisplay {
 public:
  enum When { kAlways, kOnTerminalsOnly };

  explicit ProgressDisplay(When when = kAlways);
  ~ProgressDisplay();
  ProgressDisplay(const ProgressDisplay&) = delete;
  ProgressDisplay& operator=(const ProgressDisplay&) = delete;

  void Show(const std::string& line);

 private:
  bool terminal_;
  bool silent_;
  size_t width_ = 0;
  std::string shown_;
};

/// "[#####---------------] 25 %  node 2 of 7": a share of 0 to 1.
[[nodiscard]] std::string ShareLine(double share, const std::string& what);

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
