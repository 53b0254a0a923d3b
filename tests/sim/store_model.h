#pragma once

#include <deque>
#include <string>
#include <unordered_map>
#include <variant>
#include <vector>

#include "aggregator/schedule/schedule.h"
#include "tests/sim/options.h"

namespace hypergauge::sim {

/// What an aggregator's store keeps of the schedule, and from when on: what is written becomes
/// durable a little later, in the order of writing, and a crash loses what is not.
class StoreModel {
 public:
  explicit StoreModel(Time commit) : commit_(commit) {}

  /// Returns when it is durable: not before may a grant be sent.
  Time Granted(const aggregator::Grant& grant, Time now);
  Time Ended(const std::string& lease_id, Time now);
  Time GaveSlot(const aggregator::Slot& slot, Time now);
  Time Paused(std::vector<aggregator::PauseState> all, Time now);

  /// What the next aggregator finds.
  [[nodiscard]] aggregator::ScheduleState Crash(Time now);

 private:
  struct End {
    std::string lease_id;
  };
  using Pauses = std::vector<aggregator::PauseState>;
  using Write = std::variant<aggregator::Grant, End, aggregator::Slot, Pauses>;
  struct Pending {
    Time durable{};
    Write write;
  };

  Time Put(Write write, Time now);
  void Settle(Time now);
  void Keep(const aggregator::Grant& grant);
  void Keep(const End& end);
  void Keep(const aggregator::Slot& slot);
  void Keep(const Pauses& pauses);

  Time commit_;
  std::deque<Pending> pending_;
  std::unordered_map<std::string, aggregator::Grant> leases_;
  std::unordered_map<std::string, std::unordered_map<std::string, Time>> last_rounds_;
  std::unordered_map<uint64_t, aggregator::Slot> slots_;
  Pauses pauses_;
  uint64_t last_token_ = 0;
  uint64_t last_round_ = 0;
};

}  // namespace hypergauge::sim
