#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "aggregator/schedule/old_schedule.h"
#include "base/clock.h"
#include "hypergauge/v1/session.pb.h"

namespace hypergauge::aggregator {

/// What every lease says besides who and when.
struct LeaseTerms {
  std::string suite = "light";
  std::vector<std::string> benchmarks;  ///< empty: the whole suite
};

/// Runs a Schedule on the real clock: one thread that wakes when something is due and sends the
/// leases. Threads: any.
class Dispatcher {
 public:
  /// Sends a lease to a node; false when it is not connected. Must not call the dispatcher.
  using Send = std::function<bool(const std::string& node_id, const v1::AggregatorMessage&)>;

  Dispatcher(legacy::ScheduleOptions options, LeaseTerms terms, const Clock& clock, Send send);
  ~Dispatcher();
  Dispatcher(const Dispatcher&) = delete;
  Dispatcher& operator=(const Dispatcher&) = delete;

  /// `host`: the physical machine that the node runs on, or the node itself.
  void Connect(const v1::Hello& hello, const std::string& host);
  void Move(const std::string& node_id, const std::string& host);
  void Disconnect(const std::string& node_id);
  /// The node left all lists.
  void Forget(const std::string& node_id);
  /// False when the node held no such lease any more.
  bool End(const std::string& node_id, const v1::LeaseEnd& end);

 private:
  void Work();
  [[nodiscard]] v1::AggregatorMessage MessageOf(const legacy::Grant& grant) const;

  const LeaseTerms terms_;
  const Clock& clock_;
  const Send send_;
  std::mutex mutex_;  // guards schedule_, changed_, stopping_
  std::condition_variable wake_;
  legacy::Schedule schedule_;
  bool changed_ = false;
  bool stopping_ = false;
  std::thread worker_;
};

}  // namespace hypergauge::aggregator
