#pragma once

#include <array>

#include "aggregator/schedule/types.h"

/// Which share of the last hour a host was locked. Pure.
namespace hypergauge::aggregator {

class Utilisation {
 public:
  /// Locked from now on; nothing where it is already.
  void Lock(Time now);
  /// Free from now on.
  void Unlock(Time now);
  /// 0 to 1, by whole minutes.
  [[nodiscard]] double LastHour(Time now) const;

 private:
  static constexpr int kMinutes = 64;  // a power of two above the 60 that count

  void Add(Time from, Time until);

  std::array<int64_t, kMinutes> minute_{};  // which minute since 1970 a bucket stands for
  std::array<int64_t, kMinutes> nanos_{};
  bool locked_ = false;
  Time since_{};
};

}  // namespace hypergauge::aggregator
