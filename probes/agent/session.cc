#include "probes/agent/session.h"

#include <google/protobuf/util/message_differencer.h>
#include <spdlog/spdlog.h>

#include <algorithm>

#include "probes/agent/channel.h"
#include "probes/agent/stream.h"
#include "probes/printable.h"

namespace hypergauge::probes {
namespace {

using google::protobuf::util::MessageDifferencer;
using std::chrono::steady_clock;

constexpr uint32_t kProtocolMajor = 1;
constexpr uint32_t kProtocolMinor = 0;
constexpr std::chrono::seconds kSteadyStream{30};  // one that lasted is no failure

v1::EnvironmentChange SurroundingsOf(const v1::Hello& hello) {
  v1::EnvironmentChange surroundings;
  *surroundings.mutable_environment() = hello.environment();
  *surroundings.mutable_platform() = hello.platform();
  *surroundings.mutable_placement() = hello.placement();
  return surroundings;
}

// What makes two of them the same: an environment that has a digest changes only together with it.
v1::EnvironmentChange EssenceOf(const v1::EnvironmentChange& surroundings) {
  auto essence = surroundings;
  const auto& environment = surroundings.environment();
  if (environment.digest().empty()) return essence;
  auto& kept = *essence.mutable_environment();
  kept.Clear();
  kept.set_digest(environment.digest());
  *kept.mutable_noise() = environment.noise();
  return essence;
}

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
  for (int failures = 0; !stop.stop_requested();) {
    failures = RunStream(stop) ? 1 : failures + 1;
    if (end_) break;
    const auto delay = options_.backoff.Delay(failures, random_());
    const auto end = steady_clock::now() + delay;
    while (!stop.stop_requested() && steady_clock::now() < end) bell_.WaitUntil(end);
  }
  auto end = end_.value_or(SessionEnd());
  end.was_welcome = was_welcome_;
  return end;
}

// One stream from Hello to its end; true when it was good for something.
bool Session::RunStream(const std::stop_token& stop) {
  link_ = Link{};
  link_.opened = steady_clock::now();
  CheckMachine();
  if (end_) return false;
  link_.next_placement = link_.opened + options_.placement_interval;
  Stream stream(MakeChannel(options_.address), clocks_, [this] { bell_.Ring(); });
  stream.Write(MakeHello());
  const bool good = Serve(stream, stop);
  clocks_.Disconnected();
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
  if (!link_.welcomed) return link_.opened + options_.welcome_limit + std::chrono::milliseconds(1);
  auto next = link_.next_look;
  if (work_.placement) next = std::min(next, link_.next_placement);
  return link_.heartbeat.count() > 0 ? std::min(next, link_.next_heartbeat) : next;
}

v1::ProbeMessage Session::MakeHello() {
  v1::ProbeMessage message;
  auto& hello = *message.mutable_hello();
  hello = work_.hello();
  hello.mutable_protocol()->set_major(kProtocolMajor);
  hello.mutable_protocol()->set_minor(kProtocolMinor);
  hello.set_last_sequence(spool_.LastSequence());
  if (const auto held = runner_.Current()) {
    auto& active = *hello.mutable_active_lease();
    active.set_lease_id(held->lease.lease_id());
    active.set_fencing_token(held->lease.fencing_token());
    active.set_remaining_nanos(std::max<int64_t>(0, (held->end - clock_.MonotonicRaw()).count()));
  } else if (const auto ended = UntoldLeaseEnd()) {
    // Still this node's, so that its end, which follows, is not taken for that of a lost cycle.
    hello.mutable_active_lease()->set_lease_id(*ended);
  }
  link_.announced = SurroundingsOf(hello);
  link_.next_look = steady_clock::now() + options_.look_interval;
  return message;
}

std::optional<std::string> Session::UntoldLeaseEnd() const {
  const std::lock_guard lock(mutex_);
  for (const auto& message : outbox_) {
    if (message.has_lease_end()) return message.lease_end().lease_id();
  }
  return std::nullopt;
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
  Configure(welcome.configuration());
  if (welcome.has_continuity()) KeepContinuity(welcome.continuity());
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

void Session::HandleLease(const v1::Lease& lease) {
  AnnounceChange();  // before the first run is told what it runs in
  const auto begun = runner_.Begin(lease);
  if (begun) {
    spdlog::info("lease {} for suite {}", Printable(lease.lease_id()), Printable(lease.suite()));
    return;
  }
  spdlog::warn("lease {} refused: {}", Printable(lease.lease_id()), begun.error().message);
  v1::ProbeMessage message;
  auto& end = *message.mutable_lease_end();
  end.set_lease_id(lease.lease_id());
  end.set_outcome(v1::LeaseEnd::OUTCOME_REFUSED);
  end.set_reason(Printable(begun.error().message));
  Push(std::move(message));
}

// The machine may have got another kernel parameter, disk or host.
void Session::AnnounceChange() {
  link_.next_look = steady_clock::now() + options_.look_interval;
  auto now = SurroundingsOf(work_.hello());
  if (MessageDifferencer::Equals(EssenceOf(now), EssenceOf(link_.announced))) return;
  link_.announced = now;
  link_.change = std::move(now);
}

// Reading all of the environment that often would disturb what is measured.
void Session::AnnouncePlacement() {
  link_.next_placement = steady_clock::now() + options_.placement_interval;
  auto now = work_.placement();
  if (MessageDifferencer::Equals(now, link_.announced.placement())) return;
  *link_.announced.mutable_placement() = now;
  if (!link_.change) link_.change.emplace();
  *link_.change->mutable_placement() = std::move(now);
}

void Session::NoteLeaseEnd(v1::LeaseEnd end) {
  v1::ProbeMessage message;
  *message.mutable_lease_end() = std::move(end);
  {
    const std::lock_guard lock(mutex_);
    progress_.reset();  // it would follow the end
  }
  Push(std::move(message));
}

void Session::Push(v1::ProbeMessage message) {
  {
    const std::lock_guard lock(mutex_);
    outbox_.push_back(std::move(message));
  }
  bell_.Ring();
}

// Presence goes before all, because who answers late counts as gone; then a question for the time,
// because a benchmark waits for its answer. Then what the next runs run in. Then runs, so that a
// lease's end follows its runs; the window lets the others through.
std::optional<v1::ProbeMessage> Session::NextMessage() {
  v1::ProbeMessage message;
  if (link_.presence) {
    *message.mutable_presence() = *link_.presence;
    link_.presence.reset();
    return message;
  }
  if (auto request = clocks_.TakeRequest()) {
    *message.mutable_clock_request() = std::move(*request);
    return message;
  }
  if (link_.change) {
    *message.mutable_environment_change() = std::move(*link_.change);
    link_.change.reset();
    return message;
  }
  if (link_.under_way.size() < link_.max_under_way) {
    if (auto run = spool_.Next(link_.sent)) {
      link_.sent = run->id().sequence();
      link_.under_way.push_back(link_.sent);
      *message.mutable_run() = std::move(*run);
      return message;
    }
  }
  const std::lock_guard lock(mutex_);
  if (!outbox_.empty()) {
    message = std::move(outbox_.front());
    outbox_.pop_front();
    return message;
  }
  if (progress_) {
    *message.mutable_progress() = std::move(*progress_);
    progress_.reset();
    return message;
  }
  if (link_.heartbeat.count() > 0 && steady_clock::now() >= link_.next_heartbeat) {
    link_.next_heartbeat = steady_clock::now() + link_.heartbeat;
    *message.mutable_spool_state() = spool_.State();
    return message;
  }
  return std::nullopt;
}

Result<void> Session::Measure(const HeldLease& held, const std::stop_token& stop) {
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
  if (!result) spdlog::warn("lease {}: {}", Printable(lease_id), result.error().message);
  return result;
}

void Session::NoteProgress(const std::string& lease_id, const CycleProgress& now) {
  if (now.samples > 0) return;  // only what changes with a benchmark is told
  {
    const std::lock_guard lock(mutex_);
    auto& progress = progress_.emplace();
    progress.set_lease_id(lease_id);
    progress.set_benchmark(now.benchmark);
    progress.set_finished_benchmarks(static_cast<uint32_t>(now.finished));
    progress.set_total_benchmarks(static_cast<uint32_t>(now.total));
  }
  bell_.Ring();
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
