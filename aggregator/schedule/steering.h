#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "aggregator/schedule/schedule.h"
#include "base/result.h"
#include "hypergauge/v1/schedule.pb.h"

namespace hypergauge::aggregator {

/// What people ask of the schedule. Hosts are labels, nodes are node_ids. Threads: any.
class Steering {
 public:
  virtual ~Steering() = default;

  /// As the schedule stands, with the leases that lasted after `since`; 0: those of the last hour.
  /// `hosts` empty: all; those that the schedule does not know are simply absent.
  [[nodiscard]] virtual v1::GetScheduleResponse Report(const std::vector<std::string>& hosts,
                                                       int64_t since_unix_nanos) = 0;

  /// Errors: those of Schedule::RunNow.
  [[nodiscard]] virtual Result<Schedule::Order> RunNow(
      const std::string& node_id, const std::string& suite,
      const std::vector<std::string>& benchmarks) = 0;

  /// `host` empty: all. `duration` 0: until Resume. How many leases are taken back.
  /// Errors: those of the store; the pause holds until the aggregator ends, then.
  [[nodiscard]] virtual Result<int> Pause(const std::string& host, Time duration,
                                          const std::string& reason) = 0;

  /// `host` empty: all. How many pauses are lifted. Errors: those of the store.
  [[nodiscard]] virtual Result<int> Resume(const std::string& host) = 0;
};

/// Whether a request may be passed on: texts of at most 1024 bytes without control characters, at
/// most 256 benchmarks, 1000 hosts and a pause of 366 days, a suite that there is, moments and
/// durations that are not negative.
/// Errors: kInvalidArgument, naming the field.
[[nodiscard]] Result<void> CheckRequest(const v1::GetScheduleRequest& request);
[[nodiscard]] Result<void> CheckRequest(const v1::RunNowRequest& request);
[[nodiscard]] Result<void> CheckRequest(const v1::PauseRequest& request);
[[nodiscard]] Result<void> CheckRequest(const v1::ResumeRequest& request);

}  // namespace hypergauge::aggregator
