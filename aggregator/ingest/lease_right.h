#pragma once

#include <functional>
#include <optional>
#include <string>

#include "aggregator/ingest/run_time.h"
#include "hypergauge/v1/run.pb.h"
#include "hypergauge/v1/schedule.pb.h"

namespace hypergauge::aggregator {

/// What a run had no right to. Reasons are those of Event::KIND_LEASE_VIOLATED.
struct Violation {
  std::string reason;
  std::string text;  ///< for people: "lease-7 had expired 12.3 s before the run ended"
};

/// Whether a run from `start` until `end` lies inside of the offline slot with the token.
using CoversSlot = std::function<bool(uint64_t token, const std::string& node_id, Time start,
                                      Time end, Time tolerance)>;
/// A node's label by its node_id; empty where it has none.
using LabelOfNode = std::function<std::string(const std::string& node_id)>;

/// Whether the run had the right to measure when it did. `record`: what its token stands for. What
/// the clocks leave open is no violation.
[[nodiscard]] std::optional<Violation> FindViolation(const v1::Run& run, const RunTime& time,
                                                     const std::optional<v1::LeaseRecord>& record,
                                                     const CoversSlot& covers,
                                                     const LabelOfNode& label_of);

}  // namespace hypergauge::aggregator
