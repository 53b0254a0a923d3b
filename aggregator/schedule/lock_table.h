#pragma once

#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "aggregator/schedule/types.h"

/// Who may measure beside whom on one physical host.
///
///              | exclusive | normal                 | background
///   exclusive  | no        | no                     | no
///   normal     | no        | if they share nothing  | if they share nothing
///   background | no        | if they share nothing  | yes
///
/// Pure; the very rule by which leases are granted, and by which the audit counts collisions.
namespace hypergauge::aggregator {

/// Whether two leases must not meet on a host of which they occupy these resources.
[[nodiscard]] bool Conflict(LockClass a, Resources of_a, LockClass b, Resources of_b);

/// The locks that are held now.
class LockTable {
 public:
  /// Takes all locks or none. False where one of them conflicts, or the lease holds some already.
  bool Acquire(const std::string& lease_id, LockClass lock_class,
               const std::vector<HostLock>& locks);
  [[nodiscard]] bool CanAcquire(LockClass lock_class, const std::vector<HostLock>& locks) const;
  /// Takes them whatever others hold: what an earlier aggregator granted, or moved, is out there.
  void Force(const std::string& lease_id, LockClass lock_class, const std::vector<HostLock>& locks);
  void Release(const std::string& lease_id);
  /// lease_ids that hold something of the host.
  [[nodiscard]] std::vector<std::string> HoldersOf(const std::string& host) const;
  [[nodiscard]] bool IsLocked(const std::string& host) const { return hosts_.contains(host); }

 private:
  struct Held {
    std::string lease_id;
    LockClass lock_class;
    Resources resources;
  };
  std::unordered_map<std::string, std::vector<Held>> hosts_;
  std::unordered_map<std::string, std::vector<std::string>> leases_;  // lease_id to hosts
};

}  // namespace hypergauge::aggregator
