#pragma once

#include <grpcpp/grpcpp.h>

#include <utility>

#include "base/result.h"

/// A Result as gRPC answers it.
namespace hypergauge::aggregator {

[[nodiscard]] grpc::Status StatusOf(const Error& error);

/// Ends a call with the answer, or with why there is none.
template <typename Response>
void Finish(grpc::ServerUnaryReactor& reactor, Result<Response> result, Response& response) {
  if (result) {
    response = std::move(*result);
    reactor.Finish(grpc::Status::OK);
  } else {
    reactor.Finish(StatusOf(result.error()));
  }
}

template <typename Response>
[[nodiscard]] grpc::ServerUnaryReactor* Answer(grpc::CallbackServerContext* context,
                                               Result<Response> result, Response* response) {
  auto* reactor = context->DefaultReactor();
  Finish(*reactor, std::move(result), *response);
  return reactor;
}

}  // namespace hypergauge::aggregator
