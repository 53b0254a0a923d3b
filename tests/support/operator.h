#pragma once

#include <grpcpp/grpcpp.h>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "hypergauge/v1/query.grpc.pb.h"

namespace hypergauge::testing {

/// What an operator asks of an aggregator, through its own services. A question that fails is a
/// failure of the test, and answered by an empty message.
class Operator {
 public:
  explicit Operator(const std::string& address);

  [[nodiscard]] v1::GetScheduleResponse Schedule(const std::vector<std::string>& hosts = {}) const;
  /// By the aggregator's clock, nanoseconds since 1970.
  [[nodiscard]] int64_t Now() const { return Schedule().now_unix_nanos(); }
  /// Those of the last hour, in the order of their tokens.
  [[nodiscard]] std::vector<v1::LeaseRecord> Leases() const;
  /// The record of one lease; an empty one where there is none.
  [[nodiscard]] v1::LeaseRecord LeaseOf(uint64_t fencing_token) const;

  /// May fail: the status is the answer. `response` may be null.
  grpc::Status RunNow(const std::string& node, const std::vector<std::string>& benchmarks,
                      v1::RunNowResponse* response) const;
  /// The number of leases that were taken back. Empty host: all.
  int Pause(const std::string& host, const std::string& reason = "") const;
  /// The number of pauses that were lifted.
  int Resume(const std::string& host) const;

  /// The last run of a benchmark on a node, whatever its verdict.
  [[nodiscard]] v1::Run LatestRun(const std::string& node) const;
  /// Oldest first.
  [[nodiscard]] std::vector<v1::Event> Events(v1::Event::Kind kind) const;

 private:
  std::unique_ptr<v1::QueryService::Stub> query_;
  std::unique_ptr<v1::AdminService::Stub> admin_;
};

/// Pairs of leases that locked one host at one time, in words; empty where there are none.
[[nodiscard]] std::vector<std::string> Meetings(const std::vector<v1::LeaseRecord>& leases);

/// The nodes of each round of a host in the order of their turns: "h g1 g2 g2 g1 h". By round.
[[nodiscard]] std::map<uint64_t, std::string> Rounds(const std::vector<v1::LeaseRecord>& leases,
                                                     const std::string& host);

}  // namespace hypergauge::testing
