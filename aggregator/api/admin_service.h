#pragma once

#include <grpcpp/grpcpp.h>

#include "aggregator/identity/admission.h"
#include "aggregator/ingest/membership.h"
#include "aggregator/ingest/sessions.h"
#include "aggregator/schedule/steering.h"
#include "hypergauge/v1/query.grpc.pb.h"

namespace hypergauge::aggregator {

/// What an operator may change.
class AdminService final : public v1::AdminService::CallbackService {
 public:
  AdminService(Membership& membership, Admission& admission, Sessions& sessions, const Fleet& fleet,
               Steering& steering)
      : membership_(membership),
        admission_(admission),
        sessions_(sessions),
        fleet_(fleet),
        steering_(steering) {}

  grpc::ServerUnaryReactor* RemoveNode(grpc::CallbackServerContext* context,
                                       const v1::RemoveNodeRequest* request,
                                       v1::RemoveNodeResponse* response) override;
  grpc::ServerUnaryReactor* ReplaceNode(grpc::CallbackServerContext* context,
                                        const v1::ReplaceNodeRequest* request,
                                        v1::ReplaceNodeResponse* response) override;
  grpc::ServerUnaryReactor* RunNow(grpc::CallbackServerContext* context,
                                   const v1::RunNowRequest* request,
                                   v1::RunNowResponse* response) override;
  grpc::ServerUnaryReactor* Pause(grpc::CallbackServerContext* context,
                                  const v1::PauseRequest* request,
                                  v1::PauseResponse* response) override;
  grpc::ServerUnaryReactor* Resume(grpc::CallbackServerContext* context,
                                   const v1::ResumeRequest* request,
                                   v1::ResumeResponse* response) override;

 private:
  [[nodiscard]] Result<void> Replace(const v1::ReplaceNodeRequest& request);
  [[nodiscard]] grpc::Status Order(const v1::RunNowRequest& request, v1::RunNowResponse& response);

  Membership& membership_;
  Admission& admission_;
  Sessions& sessions_;
  const Fleet& fleet_;
  Steering& steering_;
};

}  // namespace hypergauge::aggregator
