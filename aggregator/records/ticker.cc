#include "aggregator/records/ticker.h"

#include <utility>

namespace hypergauge::aggregator {

Ticker::Ticker(std::chrono::nanoseconds period, std::function<void()> tick)
    : period_(period), tick_(std::move(tick)), worker_([this] { Work(); }) {}

Ticker::~Ticker() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_one();
  worker_.join();
}

void Ticker::Work() {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, period_, [this] { return stopping_; })) {
    lock.unlock();
    tick_();
    lock.lock();
  }
}

}  // namespace hypergauge::aggregator
