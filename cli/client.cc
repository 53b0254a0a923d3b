#include "cli/client.h"

#include <grpcpp/grpcpp.h>

#include <iterator>

#include "cli/client_call.h"

namespace hypergauge::cli {
namespace {

template <typename T>
std::vector<T> ToVector(google::protobuf::RepeatedPtrField<T>* from) {
  return {std::make_move_iterator(from->begin()), std::make_move_iterator(from->end())};
}

}  // namespace

Client::Client(const std::string& address) : address_(address) {
  const auto channel = Channel(address);
  query_ = v1::QueryService::NewStub(channel);
  admin_ = v1::AdminService::NewStub(channel);
}

Result<v1::GetStatusResponse> Client::GetStatus() {
  return Call<v1::GetStatusResponse>(address_, v1::GetStatusRequest(),
                                     [&](auto* context, const auto& request, auto* answer) {
                                       return query_->GetStatus(context, request, answer);
                                     });
}

Result<v1::ListNodesResponse> Client::ListNodes(const v1::ListNodesRequest& request) {
  return Call<v1::ListNodesResponse>(address_, request,
                                     [&](auto* context, const auto& asked, auto* answer) {
                                       return query_->ListNodes(context, asked, answer);
                                     });
}

Result<std::vector<v1::Node>> Client::Nodes() {
  auto response = ListNodes();
  if (!response) return tl::unexpected(response.error());
  return ToVector(response->mutable_nodes());
}

Result<std::vector<v1::BenchmarkDescriptor>> Client::Benchmarks() {
  auto response = Call<v1::ListBenchmarksResponse>(
      address_, v1::ListBenchmarksRequest(), [&](auto* context, const auto& request, auto* answer) {
        return query_->ListBenchmarks(context, request, answer);
      });
  if (!response) return tl::unexpected(response.error());
  return ToVector(response->mutable_benchmarks());
}

Result<std::vector<v1::ListLatestRunsResponse::Latest>> Client::LatestRuns() {
  auto response = Call<v1::ListLatestRunsResponse>(
      address_, v1::ListLatestRunsRequest(), [&](auto* context, const auto& request, auto* answer) {
        return query_->ListLatestRuns(context, request, answer);
      });
  if (!response) return tl::unexpected(response.error());
  return ToVector(response->mutable_latest());
}

Result<v1::ListEventsResponse> Client::ListEvents(const v1::ListEventsRequest& request) {
  return Call<v1::ListEventsResponse>(address_, request,
                                      [&](auto* context, const auto& asked, auto* answer) {
                                        return query_->ListEvents(context, asked, answer);
                                      });
}

Result<v1::ListEpochsResponse> Client::ListEpochs(const std::string& node) {
  v1::ListEpochsRequest request;
  request.set_node(node);
  return Call<v1::ListEpochsResponse>(address_, request,
                                      [&](auto* context, const auto& asked, auto* answer) {
                                        return query_->ListEpochs(context, asked, answer);
                                      });
}

Result<v1::GetHistoryResponse> Client::GetHistory(const v1::GetHistoryRequest& request) {
  return Call<v1::GetHistoryResponse>(
      address_, request,
      [&](auto* context, const auto& asked, auto* answer) {
        return query_->GetHistory(context, asked, answer);
      },
      kPatience);
}

Result<void> Client::RemoveNode(const std::string& node) {
  v1::RemoveNodeRequest request;
  request.set_node(node);
  const auto response = Call<v1::RemoveNodeResponse>(
      address_, request, [&](auto* context, const auto& asked, auto* answer) {
        return admin_->RemoveNode(context, asked, answer);
      });
  if (!response) return tl::unexpected(response.error());
  return {};
}

Result<void> Client::ReplaceNode(const std::string& old_node, const std::string& new_node) {
  v1::ReplaceNodeRequest request;
  request.set_old_node(old_node);
  request.set_new_node(new_node);
  const auto response = Call<v1::ReplaceNodeResponse>(
      address_, request, [&](auto* context, const auto& asked, auto* answer) {
        return admin_->ReplaceNode(context, asked, answer);
      });
  if (!response) return tl::unexpected(response.error());
  return {};
}

Result<v1::GetScheduleResponse> Client::GetSchedule(const v1::GetScheduleRequest& request) {
  return Call<v1::GetScheduleResponse>(address_, request,
                                       [&](auto* context, const auto& asked, auto* answer) {
                                         return query_->GetSchedule(context, asked, answer);
                                       });
}

Result<v1::RunNowResponse> Client::RunNow(const v1::RunNowRequest& request) {
  return Call<v1::RunNowResponse>(address_, request,
                                  [&](auto* context, const auto& asked, auto* answer) {
                                    return admin_->RunNow(context, asked, answer);
                                  });
}

Result<v1::PauseResponse> Client::Pause(const v1::PauseRequest& request) {
  return Call<v1::PauseResponse>(address_, request,
                                 [&](auto* context, const auto& asked, auto* answer) {
                                   return admin_->Pause(context, asked, answer);
                                 });
}

Result<v1::ResumeResponse> Client::Resume(const v1::ResumeRequest& request) {
  return Call<v1::ResumeResponse>(address_, request,
                                  [&](auto* context, const auto& asked, auto* answer) {
                                    return admin_->Resume(context, asked, answer);
                                  });
}

}  // namespace hypergauge::cli
