// What a session has to say, and in which order.
#include <google/protobuf/util/message_differencer.h>

#include <algorithm>

#include "probes/agent/session.h"

namespace hypergauge::probes {
namespace {

using google::protobuf::util::MessageDifferencer;
using std::chrono::steady_clock;

constexpr uint32_t kProtocolMajor = 1;
constexpr uint32_t kProtocolMinor = 0;

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

v1::ProbeMessage Session::MakeHello() {
  v1::ProbeMessage message;
  auto& hello = *message.mutable_hello();
  hello = work_.hello();
  hello.mutable_protocol()->set_major(kProtocolMajor);
  hello.mutable_protocol()->set_minor(kProtocolMinor);
  hello.set_last_sequence(spool_.LastSequence());
  if (work_.slot != nullptr && work_.slot->slot()) {
    hello.set_offline_slot(work_.slot->slot()->token());
  }
  DropSlotEnds();
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

// Nobody waits for the end of what nobody granted: the runs say all.
void Session::DropSlotEnds() {
  const std::lock_guard lock(mutex_);
  std::erase_if(outbox_, [](const v1::ProbeMessage& message) {
    return message.has_lease_end() && IsSlotLease(message.lease_end().lease_id());
  });
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

}  // namespace hypergauge::probes
