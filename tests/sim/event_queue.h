#pragma once

#include <algorithm>
#include <cstdint>
#include <functional>
#include <utility>
#include <vector>

#include "tests/sim/options.h"

namespace hypergauge::sim {

/// What happens when, in the order of time; what happens at one moment in the order it was put in.
class EventQueue {
 public:
  using Event = std::function<void()>;

  void Put(Time at, Event event) {
    heap_.push_back({at, ++last_, std::move(event)});
    std::push_heap(heap_.begin(), heap_.end(), Later);
  }
  /// Time::max() where nothing is to come.
  [[nodiscard]] Time next() const { return heap_.empty() ? Time::max() : heap_.front().at; }
  [[nodiscard]] Event Take() {
    std::pop_heap(heap_.begin(), heap_.end(), Later);
    Event event = std::move(heap_.back().event);
    heap_.pop_back();
    return event;
  }

 private:
  struct Entry {
    Time at{};
    uint64_t order = 0;
    Event event;
  };
  static bool Later(const Entry& a, const Entry& b) {
    return std::pair(a.at, a.order) > std::pair(b.at, b.order);
  }

  std::vector<Entry> heap_;
  uint64_t last_ = 0;
};

}  // namespace hypergauge::sim
