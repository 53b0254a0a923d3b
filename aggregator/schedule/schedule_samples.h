#pragma once

#include <string_view>
#include <vector>

#include "aggregator/schedule/schedule.h"
#include "exporter/exposition.h"

/// The schedule as series. Pure.
namespace hypergauge::aggregator {

/// hypergauge_schedule_*, but for what is counted where runs are judged.
[[nodiscard]] const std::vector<exporter::Family>& ScheduleFamilies();

/// The reasons of ScheduleCounts and of HostView::held_by, each exposed from the start.
[[nodiscard]] const std::vector<std::string_view>& DeferralReasons();
[[nodiscard]] const std::vector<std::string_view>& PreemptionReasons();
[[nodiscard]] const std::vector<std::string_view>& ExpiryReasons();
[[nodiscard]] const std::vector<std::string_view>& HoldReasons();

/// Hosts come in the order of `hosts`. A round that never comes has no time.
[[nodiscard]] exporter::SourceSamples ScheduleSamples(const std::vector<HostView>& hosts,
                                                      const ScheduleCounts& counts);

}  // namespace hypergauge::aggregator
