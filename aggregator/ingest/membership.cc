#include "aggregator/ingest/membership.h"

#include <spdlog/spdlog.h>

#include <algorithm>

namespace hypergauge::aggregator {
namespace {

constexpr std::chrono::hours kGrace{1};
constexpr std::chrono::hours kTouchEvery{1};

}  // namespace

Membership::Membership(Store& store, Fleet& fleet, Sessions& sessions, EventLog& events,
                       EnvironmentLog& environments, const Clock& clock)
    : store_(store),
      fleet_(fleet),
      sessions_(sessions),
      events_(events),
      environments_(environments),
      clock_(clock),
      start_(clock.MonotonicRaw()),
      touched_(start_) {}

void Membership::Joined(const v1::Hello& hello) {
  const auto& node_id = hello.identity().node_id();
  const int64_t now = clock_.Realtime().count();
  const auto before = Recall(node_id);
  v1::Event event;
  event.set_node_id(node_id);
  event.set_unix_nanos(now);
  event.set_old_value(fleet_.LabelOf(node_id));
  fleet_.Connected(hello, now);
  store_.PutStanding(node_id, Standing::kListed, now);
  store_.PutLabel(node_id, fleet_.LabelOf(node_id));
  if (before == Standing::kListed) {
    event.set_kind(v1::Event::KIND_NODE_RENAMED);
    event.set_new_value(fleet_.LabelOf(node_id));
    if (event.new_value() != event.old_value()) events_.Record(std::move(event));
  } else {
    RecordArrival(std::move(event), before, hello.split_from());
  }
  environments_.Observe(node_id, hello.environment(), hello.platform(), now);
}

void Membership::RecordArrival(v1::Event event, Standing before, const std::string& split_from) {
  event.clear_old_value();
  event.set_kind(before == Standing::kVanished ? v1::Event::KIND_NODE_RETURNED
                                               : v1::Event::KIND_NODE_ENROLLED);
  if (event.kind() == v1::Event::KIND_NODE_ENROLLED && !split_from.empty()) {
    const auto label = fleet_.LabelOf(split_from);
    event.set_subject("split_from");
    event.set_old_value(label.empty() ? split_from : label);
    event.set_text(fleet_.LabelOf(event.node_id()) + " enrolled; it says that it was split from " +
                   event.old_value());
  }
  events_.Record(std::move(event));
}

void Membership::Replaced(const std::string& node_id, const std::string& taker) {
  v1::Event event;
  event.set_kind(v1::Event::KIND_NODE_REPLACED);
  event.set_node_id(node_id);
  event.set_new_value(fleet_.LabelOf(taker));
  event.set_unix_nanos(clock_.Realtime().count());
  TakeOut(taker, Standing::kRemoved, event.unix_nanos());
  // After the taker left: one that vanished gets its label back, which the taker may have had.
  (void)Recall(node_id);
  event.set_node(fleet_.LabelOf(node_id));
  event.set_old_value(event.node());
  event.set_text("what was " + event.new_value() + " took the place of " + event.old_value());
  events_.Record(std::move(event));
}

// What it was before. Runs of one that is not listed are shown again, and its counters go on.
Standing Membership::Recall(const std::string& node_id) {
  if (!fleet_.LabelOf(node_id).empty()) return Standing::kListed;
  const auto known = store_.LoadNode(node_id);
  if (!known) spdlog::error("{}", known.error().message);
  if (!known || known->nodes.empty()) return Standing::kNew;
  fleet_.Restore(*known);
  // The store may not have committed yet what was done a moment ago.
  const auto departed = departed_.extract(node_id);
  return departed ? departed.mapped() : known->nodes.front().standing;
}

void Membership::Left(const std::string& node_id) {
  if (fleet_.LabelOf(node_id).empty()) return;  // it took the place of another meanwhile
  const int64_t now = clock_.Realtime().count();
  fleet_.Disconnected(node_id, now);
  store_.PutStanding(node_id, Standing::kListed, now);
}

Result<void> Membership::Remove(const std::string& label) {
  const std::lock_guard lock(mutex_);
  const std::string node_id = fleet_.NodeIdOf(label);
  if (node_id.empty()) return Fail(ErrorCode::kNotFound, "there is no node \"" + label + "\"");
  if (sessions_.Contains(node_id)) {
    return Fail(ErrorCode::kUnavailable,
                "node \"" + label + "\" is connected; stop its probe before it is removed");
  }
  Depart(node_id, Standing::kRemoved, v1::Event::KIND_NODE_REMOVED);
  return {};
}

void Membership::Sweep(std::chrono::nanoseconds vanish_after) {
  const std::lock_guard lock(mutex_);
  const auto running = clock_.MonotonicRaw();
  if (running - touched_ >= kTouchEvery) {
    touched_ = running;
    for (const auto& [node_id, last_seen] : fleet_.LastSeen(true)) {
      store_.PutStanding(node_id, Standing::kListed, last_seen);
    }
  }
  if (running - start_ < std::min<std::chrono::nanoseconds>(kGrace, vanish_after)) return;
  const auto silent_since = clock_.Realtime() - vanish_after;
  for (const auto& [node_id, last_seen] : fleet_.LastSeen(false)) {
    if (last_seen > silent_since.count() || sessions_.Contains(node_id)) continue;
    Depart(node_id, Standing::kVanished, v1::Event::KIND_NODE_VANISHED);
  }
}

void Membership::Depart(const std::string& node_id, Standing standing, v1::Event::Kind kind) {
  v1::Event event;
  event.set_kind(kind);
  event.set_node_id(node_id);
  event.set_node(fleet_.LabelOf(node_id));
  event.set_unix_nanos(clock_.Realtime().count());
  TakeOut(node_id, standing, event.unix_nanos());
  events_.Record(std::move(event));
}

void Membership::TakeOut(const std::string& node_id, Standing standing, int64_t now) {
  store_.PutLabel(node_id, fleet_.LabelOf(node_id));  // a node of an older release had none stored
  store_.PutStanding(node_id, standing, fleet_.Remove(node_id));
  departed_[node_id] = standing;
  store_.EndEpochs(node_id, now);
  environments_.Forget(node_id);
  for (const auto& listener : gone_listeners_) listener(node_id);
}

}  // namespace hypergauge::aggregator
