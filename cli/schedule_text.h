#pragma once

#include <cstdint>
#include <string>

#include "cli/listing.h"
#include "hypergauge/v1/schedule.pb.h"
#include "program/terminal.h"

/// The schedule as a person reads it. Pure functions.
namespace hypergauge::cli {

/// What keeps hosts from measuring; for each host a timeline from `since` on, its arithmetic and
/// its occupancy; then what the blocks mean and what went another way than planned.
[[nodiscard]] std::string ScheduleText(const v1::GetScheduleResponse& schedule,
                                       int64_t since_unix_nanos, const Terminal& terminal);

/// For programs: a row a lease, then the turns that are planned, host by host.
[[nodiscard]] Listing ScheduleListing(const v1::GetScheduleResponse& schedule);

/// "completed", "refused: busy", "expired" ...
[[nodiscard]] std::string OutcomeText(const v1::LeaseRecord& lease);

}  // namespace hypergauge::cli
