#include "aggregator/schedule/audit.h"

#include <algorithm>
#include <bit>
#include <functional>

#include "aggregator/schedule/lock_table.h"

namespace hypergauge::aggregator {
namespace {

// Probes may report any number: sums that leave the range stay at its edge.
Time Minus(Time a, Time b) {
  int64_t difference = 0;
  if (!__builtin_sub_overflow(a.count(), b.count(), &difference)) return Time(difference);
  return b.count() > 0 ? Time::min() : Time::max();
}

Time Plus(Time a, Time b) {
  int64_t sum = 0;
  if (!__builtin_add_overflow(a.count(), b.count(), &sum)) return Time(sum);
  return b.count() > 0 ? Time::max() : Time::min();
}

int LengthClass(const Interval& interval) {
  const auto nanos = static_cast<uint64_t>(Minus(interval.end, interval.start).count());
  return static_cast<int>(std::bit_width(nanos));
}

// No interval of the class is longer.
Time Longest(int length_class) {
  return length_class >= 63 ? Time::max() : Time(int64_t{1} << length_class);
}

void AddLock(std::vector<HostLock>& locks, const HostLock& lock) {
  const auto known = std::find_if(locks.begin(), locks.end(),
                                  [&](const HostLock& held) { return held.host == lock.host; });
  if (known == locks.end()) {
    locks.push_back(lock);
  } else {
    known->resources |= lock.resources;
  }
}

// What both say together; of classes, the one that endures less company.
void Widen(Interval& known, const Interval& more) {
  for (const auto& lock : more.locks) AddLock(known.locks, lock);
  known.lock_class = std::min(known.lock_class, more.lock_class);
  known.start = std::min(known.start, more.start);
  known.end = std::max(known.end, more.end);
  known.uncertainty = std::max(known.uncertainty, more.uncertainty);
}

Resources ResourcesOn(const Interval& interval, const std::string& host) {
  for (const auto& lock : interval.locks) {
    if (lock.host == host) return lock.resources;
  }
  return 0;
}

// How long both ran at the same time for certain; 0 where nobody can tell that they did.
Time OverlapOf(const Interval& a, const Interval& b) {
  const Time overlap = Minus(std::min(a.end, b.end), std::max(a.start, b.start));
  const Time doubt = Plus(std::max(a.uncertainty, Time{}), std::max(b.uncertainty, Time{}));
  return overlap > doubt ? overlap : Time{};
}

}  // namespace

size_t Audit::KeyHash::operator()(const Key& key) const {
  const std::hash<std::string_view> hash;
  return hash(key.node_id) * 31 + hash(key.lease_id);
}

std::vector<Collision> Audit::Add(const Interval& interval) {
  if (interval.end < interval.start || interval.end < Minus(newest_, keep_)) return {};
  newest_ = std::max(newest_, interval.end);
  Entry& entry = Merge(interval);
  std::vector<Collision> found;
  for (const auto& lock : entry.interval.locks) Meet(entry, lock, found);
  collisions_ += found.size();
  ForgetOld();
  return found;
}

Audit::Entry& Audit::Merge(const Interval& interval) {
  const auto known = entries_.find(Key{interval.node_id, interval.lease_id});
  if (known != entries_.end()) {
    Entry& entry = *known->second;
    Unindex(entry);
    Widen(entry.interval, interval);
    Index(entry);
    return entry;
  }
  auto made = std::make_unique<Entry>();
  made->id = ++last_id_;
  made->interval = interval;
  made->interval.locks.clear();
  for (const auto& lock : interval.locks) AddLock(made->interval.locks, lock);
  Entry& entry = *made;
  entries_.emplace(Key{entry.interval.node_id, entry.interval.lease_id}, std::move(made));
  Index(entry);
  return entry;
}

void Audit::Index(Entry& entry) {
  const Interval& interval = entry.interval;
  for (const auto& lock : interval.locks) {
    hosts_[lock.host][LengthClass(interval)].emplace(std::pair(interval.start, entry.id), &entry);
  }
  by_end_.emplace(std::pair(interval.end, entry.id), &entry);
}

void Audit::Unindex(Entry& entry) {
  const Interval& interval = entry.interval;
  by_end_.erase({interval.end, entry.id});
  for (const auto& lock : interval.locks) {
    const auto host = hosts_.find(lock.host);
    const auto same_length = host->second.find(LengthClass(interval));
    same_length->second.erase({interval.start, entry.id});
    if (!same_length->second.empty()) continue;
    host->second.erase(same_length);
    if (host->second.empty()) hosts_.erase(host);
  }
}

void Audit::Meet(Entry& entry, const HostLock& lock, std::vector<Collision>& found) {
  const Interval& mine = entry.interval;
  for (const auto& [length_class, by_time] : hosts_.at(lock.host)) {
    const Time earliest = Minus(mine.start, Longest(length_class));
    for (auto at = by_time.lower_bound({earliest, 0});
         at != by_time.end() && at->first.first < mine.end; ++at) {
      Entry& other = *at->second;
      if (&other == &entry || other.told.contains({entry.id, lock.host})) continue;
      const Interval& theirs = other.interval;
      const Time overlap = OverlapOf(mine, theirs);
      if (overlap == Time{} || !Conflict(mine.lock_class, lock.resources, theirs.lock_class,
                                         ResourcesOn(theirs, lock.host))) {
        continue;
      }
      if (!entry.told.emplace(other.id, lock.host).second) continue;
      found.push_back({lock.host, theirs, mine, overlap});
    }
  }
}

void Audit::ForgetOld() {
  const Time oldest = Minus(newest_, keep_);
  while (!by_end_.empty() && by_end_.begin()->first.first < oldest) {
    Entry& entry = *by_end_.begin()->second;
    Unindex(entry);
    entries_.erase(entries_.find(Key{entry.interval.node_id, entry.interval.lease_id}));
  }
}

}  // namespace hypergauge::aggregator
