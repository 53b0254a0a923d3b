#include "aggregator/schedule/schedule.h"

#include "aggregator/schedule/schedule_state.h"

namespace hypergauge::aggregator {

Schedule::Schedule(ScheduleOptions options) : state_(std::make_unique<State>(std::move(options))) {}
Schedule::~Schedule() = default;

void Schedule::Restore(const ScheduleState& state, Time now) {
  state_->Restore(state, now);
}

void Schedule::Connect(NodeFacts node, const ActiveLease* active, Time now) {
  state_->Connect(std::move(node), active, now);
}

void Schedule::Move(const std::string& node_id, const std::string& host, bool is_host, Time now) {
  if (PlannedNode* node = state_->FindNode(node_id); node != nullptr) {
    state_->Move(*node, host, is_host, now);
  }
}

void Schedule::Disconnect(const std::string& node_id, Time now) {
  state_->Disconnect(node_id, now);
}

void Schedule::Forget(const std::string& node_id, Time now) {
  state_->Forget(node_id, now);
}

bool Schedule::End(const std::string& node_id, const std::string& lease_id, LeaseOutcome outcome,
                   const std::string& cause, Time now) {
  const auto found = state_->leases.find(lease_id);
  if (found == state_->leases.end() || found->second.grant.node_id != node_id) return false;
  // What ended after its time was no turn, even if nobody looked at the clock meanwhile.
  if (found->second.grant.end <= now) return false;
  state_->Finish(lease_id, outcome, ReasonOf(cause), now);
  return true;
}

bool Schedule::IsHeld(const std::string& lease_id) const {
  return state_->leases.contains(lease_id);
}

bool Schedule::IsRevoked(const std::string& lease_id) const {
  const auto found = state_->leases.find(lease_id);
  return found != state_->leases.end() && found->second.revoked;
}

void Schedule::Charge(const std::string& host, const RunCost& cost, Time at) {
  state_->ceilings.Charge(host, cost, at);
}

std::optional<HostDay> Schedule::LastDay(const std::string& host) const {
  return state_->ceilings.LastDay(host);
}

Result<Schedule::Order> Schedule::RunNow(const std::string& node_id, const std::string& suite,
                                         const std::vector<std::string>& benchmarks, Time now) {
  return state_->RunNow(node_id, suite.empty() ? "light" : suite, benchmarks, now);
}

int Schedule::Pause(PauseState pause, Time now) {
  return state_->Pause(std::move(pause), now);
}

int Schedule::Resume(const std::string& host, Time now) {
  return state_->Resume(host, now);
}

std::vector<PauseState> Schedule::Pauses() const {
  std::vector<PauseState> pauses;
  for (const auto& [host, pause] : state_->pauses) pauses.push_back(pause);
  return pauses;
}

std::optional<Slots::Given> Schedule::GiveSlot(const std::string& node_id, Time now) {
  return state_->GiveSlot(node_id, now);
}

const Slots& Schedule::slots() const {
  return state_->slots;
}

Actions Schedule::Act(Time now) {
  return state_->Act(now);
}

Time Schedule::NextWake(Time now) const {
  return state_->NextWake(now);
}

const ScheduleCounts& Schedule::counts() const {
  return state_->counts;
}

std::vector<HostView> Schedule::View(const std::string& host, Time now) const {
  std::vector<HostView> views;
  if (!host.empty()) {
    // Asked for at every round: the others must not be looked through.
    if (const auto* state = state_->FindHost(host)) views.push_back(state_->ViewOf(*state, now));
    return views;
  }
  for (const auto* state : state_->AllHosts()) views.push_back(state_->ViewOf(*state, now));
  return views;
}

}  // namespace hypergauge::aggregator
