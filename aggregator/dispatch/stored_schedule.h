#pragma once

#include <vector>

#include "aggregator/schedule/schedule.h"
#include "aggregator/store/store.h"
#include "base/result.h"
#include "hypergauge/v1/schedule.pb.h"

/// The schedule's memory: between what the store keeps and what Schedule::Restore takes.
namespace hypergauge::aggregator {

[[nodiscard]] v1::SlotRecord RecordOf(const Slot& slot);
[[nodiscard]] HostDayRow RowOf(const HostDay& day);

/// What the last aggregator left. `leases`: those that last or ended lately.
/// Errors: those of the store.
[[nodiscard]] Result<ScheduleState> LoadSchedule(Store& store,
                                                 const std::vector<v1::LeaseRecord>& leases,
                                                 Time now);

}  // namespace hypergauge::aggregator
