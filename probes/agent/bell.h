#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>

namespace hypergauge::probes {

/// What one thread waits for while others have news for it. Rings are not counted and not lost: one
/// that came before the wait ends it at once. Threads: Ring from any, Wait from one.
class Bell {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  void Ring() {
    const std::lock_guard lock(mutex_);
    rung_ = true;
    wake_.notify_one();
  }

  void WaitUntil(TimePoint end) {
    std::unique_lock lock(mutex_);
    wake_.wait_until(lock, end, [&] { return rung_; });
    rung_ = false;
  }

 private:
  std::mutex mutex_;
  std::condition_variable wake_;
  bool rung_ = false;
};

}  // namespace hypergauge::probes
