#pragma once

#include <grpcpp/alarm.h>
#include <grpcpp/grpcpp.h>

#include <deque>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "aggregator/ingest/presence.h"
#include "aggregator/ingest/probe_service.h"
#include "aggregator/ingest/rate_limit.h"

/// One stream of a probe, behind ProbeService; of no interest to others.
namespace hypergauge::aggregator {

class ProbeReactor;

// Of all that is no run, which waits for the disk, and once more of questions for the time, of
// which a probe asks eight before and after each run: far above what a probe has to say, and far
// below what would keep others waiting.
inline constexpr int kControlBurst = 1000;
inline constexpr int kControlPerSecond = 100;

// The status for a message that broke the contract.
[[nodiscard]] grpc::Status InvalidArgument(const FieldError& error);

// The status for a probe that says more than kControlPerSecond. `what`: "messages".
[[nodiscard]] grpc::Status TooMany(const std::string& what);

// A Hello without what counts for its own stream only, and without its secret.
[[nodiscard]] v1::Hello StoredForm(v1::Hello hello);

// A message on its way to the peer: its bytes, or an answer for the time, which is written down
// only when it leaves.
struct Outgoing {
  grpc::ByteBuffer bytes;
  std::optional<v1::ClockReply> clock_reply;
};

// One stream's state. It outlives the reactor, because the store and the dispatcher answer later
// than a peer may leave; `reactor_` is null from then on.
class ProbeSession final : public SessionLink, public std::enable_shared_from_this<ProbeSession> {
 public:
  ProbeSession(ProbeService::Shared& shared, std::string peer, ProbeReactor* reactor)
      : ingest_(shared.ingest),
        membership_(shared.ingest.membership.mutex()),
        peer_(std::move(peer)),
        reactor_(reactor) {}

  void Send(const v1::AggregatorMessage& message) override;
  void Supersede() override;
  void AskPresence(std::function<void(bool there)> answer) override;
  void Stop() override;

  // The reactor's events.
  void Read(const grpc::ByteBuffer& buffer);
  void ReadEnded() { End(grpc::Status::OK); }
  void Cancelled() {
    End(grpc::Status(grpc::StatusCode::CANCELLED, "the peer cancelled the stream"));
  }
  void Written(bool ok);
  void Gone();

 private:
  // The following return the status that ends the stream, if any.
  std::optional<grpc::Status> Handle(v1::ProbeMessage& message);
  std::optional<grpc::Status> HandleHello(v1::Hello& hello);
  std::optional<grpc::Status> HandleLeaseEnd(const v1::LeaseEnd& end);
  std::optional<grpc::Status> HandleRun(v1::Run& run);
  std::optional<grpc::Status> HandleEnvironment(const v1::EnvironmentChange& change);
  void Admit(const std::shared_ptr<SessionLink>& silent);
  void AskWhetherThere(const std::shared_ptr<SessionLink>& older);
  void Refuse(const std::string& reason);
  void Welcome();
  void SendWelcome(uint64_t stored_sequence);
  std::shared_ptr<SessionLink> CurrentStream();
  bool Join(uint64_t stored_sequence);
  void RunStored(const v1::Run& run, const RunJudge::Judgement& judgement,
                 const Result<bool>& inserted);
  void AnswerClock(const v1::ClockRequest& request, int64_t monotonic, int64_t unix_time);
  void Enqueue(Outgoing outgoing);

  void Deregister();
  [[nodiscard]] bool IsGone();
  void End(const grpc::Status& status);
  void ContinueReading();
  void RunAcknowledged();
  void WriteNextLocked();
  [[nodiscard]] grpc::ByteBuffer StampedNow(v1::ClockReply reply) const;

  const Ingest& ingest_;
  std::mutex& membership_;
  const std::string peer_;
  // Written by Hello before anything else can read it, then by EnvironmentChange: both are handled
  // in the one thread that reads.
  v1::Hello hello_;
  bool greeted_ = false;
  Admission::Admitted admitted_;
  PresenceQuestions presence_;
  // Only of the thread that reads.
  RateLimit control_messages_{kControlBurst, kControlPerSecond};
  RateLimit clock_requests_{kControlBurst, kControlPerSecond};

  std::mutex mutex_;  // guards all below
  ProbeReactor* reactor_;
  std::deque<Outgoing> outbox_;
  bool writing_ = false;
  uint32_t unacknowledged_ = 0;
  bool reading_paused_ = false;
  std::unique_ptr<grpc::Alarm> alarm_;  // while another stream is asked whether it is there
  std::optional<grpc::Status> ending_;  // finish with it as soon as the outbox is empty
  bool finished_ = false;
};

}  // namespace hypergauge::aggregator
