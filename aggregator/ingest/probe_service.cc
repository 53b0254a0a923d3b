#include "aggregator/ingest/probe_service.h"

#include <grpcpp/alarm.h>
#include <grpcpp/support/proto_buffer_reader.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <optional>

#include "aggregator/ingest/presence.h"

namespace hypergauge::aggregator {
namespace {

using grpc::ByteBuffer;
using grpc::Status;
using grpc::StatusCode;

// The text is bounded, because gRPC carries it in headers.
Status InvalidArgument(const FieldError& error) {
  constexpr size_t kMost = 1024;
  return {StatusCode::INVALID_ARGUMENT, error.Text().substr(0, kMost)};
}

std::string BytesOf(const ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Dump(&slices).ok()) return bytes;
  for (const auto& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

// A message on its way to the peer: its bytes, or an answer for the time, which is written down
// only when it leaves.
struct Outgoing {
  ByteBuffer bytes;
  std::optional<v1::ClockReply> clock_reply;
};

Status Serialize(const v1::AggregatorMessage& message, ByteBuffer& bytes) {
  bool own_buffer = false;
  return grpc::SerializationTraits<v1::AggregatorMessage>::Serialize(message, &bytes, &own_buffer);
}

class Stream;

// A Hello without what counts for its own stream only, and without its secret.
v1::Hello StoredForm(v1::Hello hello) {
  hello.clear_active_lease();
  hello.clear_continuity();
  hello.clear_last_sequence();
  return hello;
}

// One stream's state. It outlives the reactor, because the store and the dispatcher answer later
// than a peer may leave; `reactor_` is null from then on.
class ProbeSession final : public SessionLink, public std::enable_shared_from_this<ProbeSession> {
 public:
  ProbeSession(ProbeService::Shared& shared, std::string peer, Stream* reactor)
      : ingest_(shared.ingest),
        membership_(shared.ingest.membership.mutex()),
        peer_(std::move(peer)),
        reactor_(reactor) {}

  void Send(const v1::AggregatorMessage& message) override;
  void Supersede() override;
  void AskPresence(std::function<void(bool there)> answer) override;
  void Stop() override;

  // The reactor's events.
  void Read(const ByteBuffer& buffer);
  void ReadEnded() { End(Status::OK); }
  void Cancelled() { End(Status(StatusCode::CANCELLED, "the peer cancelled the stream")); }
  void Written(bool ok);
  void Gone();

 private:
  // The following return the status that ends the stream, if any.
  std::optional<Status> Handle(v1::ProbeMessage& message);
  std::optional<Status> HandleHello(v1::Hello& hello);
  std::optional<Status> HandleRun(v1::Run& run);
  std::optional<Status> HandleEnvironment(const v1::EnvironmentChange& change);
  void Admit(const std::shared_ptr<SessionLink>& silent);
  void AskWhetherThere(const std::shared_ptr<SessionLink>& older);
  void Refuse(const std::string& reason);
  void Welcome();
  void SendWelcome(uint64_t stored_sequence);
  std::shared_ptr<SessionLink> CurrentStream();
  bool Join(uint64_t stored_sequence);
  void RunStored(const v1::Run& run, const Result<bool>& inserted);
  void AnswerClock(const v1::ClockRequest& request, int64_t monotonic, int64_t unix_time);
  void Enqueue(Outgoing outgoing);

  void Deregister();
  [[nodiscard]] bool IsGone();
  void End(const Status& status);
  void ContinueReading();
  void WriteNextLocked();
  [[nodiscard]] ByteBuffer StampedNow(v1::ClockReply reply) const;

  const Ingest& ingest_;
  std::mutex& membership_;
  const std::string peer_;
  // Written by Hello before anything else can read it, then by EnvironmentChange: both are handled
  // in the one thread that reads.
  v1::Hello hello_;
  bool greeted_ = false;
  Admission::Admitted admitted_;
  PresenceQuestions presence_;

  std::mutex mutex_;  // guards all below
  Stream* reactor_;
  std::deque<Outgoing> outbox_;
  bool writing_ = false;
  uint32_t unacknowledged_ = 0;
  bool reading_paused_ = false;
  std::unique_ptr<grpc::Alarm> alarm_;  // while another stream is asked whether it is there
  std::optional<Status> ending_;        // finish with it as soon as the outbox is empty
  bool finished_ = false;
};

// gRPC's side of a stream: passes its events on.
class Stream final : public grpc::ServerBidiReactor<ByteBuffer, ByteBuffer> {
 public:
  Stream(ProbeService::Shared& shared, const std::string& peer)
      : session_(std::make_shared<ProbeSession>(shared, peer, this)) {
    StartRead(&incoming_);
  }

  void ReadNext() { StartRead(&incoming_); }
  void WriteNow(const ByteBuffer& buffer) {
    outgoing_ = buffer;  // shares the bytes
    StartWrite(&outgoing_);
  }

  void OnReadDone(bool ok) override {
    if (ok) {
      session_->Read(incoming_);
    } else {
      session_->ReadEnded();
    }
  }
  void OnWriteDone(bool ok) override { session_->Written(ok); }
  void OnCancel() override { session_->Cancelled(); }
  void OnDone() override {
    session_->Gone();
    delete this;
  }

 private:
  std::shared_ptr<ProbeSession> session_;
  ByteBuffer incoming_;
  ByteBuffer outgoing_;
};

void ProbeSession::Send(const v1::AggregatorMessage& message) {
  Outgoing outgoing;
  if (const Status serialized = Serialize(message, outgoing.bytes); !serialized.ok()) {
    spdlog::error("message to {} cannot be serialized: {}", peer_, serialized.error_message());
    return;
  }
  Enqueue(std::move(outgoing));
}

void ProbeSession::Enqueue(Outgoing outgoing) {
  const std::lock_guard lock(mutex_);
  if (ending_ || finished_ || reactor_ == nullptr) return;
  if (outbox_.size() >= ingest_.max_waiting_messages) {
    outbox_.clear();
    ending_ = Status(StatusCode::RESOURCE_EXHAUSTED,
                     std::to_string(ingest_.max_waiting_messages) + " messages wait to be read");
  } else {
    outbox_.push_back(std::move(outgoing));
  }
  WriteNextLocked();
}

void ProbeSession::Supersede() {
  End(Status(StatusCode::ALREADY_EXISTS, "another stream of this node took over"));
}

void ProbeSession::AskPresence(std::function<void(bool there)> answer) {
  const auto cookie = presence_.Ask(std::move(answer));
  if (cookie == 0) return;
  v1::AggregatorMessage message;
  message.mutable_presence_request()->set_cookie(cookie);
  Send(message);
}

void ProbeSession::Stop() {
  End(Status(StatusCode::UNAVAILABLE, "the aggregator stops"));
}

void ProbeSession::End(const Status& status) {
  const std::lock_guard lock(mutex_);
  if (ending_ || finished_ || reactor_ == nullptr) return;
  ending_ = status;
  WriteNextLocked();
}

// gRPC calls back on other threads and never inside Start..., so the lock may be held here.
void ProbeSession::WriteNextLocked() {
  if (writing_ || finished_ || reactor_ == nullptr) return;
  if (!outbox_.empty()) {
    writing_ = true;
    auto& next = outbox_.front();
    reactor_->WriteNow(next.clock_reply ? StampedNow(std::move(*next.clock_reply)) : next.bytes);
    outbox_.pop_front();
  } else if (ending_) {
    finished_ = true;
    reactor_->Finish(*ending_);
  }
}

// The last thing before it is written, or time in the outbox would count as time on the way.
ByteBuffer ProbeSession::StampedNow(v1::ClockReply reply) const {
  v1::AggregatorMessage message;
  reply.set_sent_monotonic_nanos(ingest_.clock.MonotonicRaw().count());
  reply.set_sent_unix_nanos(ingest_.clock.Realtime().count());
  *message.mutable_clock_reply() = std::move(reply);
  ByteBuffer bytes;
  Serialize(message, bytes);  // six numbers: cannot fail
  return bytes;
}

void ProbeSession::Written(bool ok) {
  const std::lock_guard lock(mutex_);
  writing_ = false;
  if (!ok) {
    outbox_.clear();
    if (!ending_) ending_ = Status(StatusCode::UNAVAILABLE, "the stream broke");
  }
  WriteNextLocked();
}

void ProbeSession::Gone() {
  std::unique_ptr<grpc::Alarm> cancelled;  // outside of the lock
  {
    const std::lock_guard lock(mutex_);
    reactor_ = nullptr;
    cancelled = std::move(alarm_);
  }
  Deregister();
  presence_.End();
}

// Called when the stream has ended, and once more by a Welcome that came too late to see it:
// whoever finds the link in the list undoes what Welcome did.
void ProbeSession::Deregister() {
  const auto& node_id = hello_.identity().node_id();
  const std::lock_guard lock(membership_);
  if (!ingest_.sessions.Remove(node_id, this)) return;
  ingest_.dispatcher.Disconnect(node_id);
  ingest_.membership.Left(node_id);
  ingest_.placements.Disconnected(node_id);
  spdlog::info("node {} ({}) disconnected", hello_.identity().name(), node_id);
}

bool ProbeSession::IsGone() {
  const std::lock_guard lock(mutex_);
  return reactor_ == nullptr;
}

// Reads on unless the probe has too many runs under way; an acknowledgement resumes.
void ProbeSession::ContinueReading() {
  const std::lock_guard lock(mutex_);
  if (reactor_ == nullptr || ending_ || finished_) return;
  reading_paused_ = unacknowledged_ >= ingest_.max_unacknowledged_runs;
  if (!reading_paused_) reactor_->ReadNext();
}

void ProbeSession::Read(const ByteBuffer& buffer) {
  const auto monotonic = ingest_.clock.MonotonicRaw().count();
  const auto unix_time = ingest_.clock.Realtime().count();
  v1::ProbeMessage message;
  ByteBuffer copy = buffer;  // shares the bytes; Deserialize consumes its argument
  std::optional<Status> status;
  if (!grpc::SerializationTraits<v1::ProbeMessage>::Deserialize(&copy, &message).ok()) {
    status = InvalidArgument(ExplainUnparsable(message, BytesOf(buffer), "message"));
  } else if (message.kind_case() == v1::ProbeMessage::kClockRequest && greeted_) {
    AnswerClock(message.clock_request(), monotonic, unix_time);
  } else {
    status = Handle(message);
  }
  if (status) {
    spdlog::warn("stream of {} ({}) refused: {}", hello_.identity().name(), peer_,
                 status->error_message());
    ingest_.metrics.rejected_messages.Increment();
    End(*status);
    return;
  }
  // After Hello, reading goes on with Welcome.
  if (message.kind_case() != v1::ProbeMessage::kHello) ContinueReading();
}

std::optional<Status> ProbeSession::Handle(v1::ProbeMessage& message) {
  if (message.kind_case() == v1::ProbeMessage::kHello) return HandleHello(*message.mutable_hello());
  if (!greeted_) {
    return Status(StatusCode::INVALID_ARGUMENT, "message is not hello, which begins every stream");
  }
  const auto& node_id = hello_.identity().node_id();
  ingest_.fleet.Heard(node_id, ingest_.clock.Realtime().count());
  if (message.kind_case() == v1::ProbeMessage::kRun) return HandleRun(*message.mutable_run());
  if (auto error = CheckBounds(message, "message")) return InvalidArgument(*error);
  switch (message.kind_case()) {
    case v1::ProbeMessage::kProgress:
      ingest_.fleet.SetProgress(node_id, message.progress());
      return std::nullopt;
    case v1::ProbeMessage::kLeaseEnd: {
      const auto& end = message.lease_end();
      if (ingest_.dispatcher.End(node_id, end)) {
        ingest_.fleet.LeaseEnded(node_id, end.outcome() == v1::LeaseEnd::OUTCOME_COMPLETED);
      }
      return std::nullopt;
    }
    case v1::ProbeMessage::kEnvironmentChange:
      return HandleEnvironment(message.environment_change());
    case v1::ProbeMessage::kSpoolState:
      ingest_.fleet.SetSpool(node_id, message.spool_state());
      return std::nullopt;
    case v1::ProbeMessage::kContinuityStored:
      if (message.continuity_stored().counter() == admitted_.token.counter()) {
        ingest_.admission.Confirm(node_id, admitted_.token.counter());
      }
      return std::nullopt;
    case v1::ProbeMessage::kPresence:
      presence_.Answered(message.presence().cookie());
      return std::nullopt;
    default:
      return std::nullopt;  // a kind that a newer minor version added
  }
}

std::optional<Status> ProbeSession::HandleHello(v1::Hello& hello) {
  if (greeted_) return Status(StatusCode::INVALID_ARGUMENT, "hello was sent twice");
  const uint32_t major = hello.protocol().major();
  if (major != kProtocolMajor) {
    return Status(
        StatusCode::FAILED_PRECONDITION,
        "the probe speaks protocol version " + std::to_string(major) +
            ", this aggregator version " + std::to_string(kProtocolMajor) +
            (major > kProtocolMajor ? "; upgrade the aggregator first" : "; upgrade the probe"));
  }
  if (auto error = CheckHello(hello)) return InvalidArgument(*error);
  hello_ = std::move(hello);
  greeted_ = true;
  Admit(nullptr);
  return std::nullopt;
}

// Nothing of the node's is touched before it is clear that this is the node. `silent`: the stream
// that was asked whether it is there, and did not say so.
void ProbeSession::Admit(const std::shared_ptr<SessionLink>& silent) {
  if (IsGone()) return;
  const auto judgement = ingest_.admission.Judge(hello_);
  if (!judgement) {
    End(Status(StatusCode::UNAVAILABLE, judgement.error().message));
    return;
  }
  if (judgement->verdict == Continuity::Verdict::kEnrollAnew) {
    Refuse(judgement->reason);
    return;
  }
  if (const auto older = CurrentStream(); older && older != silent) {
    AskWhetherThere(older);
    return;
  }
  admitted_ = ingest_.admission.Accept(hello_, *judgement);
  ingest_.store.PutNode(StoredForm(hello_), ingest_.clock.Realtime().count(),
                        [self = shared_from_this()](const Result<void>& done) {
                          if (done) {
                            self->Welcome();
                          } else {
                            self->End(Status(StatusCode::UNAVAILABLE, done.error().message));
                          }
                        });
}

void ProbeSession::AskWhetherThere(const std::shared_ptr<SessionLink>& older) {
  const auto settled = std::make_shared<std::atomic<bool>>(false);
  const auto settle = [self = shared_from_this(), older, settled](bool there) {
    if (settled->exchange(true)) return;
    if (there) {
      self->Refuse("the node is connected already, and answers");
    } else {
      self->Admit(older);
    }
  };
  auto alarm = std::make_unique<grpc::Alarm>();
  alarm->Set(std::chrono::system_clock::now() + ingest_.presence_limit,
             [settle](bool /*rang*/) { settle(false); });
  {
    const std::lock_guard lock(mutex_);
    if (reactor_ == nullptr) return;
    alarm.swap(alarm_);
  }
  older->AskPresence(settle);
}

void ProbeSession::Refuse(const std::string& reason) {
  if (IsGone()) return;
  ingest_.admission.Refuse(hello_, reason);
  v1::AggregatorMessage message;
  message.mutable_enroll_anew()->set_reason(reason);
  Send(message);
  End(Status(StatusCode::ALREADY_EXISTS, "another machine has this identity: " + reason));
}

void ProbeSession::Welcome() {
  const auto& identity = hello_.identity();
  const auto highest = ingest_.store.HighestSequence(identity.node_id(), identity.epoch());
  if (!highest) {
    End(Status(StatusCode::UNAVAILABLE, highest.error().message));
    return;
  }
  if (!Join(*highest)) return;
  ingest_.metrics.sessions.Increment();
  spdlog::info("node {} ({}) connected from {}, epoch {}, stored up to {}", identity.name(),
               identity.node_id(), peer_, identity.epoch(), *highest);
  ContinueReading();
  if (IsGone()) Deregister();
}

void ProbeSession::SendWelcome(uint64_t stored_sequence) {
  v1::AggregatorMessage message;
  auto& welcome = *message.mutable_welcome();
  welcome.mutable_protocol()->set_major(kProtocolMajor);
  welcome.mutable_protocol()->set_minor(kProtocolMinor);
  welcome.set_aggregator_version(ingest_.version);
  welcome.set_stored_sequence(stored_sequence);
  *welcome.mutable_continuity() = admitted_.token;
  auto& configuration = *welcome.mutable_configuration();
  configuration.set_max_unacknowledged_runs(ingest_.max_unacknowledged_runs);
  configuration.set_heartbeat_seconds(ingest_.heartbeat_seconds);
  Send(message);
}

// The lock makes it wait for one that is about to join, whose probe may have its Welcome by now.
std::shared_ptr<SessionLink> ProbeSession::CurrentStream() {
  const std::lock_guard lock(membership_);
  return ingest_.sessions.Find(hello_.identity().node_id());
}

// False when the aggregator is stopping.
bool ProbeSession::Join(uint64_t stored_sequence) {
  const auto& node_id = hello_.identity().node_id();
  const std::lock_guard lock(membership_);
  // Before anything else can be sent: Welcome is the first message of every stream.
  SendWelcome(stored_sequence);
  // No lease is given to the node between the old stream and what this Hello says of leases.
  ingest_.dispatcher.Disconnect(node_id);
  if (!ingest_.sessions.Add(node_id, shared_from_this())) {
    Stop();
    return false;
  }
  if (!admitted_.was.empty()) ingest_.membership.Replaced(node_id, admitted_.was);
  ingest_.membership.Joined(hello_);
  if (admitted_.says_split) ingest_.admission.RecordSplit(hello_);
  ingest_.dispatcher.Connect(hello_, ingest_.placements.Connected(hello_));
  return true;
}

std::optional<Status> ProbeSession::HandleRun(v1::Run& run) {
  run.set_received_unix_nanos(ingest_.clock.Realtime().count());
  if (auto error = CheckRun(run, hello_)) {
    v1::AggregatorMessage message;
    auto& rejection = *message.mutable_rejection();
    *rejection.mutable_id() = run.id();
    rejection.set_field(error->field);
    rejection.set_reason(error->reason);
    Send(message);
    return InvalidArgument(*error);
  }
  {
    const std::lock_guard lock(mutex_);
    ++unacknowledged_;
  }
  // The store owns one copy; the other is for what follows once it is durable.
  auto kept = std::make_shared<const v1::Run>(run);
  ingest_.store.PutRun(std::move(run),
                       [self = shared_from_this(), kept](const Result<bool>& inserted) {
                         self->RunStored(*kept, inserted);
                       });
  return std::nullopt;
}

void ProbeSession::RunStored(const v1::Run& run, const Result<bool>& inserted) {
  if (!inserted) {
    spdlog::error("run {} of {} not stored: {}", run.id().sequence(), hello_.identity().name(),
                  inserted.error().message);
    End(Status(StatusCode::UNAVAILABLE, inserted.error().message));
    return;
  }
  if (*inserted) {
    ingest_.fleet.Record(run);
    ingest_.metrics.runs.Increment();
  } else {
    ingest_.metrics.duplicates.Increment();
  }
  v1::AggregatorMessage message;
  message.mutable_ack()->set_epoch(run.id().epoch());
  message.mutable_ack()->set_sequence(run.id().sequence());
  Send(message);
  const std::lock_guard lock(mutex_);
  --unacknowledged_;
  if (reading_paused_ && reactor_ != nullptr && !ending_ && !finished_) {
    reading_paused_ = false;
    reactor_->ReadNext();
  }
}

std::optional<Status> ProbeSession::HandleEnvironment(const v1::EnvironmentChange& change) {
  v1::Hello changed = hello_;
  if (change.has_environment()) *changed.mutable_environment() = change.environment();
  if (change.has_platform()) *changed.mutable_platform() = change.platform();
  if (change.has_placement()) *changed.mutable_placement() = change.placement();
  if (auto error = CheckHello(changed)) return InvalidArgument(*error);
  // Part by part: other threads may be reading the identity.
  *hello_.mutable_environment() = changed.environment();
  *hello_.mutable_platform() = changed.platform();
  *hello_.mutable_placement() = changed.placement();
  const std::lock_guard lock(membership_);
  // Superseded, or told to go: what a newer stream or nobody says of the node counts now.
  if (ingest_.sessions.Find(hello_.identity().node_id()).get() != this) return std::nullopt;
  const int64_t now = ingest_.clock.Realtime().count();
  ingest_.fleet.Connected(hello_, now);
  ingest_.placements.Connected(hello_);
  ingest_.environments.Observe(hello_.identity().node_id(), hello_.environment(), hello_.platform(),
                               now);
  ingest_.store.PutNode(StoredForm(std::move(changed)), ingest_.clock.Realtime().count(),
                        [self = shared_from_this()](const Result<void>& done) {
                          if (done) return;
                          self->End(Status(StatusCode::UNAVAILABLE, done.error().message));
                        });
  return std::nullopt;
}

void ProbeSession::AnswerClock(const v1::ClockRequest& request, int64_t monotonic,
                               int64_t unix_time) {
  v1::ClockReply reply;
  reply.set_cookie(request.cookie());
  reply.set_received_monotonic_nanos(monotonic);
  reply.set_received_unix_nanos(unix_time);
  Enqueue({.bytes = {}, .clock_reply = std::move(reply)});
}

}  // namespace

IngestMetrics::IngestMetrics(exporter::SelfMetrics& metrics)
    : sessions(
          metrics.AddCounter("hypergauge_sessions_total", "Streams of probes that were welcomed")),
      runs(metrics.AddCounter("hypergauge_ingested_runs_total", "Runs stored for the first time")),
      duplicates(metrics.AddCounter("hypergauge_duplicate_runs_total",
                                    "Runs that a probe sent again and that were stored already")),
      rejected_messages(
          metrics.AddCounter("hypergauge_rejected_messages_total",
                             "Messages that broke the contract and ended their stream")) {}

grpc::ServerBidiReactor<ByteBuffer, ByteBuffer>* ProbeService::Session(
    grpc::CallbackServerContext* context) {
  return new Stream(shared_, context->peer());
}

}  // namespace hypergauge::aggregator
