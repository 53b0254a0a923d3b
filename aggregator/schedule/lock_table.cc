#include "aggregator/schedule/lock_table.h"

#include <algorithm>

namespace hypergauge::aggregator {

bool Conflict(LockClass a, Resources of_a, LockClass b, Resources of_b) {
  const auto is_exclusive = [](LockClass lock_class) {
    return lock_class != LockClass::kNormal && lock_class != LockClass::kBackground;
  };
  // What came from outside and is no class endures nobody either.
  if (is_exclusive(a) || is_exclusive(b)) return true;
  if (a == LockClass::kBackground && b == LockClass::kBackground) return false;
  return (of_a & of_b) != 0;
}

bool LockTable::CanAcquire(LockClass lock_class, const std::vector<HostLock>& locks) const {
  return std::all_of(locks.begin(), locks.end(), [&](const HostLock& lock) {
    const auto host = hosts_.find(lock.host);
    if (host == hosts_.end()) return true;
    return std::none_of(host->second.begin(), host->second.end(), [&](const Held& held) {
      return Conflict(lock_class, lock.resources, held.lock_class, held.resources);
    });
  });
}

bool LockTable::Acquire(const std::string& lease_id, LockClass lock_class,
                        const std::vector<HostLock>& locks) {
  if (leases_.contains(lease_id) || !CanAcquire(lock_class, locks)) return false;
  Force(lease_id, lock_class, locks);
  return true;
}

void LockTable::Force(const std::string& lease_id, LockClass lock_class,
                      const std::vector<HostLock>& locks) {
  auto& hosts_of_lease = leases_[lease_id];
  for (const auto& lock : locks) {
    auto& holders = hosts_[lock.host];
    const auto own = std::find_if(holders.begin(), holders.end(),
                                  [&](const Held& held) { return held.lease_id == lease_id; });
    if (own == holders.end()) {
      holders.push_back({lease_id, lock_class, lock.resources});
      hosts_of_lease.push_back(lock.host);
      continue;
    }
    own->resources |= lock.resources;
    own->lock_class = std::min(own->lock_class, lock_class);  // the stricter one
  }
}

void LockTable::Release(const std::string& lease_id) {
  const auto lease = leases_.find(lease_id);
  if (lease == leases_.end()) return;
  for (const auto& name : lease->second) {
    const auto host = hosts_.find(name);
    std::erase_if(host->second, [&](const Held& held) { return held.lease_id == lease_id; });
    if (host->second.empty()) hosts_.erase(host);
  }
  leases_.erase(lease);
}

std::vector<std::string> LockTable::HoldersOf(const std::string& host) const {
  std::vector<std::string> holders;
  const auto found = hosts_.find(host);
  if (found == hosts_.end()) return holders;
  for (const auto& held : found->second) holders.push_back(held.lease_id);
  return holders;
}

}  // namespace hypergauge::aggregator
