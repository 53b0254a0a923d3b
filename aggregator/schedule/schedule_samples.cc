#include "aggregator/schedule/schedule_samples.h"

#include <string>
#include <utility>

#include "base/clock.h"
#include "base/text_format.h"

namespace hypergauge::aggregator {
namespace {

using exporter::LabelSet;
using exporter::MetricType;
using exporter::SourceSamples;

using ReasonNames = std::vector<std::string_view>;

void Add(SourceSamples& samples, const char* family, const LabelSet& labels, double value) {
  samples[family].push_back({RenderLabels(labels), value, 0, {}});
}

void AddIntervals(const HostView& host, SourceSamples& samples) {
  for (const auto& interval : host.intervals) {
    const LabelSet labels = {{"host", host.host}, {"plan", interval.plan}};
    Add(samples, "hypergauge_schedule_interval_seconds", labels, ToSeconds(interval.effective));
    Add(samples, "hypergauge_schedule_wanted_interval_seconds", labels, ToSeconds(interval.wanted));
    Add(samples, "hypergauge_schedule_round_seconds", labels, ToSeconds(interval.round));
    if (interval.next == Time::max()) continue;
    Add(samples, "hypergauge_schedule_next_round_timestamp_seconds", labels,
        ToSeconds(interval.next));
  }
}

void AddHost(const HostView& host, SourceSamples& samples) {
  const LabelSet labels = {{"host", host.host}};
  Add(samples, "hypergauge_schedule_utilisation_ratio", labels, host.utilisation);
  Add(samples, "hypergauge_schedule_locked", labels, host.locked ? 1 : 0);
  for (const auto reason : HoldReasons()) {
    Add(samples, "hypergauge_schedule_held", {{"host", host.host}, {"reason", std::string(reason)}},
        host.held_by == reason ? 1 : 0);
  }
  AddIntervals(host, samples);
}

void AddCounts(const char* family, const ReasonNames& from_the_start,
               std::map<std::string, uint64_t> counts, SourceSamples& samples) {
  for (const auto reason : from_the_start) counts.try_emplace(std::string(reason), 0);
  for (const auto& [reason, count] : counts) {
    Add(samples, family, {{"reason", reason}}, static_cast<double>(count));
  }
}

}  // namespace

const std::vector<exporter::Family>& ScheduleFamilies() {
  constexpr auto kGauge = MetricType::kGauge;
  constexpr auto kCounter = MetricType::kCounter;
  static const std::vector<exporter::Family> kFamilies = {
      {"hypergauge_schedule_utilisation_ratio",
       "Share of the last hour in which a lease held the host", kGauge, "ratio"},
      {"hypergauge_schedule_locked", "1 while a lease holds the host", kGauge, ""},
      {"hypergauge_schedule_held", "1 while nothing is granted on the host, by reason", kGauge, ""},
      {"hypergauge_schedule_interval_seconds",
       "Time between two rounds of a plan on the host, stretched where the duty asks for it",
       kGauge, "seconds"},
      {"hypergauge_schedule_wanted_interval_seconds",
       "Time between two rounds as the plan and the nodes ask for it", kGauge, "seconds"},
      {"hypergauge_schedule_round_seconds", "How long all turns of a round take together", kGauge,
       "seconds"},
      {"hypergauge_schedule_next_round_timestamp_seconds", "When the next round of a plan begins",
       kGauge, "seconds"},
      {"hypergauge_schedule_planned_total",
       "Turns of rounds that began, network turns and runs by command", kCounter, ""},
      {"hypergauge_schedule_granted_total", "Leases granted", kCounter, ""},
      {"hypergauge_schedule_completed_total", "Leases given back as completed", kCounter, ""},
      {"hypergauge_schedule_deferred_total", "Turns put off, once for each reason", kCounter, ""},
      {"hypergauge_schedule_missed_total",
       "Turns that did not come before the next round, by the last reason of putting them off",
       kCounter, ""},
      {"hypergauge_schedule_preempted_total",
       "Leases taken back, and turns that a run by command went before, by reason", kCounter, ""},
      {"hypergauge_schedule_expired_total",
       "Leases that expired, by whether their probe was connected", kCounter, ""},
  };
  return kFamilies;
}

const std::vector<std::string_view>& DeferralReasons() {
  static const ReasonNames kReasons = {"busy",         "quiet_hours", "budget",       "error",
                                       "disconnected", "paused",      "blackout",     "ceiling",
                                       "host_locked",  "peer_busy",   "offline_slot", "lost"};
  return kReasons;
}

const std::vector<std::string_view>& PreemptionReasons() {
  static const ReasonNames kReasons = {"paused", "moved", "run_now"};
  return kReasons;
}

const std::vector<std::string_view>& ExpiryReasons() {
  static const ReasonNames kReasons = {"connected", "disconnected"};
  return kReasons;
}

const std::vector<std::string_view>& HoldReasons() {
  static const ReasonNames kReasons = {"paused", "quiet_hours", "blackout", "ceiling"};
  return kReasons;
}

exporter::SourceSamples ScheduleSamples(const std::vector<HostView>& hosts,
                                        const ScheduleCounts& counts) {
  SourceSamples samples;
  for (const auto& host : hosts) AddHost(host, samples);
  Add(samples, "hypergauge_schedule_planned_total", {}, static_cast<double>(counts.planned));
  Add(samples, "hypergauge_schedule_granted_total", {}, static_cast<double>(counts.granted));
  Add(samples, "hypergauge_schedule_completed_total", {}, static_cast<double>(counts.completed));
  AddCounts("hypergauge_schedule_deferred_total", DeferralReasons(), counts.deferred, samples);
  AddCounts("hypergauge_schedule_missed_total", DeferralReasons(), counts.missed, samples);
  AddCounts("hypergauge_schedule_preempted_total", PreemptionReasons(), counts.preempted, samples);
  AddCounts("hypergauge_schedule_expired_total", ExpiryReasons(), counts.expired, samples);
  return samples;
}

}  // namespace hypergauge::aggregator
