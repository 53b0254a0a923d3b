// What a probe says once its stream has begun.
#include <spdlog/spdlog.h>

#include <memory>
#include <utility>

#include "aggregator/ingest/probe_service_session.h"
#include "aggregator/ingest/run_time.h"

namespace hypergauge::aggregator {

using grpc::Status;
using grpc::StatusCode;

std::optional<Status> ProbeSession::Handle(v1::ProbeMessage& message) {
  if (message.kind_case() == v1::ProbeMessage::kHello) return HandleHello(*message.mutable_hello());
  if (!greeted_) {
    return Status(StatusCode::INVALID_ARGUMENT, "message is not hello, which begins every stream");
  }
  if (message.kind_case() != v1::ProbeMessage::kRun &&
      !control_messages_.Take(ingest_.clock.MonotonicRaw())) {
    return TooMany("messages");
  }
  const auto& node_id = hello_.identity().node_id();
  ingest_.fleet.Heard(node_id, ingest_.clock.Realtime().count());
  if (message.kind_case() == v1::ProbeMessage::kRun) return HandleRun(*message.mutable_run());
  if (auto error = CheckBounds(message, "message")) return InvalidArgument(*error);
  switch (message.kind_case()) {
    case v1::ProbeMessage::kProgress:
      ingest_.fleet.SetProgress(node_id, message.progress());
      return std::nullopt;
    case v1::ProbeMessage::kLeaseEnd:
      return HandleLeaseEnd(message.lease_end());
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
    case v1::ProbeMessage::kOfflineSlotStored:
      if (auto error = CheckOfflineSlotStored(message.offline_slot_stored())) {
        return InvalidArgument(*error);
      }
      ingest_.dispatcher.SlotStored(node_id, message.offline_slot_stored().token());
      return std::nullopt;
    default:
      return std::nullopt;  // a kind that a newer minor version added
  }
}

std::optional<Status> ProbeSession::HandleLeaseEnd(const v1::LeaseEnd& end) {
  if (auto error = CheckLeaseEnd(end)) return InvalidArgument(*error);
  const auto& node_id = hello_.identity().node_id();
  if (ingest_.dispatcher.End(node_id, end)) {
    ingest_.fleet.LeaseEnded(node_id, end.outcome() == v1::LeaseEnd::OUTCOME_COMPLETED);
  }
  return std::nullopt;
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
  auto judgement = ingest_.judge.Judge(run, hello_.role());
  if (!judgement) {
    End(Status(StatusCode::UNAVAILABLE, judgement.error().message));
    return std::nullopt;
  }
  {
    const std::lock_guard lock(mutex_);
    ++unacknowledged_;
  }
  // The store owns one copy; the other is for what follows once it is durable.
  auto kept = std::make_shared<const v1::Run>(run);
  ingest_.store.PutRun(
      std::move(run),
      [self = shared_from_this(), kept, judgement = std::move(*judgement)](
          const Result<bool>& inserted) { self->RunStored(*kept, judgement, inserted); });
  return std::nullopt;
}

void ProbeSession::RunStored(const v1::Run& run, const RunJudge::Judgement& judgement,
                             const Result<bool>& inserted) {
  if (!inserted) {
    spdlog::error("run {} of {} not stored: {}", run.id().sequence(), hello_.identity().name(),
                  inserted.error().message);
    End(Status(StatusCode::UNAVAILABLE, inserted.error().message));
    return;
  }
  if (*inserted) {
    ingest_.fleet.Record(run);
    ingest_.judge.Stored(run, judgement);
    ingest_.analyst.Record(run);
    // What a spool brings days later was not taken today.
    ingest_.dispatcher.Charge(run.id().node_id(), run, RunTimeOf(run).end);
    ingest_.metrics.runs.Increment();
  } else {
    ingest_.metrics.duplicates.Increment();
  }
  v1::AggregatorMessage message;
  message.mutable_ack()->set_epoch(run.id().epoch());
  message.mutable_ack()->set_sequence(run.id().sequence());
  Send(message);
  RunAcknowledged();
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

}  // namespace hypergauge::aggregator
