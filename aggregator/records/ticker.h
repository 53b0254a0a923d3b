#pragma once

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>

namespace hypergauge::aggregator {

/// Calls a function again and again on a thread of its own, until destroyed.
class Ticker {
 public:
  /// The first call is one period from now; a call that takes longer delays the next.
  Ticker(std::chrono::nanoseconds period, std::function<void()> tick);
  ~Ticker();
  Ticker(const Ticker&) = delete;
  Ticker& operator=(const Ticker&) = delete;

 private:
  void Work();

  const std::chrono::nanoseconds period_;
  const std::function<void()> tick_;
  std::mutex mutex_;  // guards stopping_
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread worker_;
};

}  // namespace hypergauge::aggregator
