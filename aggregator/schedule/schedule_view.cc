#include <algorithm>

#include "aggregator/schedule/schedule_state.h"

/// How hosts stand, for people.
namespace hypergauge::aggregator {
namespace {

// What the turns of a round, from the first that is still to come, take one after another.
class Timeline {
 public:
  Timeline(HostView& view, std::string plan) : view_(view), plan_(std::move(plan)) {}

  void StartAt(Time at) { at_ = at; }
  void Add(const std::string& node_id, Time length, Purpose purpose) {
    view_.planned.push_back({node_id, plan_, at_, Later(at_, length), purpose});
    at_ = Later(at_, length);
  }

 private:
  HostView& view_;
  std::string plan_;
  Time at_{};
};

}  // namespace

void Schedule::State::ViewRound(const HostState& host, size_t plan, Time now,
                                HostView& view) const {
  const auto& state = host.plans[plan];
  Timeline timeline(view, options.plans[plan].name);
  const auto length = [&](const std::string& node_id) {
    const auto node = nodes.find(node_id);
    return node == nodes.end() ? Time{} : CycleOf(node->second, plan);
  };
  if (!state.round) return;
  const Round& round = *state.round;
  timeline.StartAt(std::max(now, round.not_before));
  size_t next = round.position();
  if (!round.lease_id().empty() && !round.IsOver()) {
    const auto lease = leases.find(round.lease_id());
    if (lease != leases.end()) {
      timeline.StartAt(
          std::max(now, Later(lease->second.grant.start, length(round.turn().node_id))));
    }
    ++next;
  }
  for (; next < round.turns().size(); ++next) {
    const auto& node_id = round.turns()[next].node_id;
    timeline.Add(node_id, length(node_id), round.purpose());
  }
}

void Schedule::State::ViewNext(const HostState& host, size_t plan, HostView& view) const {
  const auto& state = host.plans[plan];
  if (!state.grid) return;
  std::string own;
  std::vector<std::string> guests;
  for (const auto& node_id : host.node_ids) {
    const PlannedNode& node = nodes.at(node_id);
    const auto& due = node.plans[plan].due;
    if (!node.connected || !node.plans[plan].able) continue;
    if (due && *due > Later(*state.grid, state.effective.interval / 4)) continue;
    if (own.empty() && node.facts.is_host) {
      own = node_id;
    } else {
      guests.push_back(node_id);
    }
  }
  Timeline timeline(view, options.plans[plan].name);
  timeline.StartAt(*state.grid);
  for (const auto& turn : TurnsOfRound(own, guests)) {
    timeline.Add(turn.node_id, CycleOf(nodes.at(turn.node_id), plan), Purpose::kRound);
  }
}

HostView Schedule::State::ViewOf(const HostState& host, Time now) const {
  HostView view;
  view.host = host.name;
  view.node_ids.assign(host.node_ids.begin(), host.node_ids.end());
  std::stable_partition(
      view.node_ids.begin(), view.node_ids.end(),
      [&](const std::string& node_id) { return nodes.at(node_id).facts.is_host; });
  for (const auto& order : host.orders) {
    view.planned.push_back(
        {order.node_id, {}, now, Later(now, RunNowLength(order.suite)), Purpose::kRunNow});
  }
  for (size_t plan = 0; plan < host.plans.size(); ++plan) {
    const auto& state = host.plans[plan];
    const auto& effective = state.effective;
    HostView::Interval interval;
    interval.plan = options.plans[plan].name;
    interval.suite = options.plans[plan].suite;
    interval.wanted = state.wanted;
    interval.effective = effective.interval;
    interval.round = effective.round;
    interval.turns = effective.turns;
    if (effective.turns > 0) interval.cycle = effective.round / effective.turns;
    interval.text = effective.text;
    interval.next = state.grid.value_or(now);
    view.intervals.push_back(std::move(interval));
    ViewRound(host, plan, now, view);
    ViewNext(host, plan, view);
  }
  std::stable_sort(view.planned.begin(), view.planned.end(),
                   [](const auto& a, const auto& b) { return a.start < b.start; });
  const auto pause = PauseObstacle(host.name);
  const auto obstacle =
      pause && pause->until > now ? pause : CalendarObstacle(host.name, now, Time{1});
  if (obstacle) {
    view.held_by = NameOf(obstacle->reason);
    view.held_reason = obstacle->text;
  }
  view.utilisation = host.utilisation.LastHour(now);
  view.locked = locks.IsLocked(host.name);
  view.today = ceilings.Today(host.name, now);
  return view;
}

}  // namespace hypergauge::aggregator
