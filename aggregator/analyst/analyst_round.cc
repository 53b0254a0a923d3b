// One round: what came in, what it came to, whom to tell.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <future>
#include <utility>

#include "aggregator/analyst/analyst.h"
#include "aggregator/analyst/noise_samples.h"
#include "aggregator/analyst/regression_messages.h"

namespace hypergauge::aggregator {
namespace {

constexpr std::chrono::nanoseconds kSilenceCheck = std::chrono::hours(1);
constexpr std::chrono::nanoseconds kNoiseCheck = std::chrono::minutes(5);
constexpr size_t kPart = 250;           // of a round, in points or windows, that commands wait for
constexpr size_t kTrimmedARound = 500;  // series that are looked at

// Told once fired, told when over.
bool IsNews(const analysis::Regression& regression) {
  return regression.notified && !analysis::IsOpen(regression.state);
}

v1::Event EventOf(const v1::Regression& regression) {
  v1::Event event;
  event.set_kind(IsOpen(regression.state()) ? v1::Event::KIND_REGRESSION_FIRING
                                            : v1::Event::KIND_REGRESSION_OVER);
  event.set_node_id(regression.subject_node_id());
  event.set_subject(regression.benchmark());
  event.set_new_value(WordOf(regression.state()));
  std::string text = "regression " + std::to_string(regression.id()) + " is " +
                     WordOf(regression.state()) + ": " + regression.text();
  if (!regression.cause().empty()) text += "; " + regression.cause();
  event.set_text(std::move(text));
  return event;
}

}  // namespace

void Analyst::RunRound() {
  const auto start = std::chrono::steady_clock::now();
  AskFor(Judge());
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  round_seconds_.Observe(seconds.count());
}

void Analyst::Finish() {
  static_cast<void>(Judge());
}

analysis::RoundOutcome Analyst::Judge() {
  const int64_t now = outside_.clock.Realtime().count();
  Inbox inbox = Take();
  std::unique_lock lock(engine_mutex_);
  for (const auto& node_id : inbox.gone) Forget(node_id);
  LookAtNodes();
  for (auto& event : inbox.events) engine_.AddEvent(std::move(event));
  for (size_t i = 0; i < inbox.arrivals.size(); ++i) {
    if (i % kPart == 0) LetCommandsIn(lock);
    Follow(inbox.arrivals[i], now);
  }
  ForgetSilent(now);
  TrimSome(now);
  while (engine_.LookAtSome(now, kPart)) LetCommandsIn(lock);
  auto outcome = engine_.RunRound(now);
  Note(outcome, now);
  // What is not on disk is neither told nor shown; the next round tries again.
  if (Keep()) ShowOpen();
  ShowNoise(now);
  return outcome;
}

// A mutex alone would mostly be taken again by the one that gave it up.
void Analyst::LetCommandsIn(std::unique_lock<std::mutex>& lock) {
  int waiting = commands_waiting_;
  if (waiting == 0) return;
  lock.unlock();
  for (; waiting > 0; waiting = commands_waiting_) commands_waiting_.wait(waiting);
  lock.lock();
}

Analyst::Inbox Analyst::Take() {
  const std::lock_guard lock(inbox_mutex_);
  return std::exchange(inbox_, {});
}

void Analyst::LookAtNodes() {
  const auto changes = facts_.Update(outside_.fleet, outside_.clock.Realtime().count());
  for (const auto& node : changes.nodes) engine_.PutNode(node);
  for (const auto& event : changes.events) outside_.events.Record(event);  // and so to Happened
}

void Analyst::Forget(const std::string& node_id) {
  facts_.Forget(node_id);
  std::erase_if(series_, [&](const auto& entry) {
    const bool is_its = entry.first.starts_with(node_id + '\n');
    if (is_its) engine_.RemoveSeries(entry.second.id);
    return is_its;
  });
}

// Looks at all series, hence not in every round.
void Analyst::ForgetSilent(int64_t now) {
  if (now < next_silence_check_) return;
  next_silence_check_ = now + kSilenceCheck.count();
  std::erase_if(series_, [&](const auto& entry) {
    const auto& followed = entry.second;
    const bool is_over = now - followed.seen_unix_nanos > followed.silence.count();
    if (is_over) engine_.RemoveSeries(followed.id);
    return is_over;
  });
}

// Some of all series in every round, so that no transaction takes long. By the time of points too,
// lest a clock that is years ahead for a moment costs all of them.
void Analyst::TrimSome(int64_t now) {
  now = std::min(now, newest_unix_nanos_);
  if (now == 0) return;  // nothing came yet
  outside_.store.TrimSeries(*trimmed_, kTrimmedARound, now - kRetention.count(),
                            [trimmed = trimmed_](const Result<int64_t>& last) {
                              if (last) {
                                *trimmed = *last;
                              } else {
                                spdlog::error("old series not deleted: {}", last.error().message);
                              }
                            });
}

bool Analyst::IsWatched(const SeriesKey& key) const {
  const auto* primary = facts_.PrimaryOf(key.benchmark);
  return primary != nullptr && primary->family == key.family && facts_.Knows(key.node_id);
}

// Looks at all series too.
void Analyst::ShowNoise(int64_t now) {
  if (now < next_noise_) return;
  next_noise_ = now + kNoiseCheck.count();
  auto samples = std::make_shared<const exporter::SourceSamples>(
      NoiseSamples(engine_.Noise(),
                   [this](const std::string& node_id) { return outside_.fleet.LabelOf(node_id); }));
  const std::lock_guard lock(show_mutex_);
  noise_ = std::move(samples);
}

void Analyst::Follow(const Arrival& arrival, int64_t now) {
  if (!IsWatched(arrival.key)) return;
  const std::string place = PlaceOf(arrival.key);
  auto known = series_.find(place);
  const int64_t at = arrival.point.unix_nanos;
  if (known == series_.end() || known->second.segment != arrival.key.segment) {
    // A late run of a release that is gone is in the store, and that is all.
    if (known != series_.end() && at <= known->second.newest_unix_nanos) return;
    FindSegment(arrival.key, now);
    known = series_.find(place);
  }
  if (known == series_.end() || known->second.segment != arrival.key.segment) return;
  auto& followed = known->second;
  followed.seen_unix_nanos = now;
  followed.newest_unix_nanos = std::max(followed.newest_unix_nanos, at);
  newest_unix_nanos_ = std::max(newest_unix_nanos_, at);
  engine_.Add(followed.id, arrival.point);
}

// Looks up which segment is measured now, and goes on with that.
void Analyst::FindSegment(const SeriesKey& key, int64_t now) {
  const auto segments = outside_.store.Segments(key);
  if (!segments) {
    spdlog::error("analysis: {}", segments.error().message);
    return;
  }
  if (const auto present = PresentSegment(*segments)) Begin(*present, now);
}

void Analyst::Begin(const Segment& segment, int64_t now) {
  const auto& [id, key] = segment.series;
  auto info =
      InfoOf(segment.series, *facts_.PrimaryOf(key.benchmark), outside_.interval_of(key.suite));
  info.since_unix_nanos = segment.since_unix_nanos;
  auto& followed = series_[PlaceOf(key)];
  if (followed.id == id) {
    // Another one may have come and gone between two rounds.
    if (segment.since_unix_nanos <= followed.newest_unix_nanos) return;
    engine_.RemoveSeries(id);
  }
  followed = {id, key.segment,
              std::max(kSilence, kSilentIntervals * std::chrono::nanoseconds(info.interval_nanos)),
              now, segment.newest_unix_nanos};
  engine_.PutSeries(info);
}

// What is to be kept, and whom to tell, beside what could not be kept before.
void Analyst::Note(const analysis::RoundOutcome& outcome, int64_t now) {
  const std::set<int64_t> notify(outcome.notify.begin(), outcome.notify.end());
  for (const auto& regression : outcome.changed) {
    auto message = MessageOf(regression);
    if (notify.contains(regression.id) || IsNews(regression)) {
      unkept_.events.push_back(outside_.events.Complete(EventOf(message)));
    }
    const bool is_open = analysis::IsOpen(regression.state);
    if (!is_open) notes_.erase(regression.id);
    const uint64_t id = message.id();
    unkept_.regressions[id] = {std::move(message), is_open, now};
  }
  for (const auto id : outcome.dropped) {
    unkept_.regressions.erase(static_cast<uint64_t>(id));
    unkept_.dropped.insert(static_cast<uint64_t>(id));
    notes_.erase(id);
  }
  for (const auto& mark : outcome.marks) {
    unkept_.marks[{mark.series, mark.from_unix_nanos}] = {
        {mark.series, mark.from_unix_nanos, mark.ratio, mark.accepted}, mark.is_revoked};
  }
}

// Waits until it is on disk, and only then tells anybody. What a full disk keeps out is put again
// with what comes next.
Result<void> Analyst::Keep() {
  if (unkept_.empty()) return {};
  // Shared, because the writer may still be about to return from telling.
  const auto stored = std::make_shared<std::promise<Result<void>>>();
  outside_.store.PutAnalysis(unkept_,
                             [stored](const Result<void>& put) { stored->set_value(put); });
  if (auto put = stored->get_future().get(); !put) {
    spdlog::error("analysis not stored: {}", put.error().message);
    return put;
  }
  for (const auto& event : std::exchange(unkept_, {}).events) {
    if (event.kind() == v1::Event::KIND_REGRESSION_FIRING) notifications_.Increment();
    outside_.events.Stored(event);
  }
  return {};
}

void Analyst::AskFor(const analysis::RoundOutcome& outcome) {
  std::set<int64_t> decided(outcome.dropped.begin(), outcome.dropped.end());
  for (const auto& regression : outcome.changed) {
    if (regression.state != analysis::RegressionState::kSuspect) decided.insert(regression.id);
  }
  std::erase_if(wanted_,
                [&](const auto& each) { return decided.contains(each.re_run.regression); });
  for (const auto& re_run : outcome.re_runs) wanted_.push_back({re_run, ""});
  std::erase_if(wanted_, [this](auto& each) { return !OrderOne(each); });
}

// Whether more are to be ordered later.
bool Analyst::OrderOne(Wanted& wanted) {
  auto& re_run = wanted.re_run;
  const auto order = outside_.steering.RunNow(re_run.node, re_run.suite, {re_run.benchmark});
  if (!order) {
    refused_reruns_.Increment();
    spdlog::info("analysis: {} cannot be run again on {} now: {}", re_run.benchmark,
                 outside_.fleet.LabelOf(re_run.node), order.error().message);
    return false;
  }
  if (order->lease_id == wanted.last_lease) return true;
  wanted.last_lease = order->lease_id;
  reruns_.Increment();
  return --re_run.runs > 0;
}

}  // namespace hypergauge::aggregator
