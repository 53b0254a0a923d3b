#include "aggregator/records/event_log.h"

#include <spdlog/spdlog.h>

#include <chrono>
#include <utility>

#include "aggregator/records/event_text.h"

namespace hypergauge::aggregator {
namespace {

constexpr int64_t kHour = std::chrono::nanoseconds(std::chrono::hours(1)).count();

// By an operator, at most once a stay, or within a budget of their own.
bool IsUnlimited(v1::Event::Kind kind) {
  return kind == v1::Event::KIND_NODE_REMOVED || kind == v1::Event::KIND_NODE_REPLACED ||
         kind == v1::Event::KIND_NODE_VANISHED || kind == v1::Event::KIND_REGRESSION_FIRING ||
         kind == v1::Event::KIND_REGRESSION_OVER;
}

// What the word of another machine brings about. It has a limit of its own, so that nobody can push
// out what a node itself does.
bool IsByOthers(v1::Event::Kind kind) {
  return kind == v1::Event::KIND_NODE_SPLIT || kind == v1::Event::KIND_PLACEMENT_CHANGED ||
         kind == v1::Event::KIND_PLACEMENT_CONTESTED;
}

v1::Event LimitEvent(const v1::Event& last) {
  v1::Event event;
  event.set_kind(last.kind());
  event.set_node_id(last.node_id());
  event.set_node(last.node());
  event.set_unix_nanos(last.unix_nanos());
  event.set_subject("events");
  event.set_text(last.node() + ": more than " + std::to_string(EventLog::kMostPerHour) +
                 " events in an hour; further ones are not recorded until it has passed");
  return event;
}

}  // namespace

std::string EventKindName(v1::Event::Kind kind) {
  std::string name = v1::Event::Kind_Name(kind);
  constexpr std::string_view kPrefix = "KIND_";
  if (!name.starts_with(kPrefix)) return "unknown";
  name = name.substr(kPrefix.size());
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return name;
}

EventLog::EventLog(Store& store, const Clock& clock, exporter::SelfMetrics& metrics,
                   LabelOf label_of)
    : store_(store),
      clock_(clock),
      metrics_(metrics),
      suppressed_(metrics.AddCounter("hypergauge_suppressed_events_total",
                                     "Events not recorded because their node caused too many")),
      label_of_(std::move(label_of)) {
  // So that the first event of a kind is an increase.
  for (int kind = 1; v1::Event::Kind_IsValid(kind); ++kind) {
    (void)CounterOf(static_cast<v1::Event::Kind>(kind));
  }
}

exporter::Counter& EventLog::CounterOf(v1::Event::Kind kind) {
  return metrics_.AddCounter("hypergauge_events_total", "Events recorded, by kind",
                             {{"kind", EventKindName(kind)}});
}

EventLog::Verdict EventLog::Admit(const v1::Event& event) {
  if (IsUnlimited(event.kind())) return Verdict::kRecord;
  const std::lock_guard lock(mutex_);
  std::erase_if(windows_, [&](const auto& entry) {
    return event.unix_nanos() - entry.second.began_unix_nanos >= kHour;
  });
  auto& window =
      windows_
          .try_emplace({event.node_id(), IsByOthers(event.kind())}, Window{event.unix_nanos(), 0})
          .first->second;
  ++window.events;
  if (window.events < kMostPerHour) return Verdict::kRecord;
  return window.events == kMostPerHour ? Verdict::kRecordAsLast : Verdict::kSuppress;
}

v1::Event EventLog::Complete(v1::Event event) const {
  if (event.unix_nanos() == 0) event.set_unix_nanos(clock_.Realtime().count());
  if (event.node().empty()) event.set_node(label_of_(event.node_id()));
  event.set_subject(OneLine(event.subject(), kMostBytes));
  event.set_old_value(OneLine(event.old_value(), kMostBytes));
  event.set_new_value(OneLine(event.new_value(), kMostBytes));
  event.set_text(OneLine(event.text().empty() ? EventText(event) : event.text(), 3 * kMostBytes));
  return event;
}

void EventLog::Stored(const v1::Event& event) {
  Announce(event);
  CounterOf(event.kind()).Increment();
}

void EventLog::Record(v1::Event event) {
  event = Complete(std::move(event));
  const auto verdict = Admit(event);
  if (verdict == Verdict::kSuppress) {
    suppressed_.Increment();
    return;
  }
  if (verdict == Verdict::kRecordAsLast) {
    Put(event);
    event = LimitEvent(event);
  }
  Put(std::move(event));
}

void EventLog::Announce(const v1::Event& event) {
  spdlog::info("event {}: {}", EventKindName(event.kind()), event.text());
  if (listener_) listener_(event);
}

void EventLog::Put(v1::Event event) {
  Announce(event);
  auto& counter = CounterOf(event.kind());
  store_.PutEvent(std::move(event), [&counter](const Result<uint64_t>& id) {
    if (id) {
      counter.Increment();
    } else {
      spdlog::error("event not stored: {}", id.error().message);
    }
  });
}

}  // namespace hypergauge::aggregator
