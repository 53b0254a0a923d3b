#include "tests/sim/store_model.h"

#include <algorithm>

namespace hypergauge::sim {

using aggregator::Grant;
using aggregator::PauseState;
using aggregator::Purpose;
using aggregator::ScheduleState;
using aggregator::Slot;

Time StoreModel::Granted(SharedGrant grant, Time now) {
  return Put(std::move(grant), now);
}

Time StoreModel::Ended(const std::string& lease_id, Time now) {
  return Put(End{lease_id}, now);
}

Time StoreModel::GaveSlot(const Slot& slot, Time now) {
  return Put(slot, now);
}

Time StoreModel::Paused(std::vector<PauseState> all, Time now) {
  return Put(std::move(all), now);
}

ScheduleState StoreModel::Crash(Time now) {
  Settle(now);
  pending_.clear();
  ScheduleState state;
  for (const auto& [id, grant] : leases_) state.leases.push_back(*grant);
  std::sort(state.leases.begin(), state.leases.end(),
            [](const Grant& a, const Grant& b) { return a.fencing_token < b.fencing_token; });
  for (const auto& [node, plans] : last_rounds_) {
    for (const auto& [plan, began] : plans) state.last_rounds[{node, plan}] = began;
  }
  state.last_token = last_token_;
  state.last_round = last_round_;
  state.pauses = pauses_;
  std::erase_if(slots_, [&](const auto& entry) {
    return entry.second.valid_until < now - std::chrono::days(1);
  });
  for (const auto& [token, slot] : slots_) state.slots.push_back(slot);
  std::sort(state.slots.begin(), state.slots.end(),
            [](const Slot& a, const Slot& b) { return a.token < b.token; });
  return state;
}

Time StoreModel::Put(Write write, Time now) {
  Settle(now);
  pending_.push_back({now + commit_, std::move(write)});
  return now + commit_;
}

void StoreModel::Settle(Time now) {
  while (!pending_.empty() && pending_.front().durable <= now) {
    std::visit([this](const auto& write) { Keep(write); }, pending_.front().write);
    pending_.pop_front();
  }
}

void StoreModel::Keep(const SharedGrant& shared) {
  const Grant& grant = *shared;
  leases_[grant.lease_id] = shared;
  last_token_ = std::max(last_token_, grant.fencing_token);
  last_round_ = std::max(last_round_, grant.round);
  if (grant.purpose == Purpose::kRound && grant.pass == 1) {
    last_rounds_[grant.node_id][grant.plan] = grant.start;
  }
  if (grant.purpose == Purpose::kNetwork) {
    last_rounds_[grant.node_id][aggregator::kNetworkPlan] = grant.start;
  }
}

void StoreModel::Keep(const End& end) {
  leases_.erase(end.lease_id);
}

void StoreModel::Keep(const Slot& slot) {
  slots_[slot.token] = slot;
  last_token_ = std::max(last_token_, slot.token);
}

void StoreModel::Keep(const Pauses& pauses) {
  pauses_ = pauses;
}

}  // namespace hypergauge::sim
