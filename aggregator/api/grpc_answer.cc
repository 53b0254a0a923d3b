#include "aggregator/api/grpc_answer.h"

namespace hypergauge::aggregator {
namespace {

grpc::StatusCode CodeOf(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return grpc::StatusCode::INVALID_ARGUMENT;
    case ErrorCode::kNotFound:
      return grpc::StatusCode::NOT_FOUND;
    case ErrorCode::kUnavailable:
    case ErrorCode::kDeadlineExceeded:  // UNAVAILABLE would say that there is no aggregator
      return grpc::StatusCode::FAILED_PRECONDITION;
    case ErrorCode::kResourceExhausted:
      return grpc::StatusCode::RESOURCE_EXHAUSTED;
    default:
      return grpc::StatusCode::INTERNAL;
  }
}

}  // namespace

grpc::Status StatusOf(const Error& error) {
  return {CodeOf(error.code), error.message};
}

}  // namespace hypergauge::aggregator
