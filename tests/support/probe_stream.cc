#include "tests/support/probe_stream.h"

namespace hypergauge::testing {

ProbeStream::ProbeStream(const std::string& address)
    : stub_(v1::ProbeService::NewStub(
          grpc::CreateChannel(address, grpc::InsecureChannelCredentials()))) {
  // A bound on a broken test, far above what any of them needs.
  context_.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds(60));
  stream_ = stub_->Session(&context_);
}

ProbeStream::~ProbeStream() {
  if (finished_) return;
  context_.TryCancel();
  stream_->Finish();
}

bool ProbeStream::Send(const v1::ProbeMessage& message) {
  return stream_->Write(message);
}

bool ProbeStream::Send(const v1::Run& run) {
  v1::ProbeMessage message;
  *message.mutable_run() = run;
  return Send(message);
}

std::optional<v1::Welcome> ProbeStream::Greet(const v1::Hello& hello) {
  v1::ProbeMessage message;
  *message.mutable_hello() = hello;
  Send(message);
  const auto answer = ReceiveKind(v1::AggregatorMessage::kWelcome);
  if (!answer) return std::nullopt;
  return answer->welcome();
}

std::optional<v1::AggregatorMessage> ProbeStream::Receive() {
  v1::AggregatorMessage message;
  if (!stream_->Read(&message)) return std::nullopt;
  return message;
}

std::optional<v1::AggregatorMessage> ProbeStream::ReceiveKind(
    v1::AggregatorMessage::KindCase kind) {
  while (auto message = Receive()) {
    if (message->kind_case() == kind) return message;
  }
  return std::nullopt;
}

grpc::Status ProbeStream::Finish() {
  while (Receive()) {
  }
  finished_ = true;
  return stream_->Finish();
}

}  // namespace hypergauge::testing
