#include "aggregator/schedule/slots.h"

#include <algorithm>
#include <numeric>

namespace hypergauge::aggregator {
namespace {

// More of a host's nodes get no slot; the search for a free one stays short.
constexpr int kMostSlots = 4096;
// Where a host's reserved times leave no room for so long, what comes after all of them is free.
constexpr int kMostReservations = 4096;
constexpr Time kKeep = std::chrono::hours(24 * 7);
// Lengths of time beyond it are taken for it, so that few of them add up without overflow.
constexpr Time kLongest = Time::max() / 8;

Time Clamp(Time length) {
  return std::clamp(length, Time{}, kLongest);
}

Time Plus(Time at, Time length) {
  if (length >= Time{}) return at > Time::max() - length ? Time::max() : at + length;
  return at < Time::min() - length ? Time::min() : at + length;
}

Time FloorMod(Time at, Time period) {
  const Time rest = at % period;
  return rest < Time{} ? rest + period : rest;
}

// When the slot that is under way at the moment, or was the last before, began.
Time BeginOf(const Slot& slot, Time at) {
  return Plus(at, -FloorMod(Plus(at, -slot.offset), slot.period));
}

// All the differences between begins of the one and of the other are d + n x gcd of the periods.
bool Meet(const Slot& a, const Slot& b, Time guard) {
  const Time common{std::gcd(a.period.count(), b.period.count())};
  const Time after = FloorMod(b.offset - a.offset, common);
  return after < a.length + guard || common - after < b.length + guard;
}

}  // namespace

Slots::Slots(OfflineOptions options) : options_(options) {
  options_.period = Clamp(options_.period);
  options_.length = Clamp(options_.length);
  options_.guard = Clamp(options_.guard);
  options_.valid = Clamp(options_.valid);
  if (options_.length == Time{} || options_.valid == Time{}) return;
  const auto fitting = options_.period / (options_.length + options_.guard);
  per_period_ = static_cast<int>(std::min<int64_t>(fitting, kMostSlots));
}

void Slots::Restore(const std::vector<Slot>& slots) {
  for (Slot slot : slots) {
    if (slot.period <= Time{}) {
      const Slot now = At(slot.index);
      slot.period = now.period;
      slot.offset = now.offset;
      slot.length = now.length;
    }
    slot.period = Clamp(slot.period);
    slot.offset = Clamp(slot.offset);
    slot.length = Clamp(slot.length);
    if (slot.period == Time{} || slot.length == Time{}) continue;
    Remove(slot.token);
    Add(slot);
    cut_off_.insert(slot.node_id);
  }
}

std::optional<Slots::Given> Slots::Give(const std::string& node_id, const std::string& host,
                                        uint64_t token, Time now) {
  if (per_period_ == 0) return std::nullopt;
  const Time valid_until = Plus(now, options_.valid);
  if (const auto own = by_node_.find(node_id); own != by_node_.end()) {
    // The probe keeps the latest alone.
    Slot& latest = entries_.at(*own->second.rbegin()).slot;
    const Slot as_now = At(latest.index);
    const bool fits = latest.host == host && latest.valid_until > now &&
                      latest.period == as_now.period && latest.offset == as_now.offset &&
                      latest.length == as_now.length;
    if (fits && !MeetsAnother(latest, host, now)) {
      const bool renew = latest.valid_until < Plus(now, options_.valid / 2);
      if (renew) latest.valid_until = valid_until;
      return Given{latest, renew};
    }
  }
  auto found = FindFree(node_id, host, now);
  if (!found || entries_.contains(token)) return std::nullopt;
  found->token = token;
  found->node_id = node_id;
  found->host = host;
  found->valid_until = valid_until;
  Add(*found);
  return Given{*found, true};
}

void Slots::SetCutOff(const std::string& node_id, bool cut_off) {
  if (cut_off) {
    cut_off_.insert(node_id);
  } else {
    cut_off_.erase(node_id);
  }
}

bool Slots::IsReserved(const std::string& host, Time at, Time until) const {
  return BusyUntil(host, at, until) > at;
}

Time Slots::NextFree(const std::string& host, Time at, Time length) const {
  length = std::max(length, Time{1});
  for (int i = 0; i < kMostReservations; ++i) {
    const Time busy = BusyUntil(host, at, Plus(at, length));
    if (busy <= at) return at;
    at = busy;
  }
  for (const uint64_t token : by_host_.at(host)) {
    at = std::max(at, Plus(entries_.at(token).slot.valid_until, options_.guard));
  }
  return at;
}

bool Slots::Covers(uint64_t token, const std::string& node_id, Time start, Time end,
                   Time tolerance) const {
  const auto found = entries_.find(token);
  if (found == entries_.end() || found->second.slot.node_id != node_id || end < start) return false;
  const Slot& slot = found->second.slot;
  tolerance = Clamp(tolerance);
  const auto is_inside = [&](Time begin) {
    const Time last = std::min(Plus(begin, slot.length), slot.valid_until);
    return Plus(start, tolerance) >= begin && begin < slot.valid_until &&
           end <= Plus(last, tolerance);
  };
  // A start that is a little early belongs to the slot that comes.
  return is_inside(BeginOf(slot, start)) || is_inside(BeginOf(slot, Plus(start, tolerance)));
}

void Slots::Move(const std::string& node_id, const std::string& host) {
  const auto own = by_node_.find(node_id);
  if (own == by_node_.end()) return;
  for (const uint64_t token : own->second) {
    auto& hosts = entries_.at(token).hosts;
    if (std::find(hosts.begin(), hosts.end(), host) == hosts.end()) hosts.push_back(host);
    by_host_[host].insert(token);
  }
}

void Slots::Expire(Time now) {
  std::vector<uint64_t> old;
  for (const auto& [token, entry] : entries_) {
    if (Plus(entry.slot.valid_until, kKeep) < now) old.push_back(token);
  }
  for (const uint64_t token : old) Remove(token);
  std::erase_if(cut_off_, [this](const std::string& node) { return !by_node_.contains(node); });
}

std::vector<Slot> Slots::All() const {
  std::vector<Slot> all;
  all.reserve(entries_.size());
  for (const auto& [token, entry] : entries_) all.push_back(entry.slot);
  return all;
}

void Slots::Add(const Slot& slot) {
  entries_[slot.token] = {slot, {slot.host}};
  by_host_[slot.host].insert(slot.token);
  by_node_[slot.node_id].insert(slot.token);
}

void Slots::Remove(uint64_t token) {
  const auto found = entries_.find(token);
  if (found == entries_.end()) return;
  const auto forget = [token](auto& index, const std::string& key) {
    const auto at = index.find(key);
    at->second.erase(token);
    if (at->second.empty()) index.erase(at);
  };
  for (const auto& host : found->second.hosts) forget(by_host_, host);
  forget(by_node_, found->second.slot.node_id);
  entries_.erase(found);
}

Slot Slots::At(int index) const {
  Slot slot;
  if (index < 0 || index >= per_period_) return slot;
  slot.index = index;
  slot.period = options_.period;
  slot.offset = index * (options_.length + options_.guard);
  slot.length = options_.length;
  return slot;
}

bool Slots::IsExpired(const Slot& slot, Time now) const {
  return Plus(slot.valid_until, options_.guard) <= now;
}

bool Slots::MeetsAnother(const Slot& slot, const std::string& host, Time now) const {
  const auto here = by_host_.find(host);
  if (here == by_host_.end()) return false;
  return std::any_of(here->second.begin(), here->second.end(), [&](uint64_t token) {
    const Slot& other = entries_.at(token).slot;
    // A node measures one thing at a time: its own older slots are not in its way.
    return other.node_id != slot.node_id && !IsExpired(other, now) &&
           Meet(slot, other, options_.guard);
  });
}

std::optional<Slot> Slots::FindFree(const std::string& node_id, const std::string& host,
                                    Time now) const {
  for (int index = 0; index < per_period_; ++index) {
    Slot slot = At(index);
    slot.node_id = node_id;
    if (!MeetsAnother(slot, host, now)) return slot;
  }
  return std::nullopt;
}

Time Slots::BusyUntil(const std::string& host, Time at, Time until) const {
  Time busy = at;
  const auto here = by_host_.find(host);
  if (cut_off_.empty() || here == by_host_.end()) return busy;
  for (const uint64_t token : here->second) {
    const Slot& slot = entries_.at(token).slot;
    if (!cut_off_.contains(slot.node_id)) continue;
    // The last that begins before the end, its guard included, reaches the furthest.
    const Time before = std::min(Plus(until, options_.guard), slot.valid_until);
    const Time begin = BeginOf(slot, Plus(before, Time{-1}));
    const Time last = std::min(Plus(begin, slot.length), slot.valid_until);
    busy = std::max(busy, Plus(last, options_.guard));
  }
  return busy;
}

}  // namespace hypergauge::aggregator
