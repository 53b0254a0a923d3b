#pragma once

#include <grpcpp/client_context.h>
#include <grpcpp/support/client_callback.h>

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>

#include "hypergauge/v1/session.grpc.pb.h"
#include "probes/agent/clock_exchange.h"

namespace hypergauge::probes {

/// One ProbeService.Session call. One message is read ahead and one is under way, so that either
/// side's slowness holds the other back.
/// Threads: the members from one thread; `notify` comes on gRPC's.
class Stream final : public grpc::ClientBidiReactor<v1::ProbeMessage, v1::AggregatorMessage> {
 public:
  /// clocks: told at once when a question for the time is written and when its answer comes.
  /// notify: something has changed; ask the members what.
  Stream(const std::shared_ptr<grpc::Channel>& channel, ClockExchanger& clocks,
         std::function<void()> notify);
  /// Cancels the call unless it has ended, and waits until gRPC has let go of it.
  ~Stream() override;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  /// The next message from the aggregator, if one has come.
  [[nodiscard]] std::optional<v1::AggregatorMessage> Take();

  /// Whether Write may be called: nothing is under way and the stream stands.
  [[nodiscard]] bool CanWrite() const;

  void Write(v1::ProbeMessage message);

  /// Whether anything that was written went out on a connection: somebody may have read it.
  [[nodiscard]] bool WasSent() const;

  /// Tells the aggregator that no more will come. Only when CanWrite.
  void CloseWrites();

  /// How the call ended, once it has and all messages were taken.
  [[nodiscard]] std::optional<grpc::Status> Ended() const;

 private:
  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnDone(const grpc::Status& status) override;
  void ReleaseLocked();

  ClockExchanger& clocks_;
  const std::function<void()> notify_;
  grpc::ClientContext context_;
  std::unique_ptr<v1::ProbeService::Stub> stub_;
  v1::ProbeMessage outgoing_;
  v1::AggregatorMessage incoming_;
  mutable std::mutex mutex_;
  std::condition_variable done_;
  // gRPC takes no new operation once the call is done, so a hold keeps it from being done as long
  // as reads may follow.
  bool held_ = true;
  bool reading_ = true;
  bool abandoned_ = false;
  bool has_incoming_ = false;
  bool writing_ = false;
  bool sent_ = false;
  bool closed_ = false;  // for writing
  std::optional<grpc::Status> status_;
};

}  // namespace hypergauge::probes
