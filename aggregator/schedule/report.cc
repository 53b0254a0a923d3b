#include "aggregator/schedule/report.h"

#include <algorithm>
#include <map>
#include <utility>

#include "base/clock.h"

namespace hypergauge::aggregator {
namespace {

std::string NameOf(const std::string& node_id, const NodeLabel& label_of) {
  if (node_id.empty()) return {};
  std::string label = label_of(node_id);
  return label.empty() ? node_id : label;
}

// 0 for never.
int64_t NanosOf(Time at) {
  return at == Time::max() ? 0 : std::max<int64_t>(0, at.count());
}

void Fill(const HostView::Interval& from, v1::IntervalArithmetic& to) {
  to.set_plan(from.plan);
  to.set_suite(from.suite);
  to.set_wanted_seconds(ToSeconds(from.wanted));
  to.set_effective_seconds(ToSeconds(from.effective));
  to.set_cycle_seconds(ToSeconds(from.cycle));
  to.set_round_seconds(ToSeconds(from.round));
  to.set_turns(static_cast<uint32_t>(std::max(0, from.turns)));
  to.set_text(from.text);
  to.set_next_unix_nanos(NanosOf(from.next));
}

void Fill(const HostView::Turn& from, const NodeLabel& label_of, v1::PlannedTurn& to) {
  to.set_node(NameOf(from.node_id, label_of));
  to.set_plan(from.plan);
  to.set_start_unix_nanos(NanosOf(from.start));
  to.set_end_unix_nanos(NanosOf(from.end));
  to.set_purpose(static_cast<v1::LeaseRecord::Purpose>(from.purpose));
}

void FillTurns(std::vector<HostView::Turn> turns, const NodeLabel& label_of, v1::HostSchedule& to) {
  std::stable_sort(turns.begin(), turns.end(),
                   [](const auto& a, const auto& b) { return a.start < b.start; });
  for (const auto& turn : turns) Fill(turn, label_of, *to.add_planned());
}

void FillLeases(std::vector<v1::LeaseRecord> leases, size_t most, const NodeLabel& label_of,
                v1::HostSchedule& to) {
  const size_t first = leases.size() > most ? leases.size() - most : 0;
  for (size_t i = first; i < leases.size(); ++i) {
    auto& lease = *to.add_leases();
    lease = std::move(leases[i]);
    lease.set_node(NameOf(lease.node_id(), label_of));
    lease.set_peer(NameOf(lease.peer_node_id(), label_of));
  }
}

void Fill(const HostView& from, const NodeLabel& label_of, v1::HostSchedule& to) {
  to.set_host(from.host);
  for (const auto& node_id : from.node_ids) to.add_nodes(NameOf(node_id, label_of));
  for (const auto& interval : from.intervals) Fill(interval, *to.add_intervals());
  FillTurns(from.planned, label_of, to);
  to.set_utilisation_ratio(from.utilisation);
  to.set_held_by(from.held_by);
  to.set_held_reason(from.held_reason);
  to.set_cpu_seconds_today(from.today.cpu_seconds);
  to.set_bytes_written_today(from.today.bytes_written);
  to.set_bytes_sent_today(from.today.bytes_sent);
}

void Fill(const PauseState& from, v1::Pause& to) {
  to.set_host(from.host);
  to.set_began_unix_nanos(NanosOf(from.began));
  to.set_until_unix_nanos(NanosOf(from.until));
  to.set_reason(from.reason);
}

void Fill(const ScheduleCounts& from, v1::GetScheduleResponse& to) {
  *to.mutable_deferred() = {from.deferred.begin(), from.deferred.end()};
  *to.mutable_missed() = {from.missed.begin(), from.missed.end()};
  *to.mutable_preempted() = {from.preempted.begin(), from.preempted.end()};
  *to.mutable_expired() = {from.expired.begin(), from.expired.end()};
  to.set_granted(from.granted);
}

}  // namespace

v1::GetScheduleResponse ReportOf(const ScheduleSeen& seen, const NodeLabel& label_of) {
  v1::GetScheduleResponse response;
  std::vector<const HostView*> hosts;
  hosts.reserve(seen.hosts.size());
  for (const auto& host : seen.hosts) hosts.push_back(&host);
  std::sort(hosts.begin(), hosts.end(),
            [](const HostView* a, const HostView* b) { return a->host < b->host; });
  const size_t most = std::max(kLeastLeases, kMostLeases / std::max<size_t>(1, hosts.size()));
  for (const auto* host : hosts) {
    auto& to = *response.add_hosts();
    Fill(*host, label_of, to);
    FillLeases(seen.leases_of(host->host), most, label_of, to);
  }
  for (const auto& pause : seen.pauses) Fill(pause, *response.add_pauses());
  Fill(seen.counts, response);
  response.set_collisions(seen.collisions);
  response.set_now_unix_nanos(NanosOf(seen.now));
  return response;
}

}  // namespace hypergauge::aggregator
