// One round: what came in, what it came to, whom to tell.
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "aggregator/analyst/analyst.h"
#include "aggregator/analyst/noise_samples.h"
#include "aggregator/analyst/regression_messages.h"

namespace hypergauge::aggregator {
namespace {

constexpr std::chrono::nanoseconds kSilenceCheck = std::chrono::hours(1);
constexpr std::chrono::nanoseconds kNoiseCheck = std::chrono::minutes(5);

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
  const int64_t now = outside_.clock.Realtime().count();
  Inbox inbox = Take();
  analysis::RoundOutcome outcome;
  {
    const std::lock_guard lock(engine_mutex_);
    for (const auto& node_id : inbox.gone) Forget(node_id);
    LookAtNodes();
    for (auto& event : inbox.events) engine_.AddEvent(std::move(event));
    for (const auto& arrival : inbox.arrivals) Follow(arrival, now);
    ForgetSilent(now);
    outcome = engine_.RunRound(now);
    KeepAgain(now);
    Keep(outcome, now);
    ShowOpen();
    ShowNoise(now);
  }
  AskFor(outcome);
  Tell(outcome);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  round_seconds_.Observe(seconds.count());
}

Analyst::Inbox Analyst::Take() {
  const std::lock_guard lock(inbox_mutex_);
  return std::exchange(inbox_, {});
}

void Analyst::LookAtNodes() {
  const auto changes = facts_.Update(outside_.fleet, outside_.clock.Realtime().count());
  for (const auto& node : changes.nodes) engine_.PutNode(node);
  for (const auto& event : changes.events) engine_.AddEvent(event);
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
    const auto& [id, silence, seen] = entry.second;
    const bool is_over = now - seen > silence.count();
    if (is_over) engine_.RemoveSeries(id);
    return is_over;
  });
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

void Analyst::PutSeries(const StoredSeries& series, int64_t now) {
  const auto* primary = facts_.PrimaryOf(series.key.benchmark);
  if (primary == nullptr || primary->family != series.key.family) return;
  if (!facts_.Knows(series.key.node_id)) return;
  const auto info = InfoOf(series, *primary, outside_.interval_of(series.key.suite));
  const Followed followed{
      series.id,
      std::max(kSilence, kSilentIntervals * std::chrono::nanoseconds(info.interval_nanos)), now};
  if (!series_.emplace(JoinedKey(series.key), followed).second) return;
  engine_.PutSeries(info);
}

void Analyst::Follow(const Arrival& arrival, int64_t now) {
  const std::string joined = JoinedKey(arrival.key);
  auto known = series_.find(joined);
  if (known == series_.end()) {
    const auto stored = outside_.store.FindSeries(arrival.key);
    if (!stored) {
      spdlog::error("analysis: {}", stored.error().message);
      return;
    }
    if (*stored) PutSeries(**stored, now);
    known = series_.find(joined);
  }
  if (known == series_.end()) return;
  known->second.seen_unix_nanos = now;
  engine_.Add(known->second.id, arrival.point);
}

void Analyst::Keep(const analysis::RoundOutcome& outcome, int64_t now) {
  for (const auto& regression : outcome.changed) {
    KeepRegression(MessageOf(regression), now);
    if (!analysis::IsOpen(regression.state)) notes_.erase(regression.id);
  }
  for (const auto id : outcome.dropped) {
    outside_.store.DropRegression(static_cast<uint64_t>(id));
    notes_.erase(id);
  }
  for (const auto& mark : outcome.marks) KeepMark(mark);
}

void Analyst::KeepRegression(const v1::Regression& regression, int64_t now) {
  const auto id = static_cast<int64_t>(regression.id());
  outside_.store.PutRegression(
      regression, IsOpen(regression.state()), now, [unkept = unkept_, id](const Result<void>& put) {
        if (put) return;
        spdlog::error("regression {} not stored: {}", id, put.error().message);
        const std::lock_guard lock(unkept->mutex);
        unkept->ids.insert(id);
      });
}

void Analyst::KeepMark(const analysis::SeriesMark& mark) {
  const auto done = [unkept = unkept_, mark](const Result<void>& put) {
    if (put) return;
    spdlog::error("mark of series {} not stored: {}", mark.series, put.error().message);
    const std::lock_guard lock(unkept->mutex);
    unkept->marks.push_back(mark);
  };
  if (mark.is_revoked) {
    outside_.store.DropMark(mark.series, mark.from_unix_nanos, done);
  } else {
    outside_.store.PutMark({mark.series, mark.from_unix_nanos, mark.ratio, mark.accepted}, done);
  }
}

// What a full disk kept out. One that is over by now stays open in the store until it is judged
// again after a restart.
void Analyst::KeepAgain(int64_t now) {
  std::set<int64_t> ids;
  std::vector<analysis::SeriesMark> marks;
  {
    const std::lock_guard lock(unkept_->mutex);
    ids = std::exchange(unkept_->ids, {});
    marks = std::exchange(unkept_->marks, {});
  }
  if (!ids.empty()) {
    for (const auto& regression : engine_.Open()) {
      if (ids.contains(regression.id)) KeepRegression(MessageOf(regression), now);
    }
  }
  for (const auto& mark : marks) KeepMark(mark);
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

void Analyst::Tell(const analysis::RoundOutcome& outcome) {
  const std::set<int64_t> notify(outcome.notify.begin(), outcome.notify.end());
  for (const auto& regression : outcome.changed) {
    const bool is_new = notify.contains(regression.id);
    if (is_new) notifications_.Increment();
    if (is_new || IsNews(regression)) {
      outside_.events.Record(EventOf(ToMessage(regression, [this](const std::string& node_id) {
        return outside_.fleet.LabelOf(node_id);
      })));
    }
  }
}

}  // namespace hypergauge::aggregator
