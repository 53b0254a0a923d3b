// How a stream begins and ends: who comes, whether it is who it says, and who is told of it.
#include <spdlog/spdlog.h>

#include <atomic>
#include <memory>

#include "aggregator/ingest/probe_service_session.h"

namespace hypergauge::aggregator {

using grpc::Status;
using grpc::StatusCode;

v1::Hello StoredForm(v1::Hello hello) {
  hello.clear_active_lease();
  hello.clear_continuity();
  hello.clear_last_sequence();
  hello.clear_offline_slot();
  return hello;
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

}  // namespace hypergauge::aggregator
