#pragma once

#include <grpcpp/grpcpp.h>

#include "aggregator/identity/admission.h"
#include "aggregator/ingest/membership.h"
#include "aggregator/ingest/sessions.h"
#include "hypergauge/v1/query.grpc.pb.h"

namespace hypergauge::aggregator {

/// What an operator may change.
class AdminService final : public v1::AdminService::CallbackService {
 public:
  AdminService(Membership& membership, Admission& admission, Sessions& sessions)
      : membership_(membership), admission_(admission), sessions_(sessions) {}

  grpc::ServerUnaryReactor* RemoveNode(grpc::CallbackServerContext* context,
                                       const v1::RemoveNodeRequest* request,
                                       v1::RemoveNodeResponse* response) override;
  grpc::ServerUnaryReactor* ReplaceNode(grpc::CallbackServerContext* context,
                                        const v1::ReplaceNodeRequest* request,
                                        v1::ReplaceNodeResponse* response) override;

 private:
  [[nodiscard]] Result<void> Replace(const v1::ReplaceNodeRequest& request);

  Membership& membership_;
  Admission& admission_;
  Sessions& sessions_;
};

}  // namespace hypergauge::aggregator
