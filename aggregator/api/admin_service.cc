#include "aggregator/api/admin_service.h"

#include <utility>

namespace hypergauge::aggregator {
namespace {

// An operation that is not possible now is one that the operator must prepare.
grpc::Status StatusOf(const Result<void>& result) {
  if (result) return grpc::Status::OK;
  switch (result.error().code) {
    case ErrorCode::kNotFound:
      return {grpc::StatusCode::NOT_FOUND, result.error().message};
    case ErrorCode::kUnavailable:
      return {grpc::StatusCode::FAILED_PRECONDITION, result.error().message};
    case ErrorCode::kInvalidArgument:
      return {grpc::StatusCode::INVALID_ARGUMENT, result.error().message};
    default:
      return {grpc::StatusCode::INTERNAL, result.error().message};
  }
}

grpc::ServerUnaryReactor* Finish(grpc::CallbackServerContext* context, const Result<void>& result) {
  auto* reactor = context->DefaultReactor();
  reactor->Finish(StatusOf(result));
  return reactor;
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

}  // namespace hypergauge::aggregator
