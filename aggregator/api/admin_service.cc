#include "aggregator/api/admin_service.h"

#include <algorithm>
#include <utility>

#include "aggregator/api/grpc_answer.h"
#include "aggregator/api/unknown_names.h"

namespace hypergauge::aggregator {
namespace {

grpc::ServerUnaryReactor* Finish(grpc::CallbackServerContext* context, const grpc::Status& status) {
  auto* reactor = context->DefaultReactor();
  reactor->Finish(status);
  return reactor;
}

grpc::ServerUnaryReactor* Finish(grpc::CallbackServerContext* context, const Result<void>& result) {
  return Finish(context, result ? grpc::Status::OK : StatusOf(result.error()));
}

grpc::ServerUnaryReactor* Finish(grpc::CallbackServerContext* context, const Error& error) {
  return Finish(context, StatusOf(error));
}

}  // namespace

grpc::ServerUnaryReactor* AdminService::RemoveNode(grpc::CallbackServerContext* context,
                                                   const v1::RemoveNodeRequest* request,
                                                   v1::RemoveNodeResponse* /*response*/) {
  return Finish(context, membership_.Remove(request->node()));
}

Result<void> AdminService::Replace(const v1::ReplaceNodeRequest& request) {
  auto handover = admission_.Replace(request.old_node(), request.new_node());
  if (!handover) return tl::unexpected(handover.error());
  v1::AggregatorMessage message;
  *message.mutable_take_identity() = std::move(handover->message);
  if (sessions_.Send(handover->to, message)) return {};
  return Fail(ErrorCode::kUnavailable,
              "node \"" + request.new_node() + "\" has disconnected meanwhile");
}

grpc::ServerUnaryReactor* AdminService::ReplaceNode(grpc::CallbackServerContext* context,
                                                    const v1::ReplaceNodeRequest* request,
                                                    v1::ReplaceNodeResponse* /*response*/) {
  return Finish(context, Replace(*request));
}

grpc::Status AdminService::Order(const v1::RunNowRequest& request, v1::RunNowResponse& response) {
  if (const auto checked = CheckRequest(request); !checked) return StatusOf(checked.error());
  const std::string node_id = fleet_.NodeIdOf(request.node());
  if (node_id.empty()) return StatusOf(NoSuchNode("node", request.node()));
  const auto order = steering_.RunNow(node_id, request.suite().empty() ? "light" : request.suite(),
                                      {request.benchmarks().begin(), request.benchmarks().end()});
  if (!order) {
    // A pause ends by itself or by command: the same request is right later.
    return order.error().code == ErrorCode::kUnavailable
               ? grpc::Status(grpc::StatusCode::UNAVAILABLE, order.error().message)
               : StatusOf(order.error());
  }
  response.set_lease_id(order->lease_id);
  response.set_waiting(static_cast<uint32_t>(std::max(0, order->waiting)));
  return grpc::Status::OK;
}

grpc::ServerUnaryReactor* AdminService::RunNow(grpc::CallbackServerContext* context,
                                               const v1::RunNowRequest* request,
                                               v1::RunNowResponse* response) {
  const auto status = Order(*request, *response);
  // Tells UNAVAILABLE from that of a server which is not there.
  context->AddTrailingMetadata("hypergauge-answered", "1");
  return Finish(context, status);
}

grpc::ServerUnaryReactor* AdminService::Pause(grpc::CallbackServerContext* context,
                                              const v1::PauseRequest* request,
                                              v1::PauseResponse* response) {
  if (const auto checked = CheckRequest(*request); !checked) return Finish(context, checked);
  if (!request->host().empty() && !KnownHosts(fleet_).contains(request->host())) {
    return Finish(context, NoSuchHost("host", request->host()));
  }
  const auto revoked =
      steering_.Pause(request->host(), Time(request->duration_nanos()), request->reason());
  if (!revoked) return Finish(context, revoked.error());
  response->set_revoked(static_cast<uint32_t>(*revoked));
  return Finish(context, grpc::Status::OK);
}

grpc::ServerUnaryReactor* AdminService::Resume(grpc::CallbackServerContext* context,
                                               const v1::ResumeRequest* request,
                                               v1::ResumeResponse* response) {
  if (const auto checked = CheckRequest(*request); !checked) return Finish(context, checked);
  const auto lifted = steering_.Resume(request->host());
  if (!lifted) return Finish(context, lifted.error());
  // A host that has left meanwhile may still be paused.
  if (*lifted == 0 && !request->host().empty() && !KnownHosts(fleet_).contains(request->host())) {
    return Finish(context, NoSuchHost("host", request->host()));
  }
  response->set_lifted(static_cast<uint32_t>(*lifted));
  return Finish(context, grpc::Status::OK);
}

}  // namespace hypergauge::aggregator
