#pragma once

#include <grpcpp/grpcpp.h>

#include "aggregator/ingest/membership.h"
#include "hypergauge/v1/query.grpc.pb.h"

namespace hypergauge::aggregator {

/// What an operator may change.
class AdminService final : public v1::AdminService::CallbackService {
 public:
  explicit AdminService(Membership& membership) : membership_(membership) {}

  grpc::ServerUnaryReactor* RemoveNode(grpc::CallbackServerContext* context,
                                       const v1::RemoveNodeRequest* request,
                                       v1::RemoveNodeResponse* response) override;

 private:
  Membership& membership_;
};

}  // namespace hypergauge::aggregator
