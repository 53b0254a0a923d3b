#include "aggregator/analyst/analyst.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <utility>

#include "aggregator/analyst/noise_samples.h"
#include "aggregator/analyst/regression_messages.h"
#include "aggregator/analyst/regression_samples.h"

namespace hypergauge::aggregator {
namespace {

// What happened so long before this aggregator may still be the cause of something.
constexpr std::chrono::nanoseconds kPast = std::chrono::hours(7 * 24);
constexpr std::array kCauses = {v1::Event::KIND_ENVIRONMENT_CHANGED,
                                v1::Event::KIND_PLACEMENT_CHANGED, v1::Event::KIND_NODE_REPLACED};

analysis::SeriesMark MarkOf(const StoredMark& stored) {
  analysis::SeriesMark mark;
  mark.series = stored.series;
  mark.from_unix_nanos = stored.from_unix_nanos;
  mark.ratio = stored.ratio;
  mark.accepted = stored.accepted;
  return mark;
}

}  // namespace

Analyst::Analyst(analysis::RegressionOptions options, Outside outside)
    : outside_(std::move(outside)),
      skipped_points_(outside_.metrics.AddCounter(
          "hypergauge_analysis_skipped_points_total",
          "Points that came faster than they were looked at; only windows have them")),
      reruns_(outside_.metrics.AddCounter("hypergauge_analysis_reruns_total",
                                          "Runs ordered to confirm a suspicion",
                                          {{"result", "ordered"}})),
      refused_reruns_(outside_.metrics.AddCounter("hypergauge_analysis_reruns_total",
                                                  "Runs ordered to confirm a suspicion",
                                                  {{"result", "refused"}})),
      notifications_(outside_.metrics.AddCounter("hypergauge_regression_notifications_total",
                                                 "Regressions of which people were told")),
      round_seconds_(outside_.metrics.AddHistogram("hypergauge_analysis_round_duration_seconds",
                                                   "Time of a round of the analysis",
                                                   {0.001, 0.01, 0.1, 0.5, 1, 5, 10, 30, 60})),
      windows_(outside_.store),
      engine_(std::move(options), windows_) {}

std::vector<analysis::TimedValue> Analyst::Windows::Window(int64_t series, size_t most) {
  const auto points = store_.LastPoints(series, most);
  std::vector<analysis::TimedValue> values;
  if (!points) {
    spdlog::error("analysis: no window of series {}: {}", series, points.error().message);
    return values;
  }
  values.reserve(points->size());
  for (const auto& point : *points) values.push_back({point.at_unix_nanos, point.value});
  return values;
}

Result<void> Analyst::Restore() {
  const auto highest = outside_.store.LastRegression();
  if (!highest) return tl::unexpected(highest.error());
  const auto regressions = outside_.store.OpenRegressions();
  if (!regressions) return tl::unexpected(regressions.error());
  const auto marks = outside_.store.Marks();
  if (!marks) return tl::unexpected(marks.error());
  const auto spans = outside_.store.AllSpans();
  if (!spans) return tl::unexpected(spans.error());
  EventFilter filter{.kinds = {kCauses.begin(), kCauses.end()}};
  filter.limit = EventTable::kMostEvents;  // a release rolled out is one of each node
  filter.since_unix_nanos = std::max<int64_t>(0, (outside_.clock.Realtime() - kPast).count());
  auto events = outside_.store.Events(filter);
  if (!events) return tl::unexpected(events.error());

  const std::lock_guard lock(engine_mutex_);
  analysis::EngineState state;
  state.next_id = static_cast<int64_t>(*highest) + 1;
  for (const auto& message : *regressions) {
    auto regression = FromMessage(message);
    if (!regression) return tl::unexpected(regression.error());
    if (!message.note().empty()) notes_[regression->id] = message.note();
    state.open.push_back(std::move(*regression));
  }
  for (const auto& mark : *marks) state.marks.push_back(MarkOf(mark));
  engine_.Import(std::move(state));
  LookAtNodes();
  const int64_t now = outside_.clock.Realtime().count();
  std::map<std::string, std::vector<SeriesSpan>> places;
  for (const auto& span : *spans) {
    if (IsWatched(span.series.key)) places[PlaceOf(span.series.key)].push_back(span);
  }
  for (const auto& [place, segments] : places) Begin(*PresentSegment(segments), now);
  EndUnfollowed(*regressions);
  std::reverse(events->begin(), events->end());  // the store has the newest first
  for (const auto& event : *events) {
    if (auto cause = CauseOf(event)) engine_.AddEvent(std::move(*cause));
    for (const auto& change : facts_.GroupChangesOf(event)) engine_.PutChange(change);
  }
  ShowOpen();
  return {};
}

// Their nodes left, or their segments ended, and whoever was to say so was killed before.
void Analyst::EndUnfollowed(const std::vector<v1::Regression>& open) {
  std::set<int64_t> followed;
  for (const auto& [place, series] : series_) followed.insert(series.id);
  for (const auto& regression : open) {
    for (const auto& child : regression.children()) {
      if (!followed.contains(child.series())) engine_.RemoveSeries(child.series());
    }
  }
}

void Analyst::Record(const v1::Run& run) {
  if (run.verdict() != v1::VERDICT_CLEAN || run.measures().empty()) return;
  Arrival arrival{KeyOf(run, run.measures(0)), {EffectiveStart(run), run.measures(0).median()}};
  const std::lock_guard lock(inbox_mutex_);
  if (inbox_.arrivals.size() >= kMostWaiting) {
    skipped_points_.Increment();
    return;
  }
  inbox_.arrivals.push_back(std::move(arrival));
}

void Analyst::Happened(const v1::Event& event) {
  auto cause = CauseOf(event);
  if (!cause) return;
  const std::lock_guard lock(inbox_mutex_);
  if (inbox_.events.size() < kMostWaiting) inbox_.events.push_back(std::move(*cause));
}

void Analyst::Gone(const std::string& node_id) {
  const std::lock_guard lock(inbox_mutex_);
  inbox_.gone.insert(node_id);
}

std::vector<v1::Regression> Analyst::Open() const {
  const std::lock_guard lock(show_mutex_);
  return *open_;
}

Result<v1::Regression> Analyst::Acknowledge(uint64_t id, const std::string& note) {
  return Steer(id, note, &analysis::RegressionEngine::Acknowledge);
}

Result<v1::Regression> Analyst::Accept(uint64_t id, const std::string& note) {
  return Steer(id, note, &analysis::RegressionEngine::Accept);
}

Result<v1::Regression> Analyst::Mute(uint64_t id, const std::string& note) {
  return Steer(id, note, &analysis::RegressionEngine::Mute);
}

Result<v1::Regression> Analyst::Steer(uint64_t id, const std::string& note, Order order) {
  const int64_t now = outside_.clock.Realtime().count();
  ++commands_waiting_;
  const std::lock_guard lock(engine_mutex_);
  --commands_waiting_;
  commands_waiting_.notify_all();
  const auto changed = (engine_.*order)(static_cast<int64_t>(id), now);
  if (!changed) return tl::unexpected(changed.error());
  if (!note.empty()) notes_[changed->id] = note;
  auto message = MessageOf(*changed);
  // All that follows from it: the levels of a drift that was accepted, the event that it is over.
  Note(engine_.TakeChanges(), now);
  if (const auto kept = Keep(); !kept) return tl::unexpected(kept.error());
  ShowOpen();
  return message;
}

void Analyst::CollectInto(exporter::Snapshot& snapshot) const {
  AddNoiseFamilies(snapshot);
  std::shared_ptr<const std::vector<v1::Regression>> open;
  {
    const std::lock_guard lock(show_mutex_);
    open = open_;
    snapshot.sources.push_back(noise_);
  }
  AddRegressions(*open, snapshot);
}

v1::Regression Analyst::MessageOf(const analysis::Regression& regression) const {
  auto message = ToMessage(
      regression, [this](const std::string& node_id) { return outside_.fleet.LabelOf(node_id); });
  if (const auto note = notes_.find(regression.id); note != notes_.end()) {
    message.set_note(note->second);
  }
  return message;
}

void Analyst::ShowOpen() {
  auto open = std::make_shared<std::vector<v1::Regression>>();
  for (const auto& regression : engine_.Open()) open->push_back(MessageOf(regression));
  const std::lock_guard lock(show_mutex_);
  open_ = std::move(open);
}

}  // namespace hypergauge::aggregator
