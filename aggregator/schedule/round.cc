#include "aggregator/schedule/round.h"

namespace hypergauge::aggregator {

std::vector<Turn> TurnsOfRound(const std::string& host, const std::vector<std::string>& guests) {
  std::vector<Turn> turns;
  turns.reserve(2 * (guests.size() + 1));
  if (!host.empty()) turns.push_back({host, 1, true});
  if (guests.empty()) return turns;
  for (const auto& guest : guests) turns.push_back({guest, 1, false});
  for (auto guest = guests.rbegin(); guest != guests.rend(); ++guest) {
    turns.push_back({*guest, 2, false});
  }
  if (!host.empty()) turns.push_back({host, 2, true});
  return turns;
}

const Work* Round::FindWork(const BenchmarkSet& has) const {
  for (const auto& [set, work] : works) {
    if (set == has) return &work;
  }
  return nullptr;
}

void Round::Next() {
  ++next_;
  lease_id_.clear();
  not_before = {};
  waiting_since = {};
  turn_put_off = {};
}

}  // namespace hypergauge::aggregator
