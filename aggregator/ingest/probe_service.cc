#include "aggregator/ingest/probe_service.h"

#include <grpcpp/support/proto_buffer_reader.h>
#include <spdlog/spdlog.h>

#include <memory>
#include <mutex>
#include <optional>

#include "aggregator/ingest/probe_service_session.h"

namespace hypergauge::aggregator {
namespace {

using grpc::ByteBuffer;
using grpc::Status;
using grpc::StatusCode;

std::string BytesOf(const ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Dump(&slices).ok()) return bytes;
  for (const auto& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

Status Serialize(const v1::AggregatorMessage& message, ByteBuffer& bytes) {
  bool own_buffer = false;
  return grpc::SerializationTraits<v1::AggregatorMessage>::Serialize(message, &bytes, &own_buffer);
}

}  // namespace

// The text is bounded, because gRPC carries it in headers.
Status InvalidArgument(const FieldError& error) {
  constexpr size_t kMost = 1024;
  return {StatusCode::INVALID_ARGUMENT, error.Text().substr(0, kMost)};
}

Status TooMany(const std::string& what) {
  return {StatusCode::RESOURCE_EXHAUSTED,
          "more than " + std::to_string(kControlBurst) + " " + what + " at once or " +
              std::to_string(kControlPerSecond) + " in a second, runs apart"};
}

// gRPC's side of a stream: passes its events on.
class ProbeReactor final : public grpc::ServerBidiReactor<ByteBuffer, ByteBuffer> {
 public:
  ProbeReactor(ProbeService::Shared& shared, const std::string& peer)
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

void ProbeSession::RunAcknowledged() {
  const std::lock_guard lock(mutex_);
  --unacknowledged_;
  if (reading_paused_ && reactor_ != nullptr && !ending_ && !finished_) {
    reading_paused_ = false;
    reactor_->ReadNext();
  }
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
    if (clock_requests_.Take(ingest_.clock.MonotonicRaw())) {
      AnswerClock(message.clock_request(), monotonic, unix_time);
    } else {
      status = TooMany("questions for the time");
    }
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

IngestMetrics::IngestMetrics(exporter::SelfMetrics& metrics)
    : sessions(metrics.AddCounter("hypergauge_sessions_opened_total",
                                  "Streams of probes that were welcomed")),
      runs(metrics.AddCounter("hypergauge_ingested_runs_total", "Runs stored for the first time")),
      duplicates(metrics.AddCounter("hypergauge_duplicate_runs_total",
                                    "Runs that a probe sent again and that were stored already")),
      rejected_messages(
          metrics.AddCounter("hypergauge_rejected_messages_total",
                             "Messages that broke the contract and ended their stream")) {}

grpc::ServerBidiReactor<ByteBuffer, ByteBuffer>* ProbeService::Session(
    grpc::CallbackServerContext* context) {
  return new ProbeReactor(shared_, context->peer());
}

}  // namespace hypergauge::aggregator
