#include "aggregator/grpc_listener.h"

#include <grpc/support/log.h>
#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/health_check_service_interface.h>
#include <netdb.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

#include "program/flags.h"

namespace hypergauge::aggregator {
namespace {

// gRPC says only that it could not start; asking the kernel first gives the reason.
Result<void> CheckCanBind(const std::string& address) {
  const auto parsed = ParseHostPort(address);
  if (!parsed) return tl::unexpected(parsed.error());
  addrinfo hints{};
  hints.ai_family = AF_UNSPEC;
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(parsed->port);
  const int error = getaddrinfo(parsed->host.empty() ? nullptr : parsed->host.c_str(), port.c_str(),
                                &hints, &found);
  if (error != 0) {
    return Fail(ErrorCode::kInvalidArgument, "address \"" + address + "\": " + gai_strerror(error));
  }
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, freeaddrinfo);
  const int descriptor = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  const int on = 1;
  setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
  const bool bound = bind(descriptor, found->ai_addr, found->ai_addrlen) == 0;
  const int reason = errno;
  close(descriptor);
  if (bound) return {};
  return tl::unexpected(FromErrno(reason, "cannot listen on " + address));
}

void LogThroughSpdlog(gpr_log_func_args* args) {
  const auto level =
      args->severity == GPR_LOG_SEVERITY_ERROR ? spdlog::level::warn : spdlog::level::debug;
  spdlog::log(level, "grpc: {}", args->message);
}

}  // namespace

void LogGrpcThroughSpdlog() {
  gpr_set_log_function(LogThroughSpdlog);
}

Result<GrpcListener> StartGrpcServer(const std::string& address,
                                     const std::vector<grpc::Service*>& services) {
  if (auto checked = CheckCanBind(address); !checked) return tl::unexpected(checked.error());
  grpc::EnableDefaultHealthCheckService(true);
  grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  grpc::ServerBuilder builder;
  GrpcListener listener;
  const std::string target = address.starts_with(':') ? "[::]" + address : address;
  builder.AddListeningPort(target, grpc::InsecureServerCredentials(), &listener.port);
  // Two aggregators on one port would each get half of the probes.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  // Probes ping so that a dead path is noticed; the default would call that abuse.
  constexpr int kLeastPingMillis = 5'000;
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                             kLeastPingMillis);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  // A probe that lost its power says no goodbye: without an answer to a ping its stream is broken.
  constexpr int kPingMillis = 20'000;
  constexpr int kPingAnswerMillis = 10'000;
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, kPingMillis);
  builder.AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kPingAnswerMillis);
  for (auto* service : services) builder.RegisterService(service);
  listener.server = builder.BuildAndStart();
  if (!listener.server || listener.port == 0) {
    return Fail(ErrorCode::kUnavailable, "cannot serve gRPC on " + address);
  }
  return listener;
}

}  // namespace hypergauge::aggregator
