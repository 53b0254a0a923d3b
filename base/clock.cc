#include "base/clock.h"

#include <ctime>

namespace hypergauge {
namespace {

std::chrono::nanoseconds Read(clockid_t id) {
  timespec now{};
  clock_gettime(id, &now);  // cannot fail for these clocks on Linux
  return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
}

class SystemClock final : public Clock {
 public:
  [[nodiscard]] std::chrono::nanoseconds MonotonicRaw() const override {
    return Read(CLOCK_MONOTONIC_RAW);
  }
  [[nodiscard]] std::chrono::nanoseconds Monotonic() const override {
    return Read(CLOCK_MONOTONIC);
  }
  [[nodiscard]] std::chrono::nanoseconds Realtime() const override { return Read(CLOCK_REALTIME); }
};

}  // namespace

const Clock& Clock::System() {
  static const SystemClock kClock;
  return kClock;
}

}  // namespace hypergauge
