#pragma once

#include <grpcpp/grpcpp.h>

#include <chrono>
#include <memory>
#include <string>

#include "base/printable.h"
#include "base/result.h"

/// What the clients of all services share.
namespace hypergauge::cli {

inline constexpr std::chrono::seconds kDeadline{5};

inline std::shared_ptr<grpc::Channel> Channel(const std::string& address) {
  constexpr int kMostBytes = 64 << 20;  // of an answer: gRPC's own 4 MiB are a few hundred nodes
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMostBytes);
  return grpc::CreateCustomChannel(address, grpc::InsecureChannelCredentials(), arguments);
}

inline ErrorCode CodeOf(grpc::StatusCode code) {
  switch (code) {
    case grpc::StatusCode::UNAVAILABLE:
    case grpc::StatusCode::DEADLINE_EXCEEDED:
    case grpc::StatusCode::FAILED_PRECONDITION:
      return ErrorCode::kUnavailable;
    case grpc::StatusCode::NOT_FOUND:
      return ErrorCode::kNotFound;
    case grpc::StatusCode::INVALID_ARGUMENT:
      return ErrorCode::kInvalidArgument;
    case grpc::StatusCode::UNIMPLEMENTED:
      return ErrorCode::kUnsupported;
    default:
      return ErrorCode::kInternal;
  }
}

/// Calls `method` with a deadline. Errors: see Client.
template <typename Response, typename Request, typename Method>
Result<Response> Call(const std::string& address, const Request& request, const Method& method,
                      std::chrono::seconds deadline = kDeadline) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + deadline);
  Response response;
  const grpc::Status status = method(&context, request, &response);
  if (status.ok()) return response;
  const auto code = CodeOf(status.error_code());
  const std::string message = Printable(status.error_message());
  // What the aggregator says of the request needs no address. It marks where its own word could be
  // taken for gRPC's.
  if (code == ErrorCode::kNotFound || code == ErrorCode::kInvalidArgument ||
      status.error_code() == grpc::StatusCode::FAILED_PRECONDITION ||
      context.GetServerTrailingMetadata().contains("hypergauge-answered")) {
    return Fail(code, message);
  }
  return Fail(code, "aggregator " + address +
                        (code == ErrorCode::kUnavailable ? " does not answer: " : ": ") + message);
}

}  // namespace hypergauge::cli
