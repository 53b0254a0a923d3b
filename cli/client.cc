#include "cli/client.h"

#include <grpcpp/grpcpp.h>

#include <chrono>

namespace hypergauge::cli {
namespace {

constexpr std::chrono::seconds kDeadline{5};

template <typename T>
std::vector<T> ToVector(google::protobuf::RepeatedPtrField<T>* from) {
  return {std::make_move_iterator(from->begin()), std::make_move_iterator(from->end())};
}

// Calls `method` with an empty request and a deadline.
template <typename Request, typename Response, typename Method>
Result<Response> Call(const std::string& address, const Method& method) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + kDeadline);
  Response response;
  const grpc::Status status = method(&context, Request(), &response);
  if (status.ok()) return response;
  const bool no_answer = status.error_code() == grpc::StatusCode::UNAVAILABLE ||
                         status.error_code() == grpc::StatusCode::DEADLINE_EXCEEDED;
  return Fail(
      no_answer ? ErrorCode::kUnavailable : ErrorCode::kInternal,
      "aggregator " + address + (no_answer ? " does not answer: " : ": ") + status.error_message());
}

}  // namespace

Client::Client(const std::string& address)
    : address_(address),
      stub_(v1::QueryService::NewStub(
          grpc::CreateChannel(address, grpc::InsecureChannelCredentials()))) {}

Result<std::vector<v1::Node>> Client::Nodes() {
  auto response = Call<v1::ListNodesRequest, v1::ListNodesResponse>(
      address_, [&](auto* context, const auto& request, auto* answer) {
        return stub_->ListNodes(context, request, answer);
      });
  if (!response) return tl::unexpected(response.error());
  return ToVector(response->mutable_nodes());
}

Result<std::vector<v1::BenchmarkDescriptor>> Client::Benchmarks() {
  auto response = Call<v1::ListBenchmarksRequest, v1::ListBenchmarksResponse>(
      address_, [&](auto* context, const auto& request, auto* answer) {
        return stub_->ListBenchmarks(context, request, answer);
      });
  if (!response) return tl::unexpected(response.error());
  return ToVector(response->mutable_benchmarks());
}

Result<std::vector<v1::ListLatestRunsResponse::Latest>> Client::LatestRuns() {
  auto response = Call<v1::ListLatestRunsRequest, v1::ListLatestRunsResponse>(
      address_, [&](auto* context, const auto& request, auto* answer) {
        return stub_->ListLatestRuns(context, request, answer);
      });
  if (!response) return tl::unexpected(response.error());
  return ToVector(response->mutable_latest());
}

}  // namespace hypergauge::cli
