#include "probes/agent/session.h"

#include <grpcpp/channel.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "probes/agent/channel.h"
#include "probes/agent/stream.h"
#include "probes/printable.h"

namespace hypergauge::probes {
namespace {

using std::chrono::steady_clock;

constexpr std::chrono::seconds kSteadyStream{30};  // one that lasted is no failure

}  // namespace

Session::Session(SessionOptions options, SessionWork work, Spool& spool, RandomBits random,
                 const Clock& clock)
    : options_(std::move(options)),
      work_(std::move(work)),
      spool_(spool),
      random_(std::move(random)),
      clock_(clock),
      clocks_([this] { bell_.Ring(); }, clock),
      runner_([this](const HeldLease& held,
                     const std::stop_token& stop) { return Measure(held, stop); },
              [this](v1::LeaseEnd end) { NoteLeaseEnd(std::move(end)); }, clock) {}

Session::~Session() = default;

SessionEnd Session::Run(const std::stop_token& stop) {
  const std::stop_callback on_stop(stop, [this] {
    runner_.Stop("the probe stops");
    bell_.Ring();
  });
  slot_use_.Reached(clock_.MonotonicRaw());
  for (int failures = 0; !stop.stop_requested();) {
    failures = RunStream(stop) ? 1 : failures + 1;
    if (end_) break;
    WaitFor(options_.backoff.Delay(failures, random_()), stop);
  }
  auto end = end_.value_or(SessionEnd());
  end.was_welcome = was_welcome_;
  return end;
}

void Session::WaitFor(std::chrono::milliseconds delay, const std::stop_token& stop) {
  UseSlot();
  const auto end = steady_clock::now() + delay;
  while (!stop.stop_requested() && steady_clock::now() < end) {
    bell_.WaitUntil(std::min(end, NextSlotLook()));
    if (!stop.stop_requested()) UseSlot();
  }
}

// One stream from Hello to its end; true when it was good for something.
bool Session::RunStream(const std::stop_token& stop) {
  link_ = Link{};
  link_.opened = steady_clock::now();
  CheckMachine();
  if (end_) return false;
  link_.next_placement = link_.opened + options_.placement_interval;
  const auto channel = MakeChannel(options_.address);
  bool good = false;
  bool was_sent = false;
  {
    Stream stream(channel, clocks_, [this] { bell_.Ring(); });
    stream.Write(MakeHello());
    good = Serve(stream, stop);
    was_sent = stream.WasSent();
  }
  clocks_.Disconnected();
  // A Hello that may have arrived says that nothing is measured here: the slot has to wait as if
  // there had been a session.
  if (was_sent || channel->GetState(/*try_to_connect=*/false) == GRPC_CHANNEL_READY) {
    slot_use_.Reached(clock_.MonotonicRaw());
  }
  return good;
}

bool Session::Serve(Stream& stream, const std::stop_token& stop) {
  for (;;) {
    if (stop.stop_requested()) {
      EndStream(stream);
      return true;
    }
    while (const auto message = stream.Take()) Handle(*message);
    const auto now = steady_clock::now();
    if (!end_ && link_.welcomed && now >= link_.next_look) {
      CheckMachine();
      AnnounceChange();
      AskForTime();
    }
    if (end_) {
      // Under an identity that another machine has too, nothing more is said.
      if (end_->kind == SessionEnd::Kind::kTakeIdentity) EndStream(stream);
      return true;
    }
    if (const auto status = stream.Ended()) {
      spdlog::warn("stream to aggregator {} ended: {} {}", options_.address,
                   static_cast<int>(status->error_code()), Printable(status->error_message()));
      break;
    }
    if (!link_.welcomed && now - link_.opened > options_.welcome_limit) {
      spdlog::warn("aggregator {} does not answer", options_.address);
      break;
    }
    if (!stream.WasSent() && DueSlot()) break;  // who hangs in connecting is cut off too
    if (link_.slot) KeepSlot();
    if (link_.welcomed && work_.placement && now >= link_.next_placement) AnnouncePlacement();
    if (link_.welcomed && stream.CanWrite()) {
      if (auto message = NextMessage()) {
        stream.Write(std::move(*message));
        continue;
      }
    }
    bell_.WaitUntil(NextTimer());
  }
  return link_.progressed || (link_.welcomed && steady_clock::now() - link_.opened > kSteadyStream);
}

Session::TimePoint Session::NextTimer() const {
  if (!link_.welcomed) {
    return std::min(link_.opened + options_.welcome_limit + std::chrono::milliseconds(1),
                    NextSlotLook());
  }
  auto next = link_.next_look;
  if (work_.placement) next = std::min(next, link_.next_placement);
  return link_.heartbeat.count() > 0 ? std::min(next, link_.next_heartbeat) : next;
}

Session::TimePoint Session::NextSlotLook() const {
  if (work_.slot == nullptr || !work_.slot->slot()) return TimePoint::max();
  return steady_clock::now() + options_.slot_look_interval;
}

void Session::Handle(const v1::AggregatorMessage& message) {
  switch (message.kind_case()) {
    case v1::AggregatorMessage::kWelcome:
      HandleWelcome(message.welcome());
      break;
    case v1::AggregatorMessage::kAck:
      Settle(message.ack().sequence());
      break;
    case v1::AggregatorMessage::kRejection:
      spdlog::error("the aggregator rejects run {}: {} {}", message.rejection().id().sequence(),
                    Printable(message.rejection().field()),
                    Printable(message.rejection().reason()));
      link_.progressed = true;
      spool_.Reject(message.rejection().id().sequence());
      break;
    case v1::AggregatorMessage::kLease:
      HandleLease(message.lease());
      break;
    case v1::AggregatorMessage::kLeaseRevocation:
      runner_.Revoke(message.lease_revocation().lease_id(), message.lease_revocation().reason());
      break;
    case v1::AggregatorMessage::kConfiguration:
      Configure(message.configuration());
      break;
    case v1::AggregatorMessage::kEnrollAnew:
      EndAs(SessionEnd::Kind::kEnrollAnew, message.enroll_anew().reason());
      break;
    case v1::AggregatorMessage::kTakeIdentity:
      HandleTakeIdentity(message.take_identity());
      break;
    case v1::AggregatorMessage::kOfflineSlot:
      link_.slot = message.offline_slot();
      break;
    case v1::AggregatorMessage::kPresenceRequest:
      link_.presence.emplace().set_cookie(message.presence_request().cookie());
      break;
    default:
      break;  // a kind that a newer minor version added
  }
}

void Session::HandleWelcome(const v1::Welcome& welcome) {
  spdlog::info("connected to aggregator {}, version {}, which has runs up to {}", options_.address,
               Printable(welcome.aggregator_version()), welcome.stored_sequence());
  // No run is dropped because of stored_sequence: one below it may be missing, for example when the
  // disk was full for a moment. Only an acknowledgement on this stream says that a run is safe;
  // sending one twice costs nothing.
  spool_.ContinueBehind(welcome.stored_sequence());
  link_.welcomed = true;
  was_welcome_ = true;
  clocks_.Connected();
  AskForTime();
  Configure(welcome.configuration());
  if (welcome.has_continuity()) KeepContinuity(welcome.continuity());
}

// While a benchmark runs, nothing is asked: its own readings come soon.
void Session::AskForTime() {
  if (!runner_.Current()) clocks_.Ask();
}

// Without the confirmation the aggregator goes on taking the token of before.
void Session::KeepContinuity(const v1::ContinuityToken& token) {
  if (!work_.keep_continuity) return;
  if (const auto kept = work_.keep_continuity(token); !kept) {
    spdlog::error("the continuity token is not kept: {}", kept.error().message);
    return;
  }
  v1::ProbeMessage message;
  message.mutable_continuity_stored()->set_counter(token.counter());
  Push(std::move(message));
}

void Session::HandleTakeIdentity(const v1::TakeIdentity& taken) {
  EndAs(SessionEnd::Kind::kTakeIdentity, "another identity is given");
  end_->taken = taken;
  runner_.Stop("the node takes the place of another");
}

void Session::CheckMachine() {
  if (!work_.why_another) return;
  if (const auto why = work_.why_another(); !why.empty()) {
    EndAs(SessionEnd::Kind::kEnrollAnew, why);
  }
}

void Session::EndAs(SessionEnd::Kind kind, const std::string& reason) {
  auto& end = end_.emplace();
  end.kind = kind;
  end.reason = Printable(reason);
}

void Session::Configure(const v1::Configuration& configuration) {
  link_.max_under_way = std::max(1U, configuration.max_unacknowledged_runs());
  link_.heartbeat = std::chrono::seconds(configuration.heartbeat_seconds());
  link_.next_heartbeat = steady_clock::now();
}

// An acknowledgement covers what was received on this stream. Only what was sent can have been.
void Session::Settle(uint64_t sequence) {
  const uint64_t settled = std::min(sequence, link_.sent);
  if (settled == 0) return;
  link_.progressed = true;
  std::erase_if(link_.under_way, [&](uint64_t each) { return each <= settled; });
  spool_.Acknowledge(settled);
}

// How long it is valid cannot be judged before the aggregator's time is known; that is asked for
// with every stream.
void Session::KeepSlot() {
  const auto now = clocks_.Now();
  if (work_.slot == nullptr || (!now && link_.slot->token() != 0)) return;
  const auto told = *std::exchange(link_.slot, std::nullopt);
  const auto slot = CheckSlot(told, now ? now->unix : std::chrono::nanoseconds::zero());
  if (!slot) {
    spdlog::warn("the aggregator's offline slot {} is refused: {}", told.token(),
                 slot.error().message);
    return;
  }
  if (const auto kept = work_.slot->Keep(*slot); !kept) {
    spdlog::error("the offline slot is not kept: {}", kept.error().message);
    return;
  }
  v1::ProbeMessage message;
  message.mutable_offline_slot_stored()->set_token(slot->token());
  Push(std::move(message));
}

std::optional<v1::Lease> Session::DueSlot() const {
  if (work_.slot == nullptr || !work_.slot->slot() || runner_.Current()) return std::nullopt;
  const auto time = clocks_.Now();
  if (!time) return std::nullopt;
  return slot_use_.Due(*work_.slot->slot(), *time, clock_.MonotonicRaw());
}

// Only between two streams, so that no Hello is under way that says otherwise.
void Session::UseSlot() {
  const auto lease = DueSlot();
  if (!lease) return;
  slot_use_.Used(*lease);
  if (runner_.Begin(*lease, {.latest_end = std::nullopt, .offline = true})) {
    spdlog::info("cut off from the aggregator: measures in the offline slot {} for {:.0f} s",
                 lease->fencing_token(),
                 ToSeconds(std::chrono::nanoseconds(lease->duration_nanos())));
  }
}

// When the aggregator takes the lease for over, however long it was on its way.
LeaseRunner::Terms Session::TermsOf(const v1::Lease& lease) const {
  LeaseRunner::Terms terms;
  const auto time = clocks_.NowOnThisLink();
  if (!time || lease.end_unix_nanos() == 0) return terms;
  constexpr std::chrono::nanoseconds kFar = std::chrono::hours(24 * 365);
  const std::chrono::nanoseconds end(std::max<int64_t>(0, lease.end_unix_nanos()));
  terms.latest_end = clock_.MonotonicRaw() + std::min(end - time->unix, kFar) - time->error;
  return terms;
}

void Session::HandleLease(const v1::Lease& lease) {
  AnnounceChange();  // before the first run is told what it runs in
  const auto begun = runner_.Begin(lease, TermsOf(lease));
  if (begun) {
    spdlog::info("lease {} for suite {}", Printable(lease.lease_id()), Printable(lease.suite()));
    return;
  }
  spdlog::warn("lease {} refused: {}", Printable(lease.lease_id()), begun.error().reason);
  AskForTime();  // the aggregator's clock may have been set
  v1::ProbeMessage message;
  auto& end = *message.mutable_lease_end();
  end.set_lease_id(lease.lease_id());
  end.set_outcome(begun.error().outcome);
  end.set_cause(begun.error().cause);
  end.set_reason(Printable(begun.error().reason));
  Push(std::move(message));
}

LeaseResult Session::Measure(const HeldLease& held, const std::stop_token& stop) {
  const auto& lease_id = held.lease.lease_id();
  CycleObserver observer;
  observer.on_run = [this](v1::Run run) {
    spdlog::info("{}: {} {}", run.benchmark(), v1::Verdict_Name(run.verdict()),
                 run.verdict_reason());
    if (!run.clock().warning().empty()) {
      spdlog::warn("{}: {}", run.benchmark(), run.clock().warning());
    }
    if (const auto kept = spool_.Append(std::move(run)); !kept) {
      spdlog::error("{}", kept.error().message);
    }
    bell_.Ring();
  };
  observer.on_progress = [&](const CycleProgress& now) { NoteProgress(lease_id, now); };
  auto result = work_.measure(held, observer, stop);
  if (!result) spdlog::warn("lease {}: {}", Printable(lease_id), result.error().reason);
  return result;
}

// Gives back the lease and lets the aggregator end the stream, as long as the time allows.
void Session::EndStream(Stream& stream) {
  const auto end = steady_clock::now() + options_.stop_limit;
  bool closed = false;
  while (!stream.Ended() && steady_clock::now() < end) {
    while (const auto message = stream.Take()) {
      // A lease that comes now is not begun: it ends with the stream.
      if (message->has_ack()) Settle(message->ack().sequence());
    }
    if (!link_.welcomed) return;
    if (!closed && stream.CanWrite()) {
      if (auto message = NextMessage()) {
        stream.Write(std::move(*message));
        continue;
      }
      if (!runner_.Current()) {
        stream.CloseWrites();
        closed = true;
        continue;
      }
    }
    bell_.WaitUntil(end);
  }
}

}  // namespace hypergauge::probes
