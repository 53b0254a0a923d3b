#pragma once

#include <grpcpp/server.h>

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "hypergauge/v1/session.grpc.pb.h"

namespace hypergauge::testing {

/// A loopback port that stays ours while nobody listens on it, so that connecting is refused.
class ReservedPort {
 public:
  ReservedPort();
  ~ReservedPort();
  ReservedPort(const ReservedPort&) = delete;
  ReservedPort& operator=(const ReservedPort&) = delete;

  [[nodiscard]] std::string address() const { return address_; }

 private:
  int fd_;
  std::string address_;
};

/// The aggregator's side of the contract as a real gRPC server. It keeps all that was said; the
/// test decides what it answers. Threads: any.
class TestAggregator final : public v1::ProbeService::Service {
 public:
  using ServerStream = grpc::ServerReaderWriter<v1::AggregatorMessage, v1::ProbeMessage>;
  /// Answers one message on the present stream; a status ends it.
  using Answer = std::function<std::optional<grpc::Status>(const v1::ProbeMessage&)>;

  /// Starts at once, on a port of its own by default.
  explicit TestAggregator(Answer answer, const std::string& address = "127.0.0.1:0");
  ~TestAggregator() override;
  TestAggregator(const TestAggregator&) = delete;
  TestAggregator& operator=(const TestAggregator&) = delete;

  [[nodiscard]] const std::string& address() const { return address_; }

  /// Sends on the present stream; nothing where there is none.
  void Send(const v1::AggregatorMessage& message);

  /// Waits until the question is answered with yes; it is asked again after each message, with all
  /// messages of all streams so far. False after 30 seconds.
  [[nodiscard]] bool Await(
      const std::function<bool(const std::vector<v1::ProbeMessage>& heard)>& question);

  [[nodiscard]] std::vector<v1::ProbeMessage> Heard() const;

  grpc::Status Session(grpc::ServerContext* context, ServerStream* stream) override;

 private:
  const Answer answer_;
  std::string address_;
  mutable std::mutex mutex_;
  std::condition_variable changed_;
  std::vector<v1::ProbeMessage> heard_;
  ServerStream* stream_ = nullptr;  // the present one
  std::unique_ptr<grpc::Server> server_;
};

/// The messages that an aggregator sends.
[[nodiscard]] v1::AggregatorMessage WelcomeMessage(uint32_t max_unacknowledged = 64,
                                                   uint64_t stored_sequence = 0);
[[nodiscard]] v1::AggregatorMessage AckMessage(uint64_t sequence);
/// The answer for the time, as this clock shows it.
[[nodiscard]] v1::AggregatorMessage ClockMessage(const v1::ClockRequest& request,
                                                 const Clock& clock);
[[nodiscard]] v1::AggregatorMessage LeaseMessage(const std::string& lease_id,
                                                 std::chrono::seconds duration);

/// Of what was heard: the sequences of all runs, and the ends of all leases.
[[nodiscard]] std::vector<uint64_t> SequencesOf(const std::vector<v1::ProbeMessage>& heard);
[[nodiscard]] std::vector<v1::LeaseEnd> LeaseEndsOf(const std::vector<v1::ProbeMessage>& heard);
[[nodiscard]] int CountHellos(const std::vector<v1::ProbeMessage>& heard);

}  // namespace hypergauge::testing
