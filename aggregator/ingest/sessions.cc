#include "aggregator/ingest/sessions.h"

#include <utility>

namespace hypergauge::aggregator {

// Links are called outside of the lock: ending a stream leads back here.
bool Sessions::Add(const std::string& node_id, const std::shared_ptr<SessionLink>& link) {
  std::shared_ptr<SessionLink> older;
  {
    const std::lock_guard lock(mutex_);
    if (stopped_) return false;
    older = std::exchange(links_[node_id], link);
  }
  if (older) older->Supersede();
  return true;
}

bool Sessions::Remove(const std::string& node_id, const SessionLink* link) {
  const std::lock_guard lock(mutex_);
  const auto found = links_.find(node_id);
  if (found == links_.end() || found->second.get() != link) return false;
  links_.erase(found);
  return true;
}

bool Sessions::Contains(const std::string& node_id) const {
  const std::lock_guard lock(mutex_);
  return links_.contains(node_id);
}

std::shared_ptr<SessionLink> Sessions::Find(const std::string& node_id) const {
  const std::lock_guard lock(mutex_);
  const auto found = links_.find(node_id);
  return found == links_.end() ? nullptr : found->second;
}

bool Sessions::Send(const std::string& node_id, const v1::AggregatorMessage& message) const {
  const auto link = Find(node_id);
  if (!link) return false;
  link->Send(message);
  return true;
}

void Sessions::StopAll() {
  std::map<std::string, std::shared_ptr<SessionLink>> links;
  {
    const std::lock_guard lock(mutex_);
    stopped_ = true;
    links = links_;
  }
  for (const auto& [node_id, link] : links) link->Stop();
}

size_t Sessions::count() const {
  const std::lock_guard lock(mutex_);
  return links_.size();
}

}  // namespace hypergauge::aggregator
