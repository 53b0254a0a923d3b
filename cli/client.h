#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "hypergauge/v1/query.grpc.pb.h"

namespace hypergauge::cli {

/// Asks an aggregator. Not for several threads at once.
/// Errors: kUnavailable naming the address when it does not answer within 5 s; kUnsupported by one
/// that is older than this command; others as they come.
class Client {
 public:
  explicit Client(const std::string& address);

  [[nodiscard]] Result<v1::GetStatusResponse> GetStatus();
  [[nodiscard]] Result<v1::ListNodesResponse> ListNodes(const v1::ListNodesRequest& request = {});
  [[nodiscard]] Result<std::vector<v1::Node>> Nodes();
  [[nodiscard]] Result<std::vector<v1::BenchmarkDescriptor>> Benchmarks();
  [[nodiscard]] Result<std::vector<v1::ListLatestRunsResponse::Latest>> LatestRuns();
  /// Newest first.
  [[nodiscard]] Result<v1::ListEventsResponse> ListEvents(const v1::ListEventsRequest& request);
  /// Errors: kNotFound.
  [[nodiscard]] Result<v1::ListEpochsResponse> ListEpochs(const std::string& node);
  /// Takes up to a minute. Errors: kNotFound; kInvalidArgument; kResourceExhausted for more points
  /// than fit into an answer.
  [[nodiscard]] Result<v1::GetHistoryResponse> GetHistory(const v1::GetHistoryRequest& request);
  /// Errors: kNotFound; kUnavailable while it is connected.
  [[nodiscard]] Result<void> RemoveNode(const std::string& node);
  /// Errors: kNotFound; kInvalidArgument; kUnavailable where `old_node` is connected or `new_node`
  /// is not.
  [[nodiscard]] Result<void> ReplaceNode(const std::string& old_node, const std::string& new_node);

  /// Errors: kNotFound; kInvalidArgument.
  [[nodiscard]] Result<v1::GetScheduleResponse> GetSchedule(const v1::GetScheduleRequest& request);
  /// Errors: kNotFound for a node that is not connected; kInvalidArgument; kUnavailable while its
  /// host is paused.
  [[nodiscard]] Result<v1::RunNowResponse> RunNow(const v1::RunNowRequest& request);
  /// Errors: kNotFound; kInvalidArgument.
  [[nodiscard]] Result<v1::PauseResponse> Pause(const v1::PauseRequest& request);
  [[nodiscard]] Result<v1::ResumeResponse> Resume(const v1::ResumeRequest& request);

 private:
  std::string address_;
  std::unique_ptr<v1::QueryService::Stub> query_;
  std::unique_ptr<v1::AdminService::Stub> admin_;
};

}  // namespace hypergauge::cli
