#pragma once

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "aggregator/comparison/compare.h"
#include "base/clock.h"
#include "base/result.h"

namespace hypergauge::aggregator {

/// Makes one comparison at a time, however many ask, since each reads all points of the fleet's
/// guests; who asks for the same again within kShared has the same answer. Threads: any.
class SharedAnswer {
 public:
  static constexpr std::chrono::seconds kShared{10};
  /// The one that is being made, and those that wait. Each holds a thread of a server.
  static constexpr int kMostAsking = 5;

  using Made = std::shared_ptr<const LiveComparison>;
  using Make = std::function<Result<LiveComparison>()>;

  explicit SharedAnswer(const Clock& clock) : clock_(clock) {}

  /// `question` says what `make` makes. Errors: kDeadlineExceeded where too many ask already; those
  /// of `make`, which are not shared.
  [[nodiscard]] Result<Made> Get(const std::string& question, const Make& make);

 private:
  const Clock& clock_;
  std::atomic<int> asking_ = 0;
  std::mutex mutex_;      // held while one is made; guards all below
  std::string question_;  // of last_
  Made last_;
  std::chrono::nanoseconds made_{0};  // MonotonicRaw
};

}  // namespace hypergauge::aggregator
