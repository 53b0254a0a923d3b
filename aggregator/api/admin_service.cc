#include "aggregator/api/admin_service.h"

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

}  // namespace hypergauge::aggregator
