#include "aggregator/schedule/old_schedule.h"

#include <algorithm>

namespace hypergauge::aggregator::legacy {

std::set<std::string> Schedule::LockedHosts() const {
  std::set<std::string> locked;
  for (const auto& [node_id, lease] : leases_) {
    const auto node = nodes_.find(node_id);
    locked.insert(node == nodes_.end() ? lease.host : node->second.host);
  }
  return locked;
}

void Schedule::Move(const std::string& node_id, const std::string& host) {
  if (const auto node = nodes_.find(node_id); node != nodes_.end()) node->second.host = host;
}

void Schedule::Connect(const std::string& node_id, const std::string& host, const Grant* active,
                       Time now, Time interval) {
  auto& node = nodes_.try_emplace(node_id, Node{host, false, now, {}}).first->second;
  node.host = host;
  node.connected = true;
  node.interval = interval > Time::zero() ? interval : options_.interval;
  const auto held = leases_.find(node_id);
  const bool still_holds =
      held != leases_.end() && active != nullptr && held->second.lease_id == active->lease_id;
  if (still_holds) return;
  if (held != leases_.end()) {
    // The probe was started anew and its cycle is lost: it is due again at once.
    leases_.erase(held);
    node.due = now;
  }
  if (active == nullptr) return;
  // A lease of an aggregator before this one: respect it, unless the host is already taken.
  Grant adopted = *active;
  adopted.node_id = node_id;
  adopted.host = host;
  adopted.end = std::min(adopted.end, now + options_.lease_duration);
  last_token_ = std::max(last_token_, adopted.fencing_token);
  if (!LockedHosts().contains(host)) leases_.emplace(node_id, std::move(adopted));
  node.due = now + node.interval;
}

void Schedule::Disconnect(const std::string& node_id) {
  if (const auto node = nodes_.find(node_id); node != nodes_.end()) node->second.connected = false;
}

void Schedule::Forget(const std::string& node_id) {
  const auto node = nodes_.find(node_id);
  if (node == nodes_.end()) return;
  if (const auto held = leases_.find(node_id); held != leases_.end()) {
    held->second.host = node->second.host;
  }
  nodes_.erase(node);
}

bool Schedule::End(const std::string& node_id, const std::string& lease_id, LeaseOutcome outcome,
                   Time now) {
  const auto held = leases_.find(node_id);
  if (held == leases_.end() || held->second.lease_id != lease_id) return false;
  leases_.erase(held);
  const auto node = nodes_.find(node_id);
  if (node != nodes_.end() && outcome != LeaseOutcome::kCompleted) {
    node->second.due = now + options_.retry;
  }
  return true;
}

std::vector<Grant> Schedule::TakeDue(Time now) {
  std::erase_if(leases_, [&](const auto& lease) { return lease.second.end <= now; });
  std::vector<std::map<std::string, Node>::iterator> due;
  for (auto node = nodes_.begin(); node != nodes_.end(); ++node) {
    if (node->second.connected && node->second.due <= now) due.push_back(node);
  }
  std::stable_sort(due.begin(), due.end(),
                   [](const auto& a, const auto& b) { return a->second.due < b->second.due; });
  auto locked = LockedHosts();
  std::vector<Grant> grants;
  for (const auto& node : due) {
    const auto& host = node->second.host;
    if (locked.contains(host)) continue;
    // Tokens rise over restarts too, as long as the clock does not go back by more than it ran.
    last_token_ = std::max(last_token_ + 1, static_cast<uint64_t>(now.count()));
    Grant grant{"lease-" + std::to_string(last_token_), last_token_, node->first, host, now,
                now + options_.lease_duration};
    locked.insert(host);
    leases_.emplace(node->first, grant);
    node->second.due = now + node->second.interval;
    grants.push_back(std::move(grant));
  }
  return grants;
}

Time Schedule::NextWake(Time now) const {
  Time next = Time::max();
  const auto locked = LockedHosts();
  for (const auto& [holder, lease] : leases_) next = std::min(next, lease.end);
  for (const auto& [node_id, node] : nodes_) {
    // A due node of a locked host waits for the lock, which is counted above.
    if (node.connected && !locked.contains(node.host)) next = std::min(next, node.due);
  }
  return std::max(next, now);
}

}  // namespace hypergauge::aggregator::legacy
