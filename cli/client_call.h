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
/// For what reads much.
inline constexpr std::chrono::seconds kPatience{60};

inline std::shared_ptr<grpc::Channel> Channel(const std::string& address) {
  constexpr int kMostBytes = 64 << 20;  // of an answer: gRPC's own 4 MiB are a few hundred nodes
  grpc::ChannelArguments arguments;
  arguments.SetMaxReceiveMessageSize(kMostBytes);
  // Who watches wants to see an aggregator that comes back, not two minutes later.
  constexpr int kMostBackoffMillis = 1000;
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kMostBackoffMillis);
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
    case grpc::StatusCode::RESOURCE_EXHAUSTED:
      return ErrorCode::kResourceExhausted;
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
  if (code == ErrorCode::kUnsupported) {
    return Fail(code,
                "aggregator " + address +
                    " is older than this command and cannot answer it; update the aggregator");
  }
  return Fail(code, "aggregator " + address +
                        (code == ErrorCode::kUnavailable ? " does not answer: " : ": ") + message);
}

}  // namespace hypergauge::cli
