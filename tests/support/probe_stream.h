#pragma once

#include <grpcpp/grpcpp.h>

#include <memory>
#include <optional>
#include <string>

#include "hypergauge/v1/session.grpc.pb.h"

namespace hypergauge::testing {

/// A probe's stream that says exactly what a test wants it to say, wrong things included.
class ProbeStream {
 public:
  explicit ProbeStream(const std::string& address);
  ~ProbeStream();
  ProbeStream(const ProbeStream&) = delete;
  ProbeStream& operator=(const ProbeStream&) = delete;

  /// False when the stream has ended.
  bool Send(const v1::ProbeMessage& message);
  bool Send(const v1::Run& run);

  /// Sends Hello and returns Welcome; nothing when the stream ended instead.
  [[nodiscard]] std::optional<v1::Welcome> Greet(const v1::Hello& hello);

  /// The next message; nothing at the end of the stream.
  [[nodiscard]] std::optional<v1::AggregatorMessage> Receive();

  /// Receives until a message of this kind; nothing at the end of the stream.
  [[nodiscard]] std::optional<v1::AggregatorMessage> ReceiveKind(
      v1::AggregatorMessage::KindCase kind);

  /// Receives to the end and returns the status.
  [[nodiscard]] grpc::Status Finish();

 private:
  std::unique_ptr<v1::ProbeService::Stub> stub_;
  grpc::ClientContext context_;
  std::unique_ptr<grpc::ClientReaderWriter<v1::ProbeMessage, v1::AggregatorMessage>> stream_;
  bool finished_ = false;
};

}  // namespace hypergauge::testing
