#pragma once

#include <ctime>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "aggregator/schedule/schedule.h"
#include "tests/sim/figures.h"
#include "tests/sim/store_model.h"

namespace hypergauge::sim {

/// An aggregator around the real schedule: it stores before it sends, crashes, and is started
/// again with what was stored. Measures the CPU time that is spent inside of the schedule.
class AggregatorModel {
 public:
  explicit AggregatorModel(const SimOptions& options);

  [[nodiscard]] bool IsUp() const { return schedule_ != nullptr; }
  void Start(Time now);
  void Crash(Time now);

  /// The schedule, while it is up; the time is measured until the end of the full expression.
  template <typename Call>
  auto Ask(Call&& call) {
    const CpuTimer timer(cpu_);
    return std::forward<Call>(call)(*schedule_);
  }
  /// The same without being measured: what only the simulation wants to know.
  [[nodiscard]] const aggregator::Schedule& schedule() const { return *schedule_; }

  struct Work {
    aggregator::Actions actions;
    Time next{};  ///< when to come again
    Time sent{};  ///< when the grants are durable and leave
  };
  Work Act(Time now);

  /// The grant leaves.
  void Sent(const aggregator::Grant& grant);

  bool End(const std::string& node_id, const std::string& lease_id,
           aggregator::LeaseOutcome outcome, const std::string& cause, Time now);
  void Pause(const aggregator::PauseState& pause, Time now);
  void Resume(const std::string& host, Time now);
  /// When the slot is durable and leaves; only of one that is to be sent.
  std::optional<std::pair<aggregator::Slot, Time>> GiveSlot(const std::string& node_id, Time now);

  /// Puts what was counted into the figures.
  void Finish(Figures& figures);

 private:
  class CpuTimer {
   public:
    explicit CpuTimer(int64_t& total) : total_(total) { total_ -= Now(); }
    ~CpuTimer() { total_ += Now(); }
    CpuTimer(const CpuTimer&) = delete;
    CpuTimer& operator=(const CpuTimer&) = delete;

   private:
    static int64_t Now() {
      timespec time{};
      (void)clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
      return int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
    }
    int64_t& total_;
  };

  void Check(const aggregator::Grant& grant, Time now);
  void KeepCounts();

  aggregator::ScheduleOptions options_;
  std::function<void(std::vector<aggregator::Grant>&, Time)> tamper_;
  std::unique_ptr<aggregator::Schedule> schedule_;
  StoreModel store_;
  aggregator::ScheduleCounts counts_;  // of the aggregators that crashed
  int64_t cpu_ = 0;                    // nanoseconds
  uint64_t calls_ = 0;
  uint64_t idle_wakes_ = 0;
  uint64_t last_token_ = 0;
  std::map<std::string, uint64_t> violations_;
};

}  // namespace hypergauge::sim
