#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <string>
#include <vector>

#include "base/result.h"

namespace hypergauge::aggregator {

/// A running gRPC server and where it listens.
struct GrpcListener {
  std::unique_ptr<grpc::Server> server;
  int port = 0;  ///< the real one where 0 was asked for
};

/// Starts `services` with gRPC's health service and reflection on one address, plain text.
/// Messages above 4 MiB are refused by gRPC itself with RESOURCE_EXHAUSTED.
/// Errors: kUnavailable naming the address when it is taken, kInvalidArgument when it is none.
[[nodiscard]] Result<GrpcListener> StartGrpcServer(const std::string& address,
                                                   const std::vector<grpc::Service*>& services);

/// Sends gRPC's own log through spdlog.
void LogGrpcThroughSpdlog();

}  // namespace hypergauge::aggregator
