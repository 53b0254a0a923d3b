#include "tests/unit/agent/test_aggregator.h"

#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server_builder.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace hypergauge::testing {

ReservedPort::ReservedPort() : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  // gRPC listens with SO_REUSEPORT too, so the server can still take it.
  const int on = 1;
  setsockopt(fd_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  setsockopt(fd_, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  if (bind(fd_, reinterpret_cast<sockaddr*>(&address), length) != 0 ||
      getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &length) != 0) {
    throw std::runtime_error("no loopback port");
  }
  address_ = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
}

ReservedPort::~ReservedPort() {
  close(fd_);
}

TestAggregator::TestAggregator(Answer answer, const std::string& address)
    : answer_(std::move(answer)) {
  int port = 0;
  grpc::ServerBuilder builder;
  builder.AddListeningPort(address, grpc::InsecureServerCredentials(), &port);
  builder.RegisterService(this);
  server_ = builder.BuildAndStart();
  if (!server_ || port == 0) throw std::runtime_error("cannot serve on " + address);
  address_ = "127.0.0.1:" + std::to_string(port);
}

TestAggregator::~TestAggregator() {
  server_->Shutdown(std::chrono::system_clock::now());  // cuts streams that are open
  server_->Wait();
}

grpc::Status TestAggregator::Session(grpc::ServerContext* /*context*/, ServerStream* stream) {
  {
    const std::lock_guard lock(mutex_);
    stream_ = stream;
  }
  std::optional<grpc::Status> status;
  v1::ProbeMessage message;
  while (!status && stream->Read(&message)) {
    {
      const std::lock_guard lock(mutex_);
      heard_.push_back(message);
    }
    status = answer_(message);
    changed_.notify_all();
  }
  const std::lock_guard lock(mutex_);
  if (stream_ == stream) stream_ = nullptr;
  changed_.notify_all();
  return status.value_or(grpc::Status::OK);
}

void TestAggregator::Send(const v1::AggregatorMessage& message) {
  const std::lock_guard lock(mutex_);
  if (stream_ != nullptr) stream_->Write(message);
}

bool TestAggregator::Await(
    const std::function<bool(const std::vector<v1::ProbeMessage>& heard)>& question) {
  std::unique_lock lock(mutex_);
  return changed_.wait_for(lock, std::chrono::seconds(30), [&] { return question(heard_); });
}

std::vector<v1::ProbeMessage> TestAggregator::Heard() const {
  const std::lock_guard lock(mutex_);
  return heard_;
}

v1::AggregatorMessage WelcomeMessage(uint32_t max_unacknowledged, uint64_t stored_sequence) {
  v1::AggregatorMessage message;
  auto& welcome = *message.mutable_welcome();
  welcome.mutable_protocol()->set_major(1);
  welcome.set_stored_sequence(stored_sequence);
  welcome.mutable_configuration()->set_max_unacknowledged_runs(max_unacknowledged);
  return message;
}

v1::AggregatorMessage AckMessage(uint64_t sequence) {
  v1::AggregatorMessage message;
  message.mutable_ack()->set_epoch(1);
  message.mutable_ack()->set_sequence(sequence);
  return message;
}

v1::AggregatorMessage ClockMessage(const v1::ClockRequest& request, const Clock& clock) {
  v1::AggregatorMessage message;
  auto& reply = *message.mutable_clock_reply();
  reply.set_cookie(request.cookie());
  reply.set_received_monotonic_nanos(clock.MonotonicRaw().count());
  reply.set_received_unix_nanos(clock.Realtime().count());
  reply.set_sent_monotonic_nanos(clock.MonotonicRaw().count());
  reply.set_sent_unix_nanos(clock.Realtime().count());
  return message;
}

v1::AggregatorMessage LeaseMessage(const std::string& lease_id, std::chrono::seconds duration) {
  v1::AggregatorMessage message;
  auto& lease = *message.mutable_lease();
  lease.set_lease_id(lease_id);
  lease.set_fencing_token(7);
  lease.set_suite("light");
  lease.set_duration_nanos(std::chrono::nanoseconds(duration).count());
  return message;
}

std::vector<uint64_t> SequencesOf(const std::vector<v1::ProbeMessage>& heard) {
  std::vector<uint64_t> sequences;
  for (const auto& message : heard) {
    if (message.has_run()) sequences.push_back(message.run().id().sequence());
  }
  return sequences;
}

std::vector<v1::LeaseEnd> LeaseEndsOf(const std::vector<v1::ProbeMessage>& heard) {
  std::vector<v1::LeaseEnd> ends;
  for (const auto& message : heard) {
    if (message.has_lease_end()) ends.push_back(message.lease_end());
  }
  return ends;
}

int CountHellos(const std::vector<v1::ProbeMessage>& heard) {
  int count = 0;
  for (const auto& message : heard) count += message.has_hello() ? 1 : 0;
  return count;
}

}  // namespace hypergauge::testing
