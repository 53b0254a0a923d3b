#include "tests/sim/aggregator_model.h"

#include <algorithm>

namespace hypergauge::sim {
namespace {

using aggregator::Actions;
using aggregator::Grant;
using aggregator::LeaseOutcome;
using aggregator::PauseState;
using aggregator::Schedule;

constexpr Time kCommit = std::chrono::milliseconds(3);

void Add(std::map<std::string, uint64_t>& total, const std::map<std::string, uint64_t>& more) {
  for (const auto& [reason, count] : more) total[reason] += count;
}

}  // namespace

AggregatorModel::AggregatorModel(const SimOptions& options)
    : options_(ScheduleOptionsOf(options)), tamper_(options.tamper), store_(kCommit) {}

void AggregatorModel::Start(Time now) {
  const auto state = store_.Crash(now);
  schedule_ = std::make_unique<Schedule>(options_);
  Ask([&](Schedule& schedule) { schedule.Restore(state, now); });
}

void AggregatorModel::Crash(Time now) {
  KeepCounts();
  (void)store_.Crash(now);
  schedule_.reset();
}

AggregatorModel::Work AggregatorModel::Act(Time now) {
  Work work;
  Ask([&](Schedule& schedule) {
    work.actions = schedule.Act(now);
    work.next = schedule.NextWake(now);
  });
  ++calls_;
  auto& actions = work.actions;
  if (work.next <= now) ++idle_wakes_;
  if (tamper_) tamper_(actions.grants, now);
  for (const auto& closed : actions.closed) (void)store_.Ended(closed.lease_id, now);
  work.sent = now;
  for (const auto& grant : actions.grants) {
    Check(grant, now);
    work.sent = store_.Granted(grant, now);
  }
  return work;
}

void AggregatorModel::Sent(const Grant& grant) {
  if (grant.fencing_token <= last_token_ && !tamper_) ++violations_["fencing token did not rise"];
  last_token_ = std::max(last_token_, grant.fencing_token);
}

bool AggregatorModel::End(const std::string& node_id, const std::string& lease_id,
                          LeaseOutcome outcome, const std::string& cause, Time now) {
  const bool held =
      Ask([&](Schedule& schedule) { return schedule.End(node_id, lease_id, outcome, cause, now); });
  if (held) (void)store_.Ended(lease_id, now);
  return held;
}

void AggregatorModel::Pause(const PauseState& pause, Time now) {
  (void)Ask([&](Schedule& schedule) { return schedule.Pause(pause, now); });
  (void)store_.Paused(schedule_->Pauses(), now);
}

void AggregatorModel::Resume(const std::string& host, Time now) {
  (void)Ask([&](Schedule& schedule) { return schedule.Resume(host, now); });
  (void)store_.Paused(schedule_->Pauses(), now);
}

std::optional<std::pair<aggregator::Slot, Time>> AggregatorModel::GiveSlot(
    const std::string& node_id, Time now) {
  const auto given = Ask([&](Schedule& schedule) { return schedule.GiveSlot(node_id, now); });
  if (!given || !given->changed) return std::nullopt;
  return std::pair(given->slot, store_.GaveSlot(given->slot, now));
}

// What must hold of every grant, whatever the probes do.
void AggregatorModel::Check(const Grant& grant, Time now) {
  if (grant.locks.empty()) ++violations_["grant without a lock"];
  if (grant.start > now || grant.end <= now) ++violations_["grant that does not last now"];
  for (const auto& pause : schedule_->Pauses()) {
    const bool here = std::any_of(grant.locks.begin(), grant.locks.end(), [&](const auto& lock) {
      return pause.host.empty() || lock.host == pause.host;
    });
    if (here && now < pause.until) ++violations_["granted while paused"];
  }
}

void AggregatorModel::KeepCounts() {
  const auto& counts = schedule_->counts();
  counts_.planned += counts.planned;
  counts_.granted += counts.granted;
  counts_.completed += counts.completed;
  Add(counts_.deferred, counts.deferred);
  Add(counts_.missed, counts.missed);
  Add(counts_.preempted, counts.preempted);
  Add(counts_.expired, counts.expired);
}

void AggregatorModel::Finish(Figures& figures) {
  if (IsUp()) KeepCounts();
  figures.counts = counts_;
  figures.calls = calls_;
  figures.idle_wakes = idle_wakes_;
  for (const auto& [what, count] : violations_) figures.violations[what] += count;
  const auto granted = static_cast<double>(std::max<uint64_t>(counts_.granted, 1));
  figures.cpu_per_grant = static_cast<double>(cpu_) * 1e-9 / granted;
}

}  // namespace hypergauge::sim
