#include "aggregator/analysis/regression_engine.h"

#include <utility>

#include "aggregator/analysis/engine_impl.h"

namespace hypergauge::analysis {

RegressionEngine::RegressionEngine(RegressionOptions options, WindowSource& windows)
    : impl_(std::make_unique<Impl>(std::move(options), windows)) {}

RegressionEngine::~RegressionEngine() = default;

void RegressionEngine::Import(EngineState state) {
  impl_->Import(std::move(state));
}

EngineState RegressionEngine::Export() const {
  return impl_->Export();
}

void RegressionEngine::PutNode(const NodeInfo& node) {
  impl_->PutNode(node);
}

void RegressionEngine::PutChange(const GroupChange& change) {
  impl_->index.PutChange(change.node, change.scope, change.unix_nanos);
}

void RegressionEngine::PutSeries(const SeriesInfo& series) {
  impl_->PutSeries(series);
}

void RegressionEngine::RemoveSeries(int64_t series) {
  impl_->ended.push_back(series);
  impl_->imported_open.erase(series);
  const Slot slot = impl_->index.Find(series);
  if (slot == kNone) return;
  // It may come back, and what was said of its levels is still true then.
  if (auto marks = impl_->MarksOf(slot); !marks.empty()) impl_->imported[series] = std::move(marks);
  impl_->Forget(slot);
  impl_->index.RemoveSeries(slot);
}

void RegressionEngine::AddEvent(NodeEvent event) {
  impl_->index.AddEvent(std::move(event));
}

void RegressionEngine::Add(int64_t series, const TimedValue& point) {
  if (const Slot slot = impl_->index.Find(series); slot != kNone) impl_->Add(slot, point);
}

bool RegressionEngine::LookAtSome(int64_t now_unix_nanos, size_t most) {
  return impl_->LookAtSome(now_unix_nanos, most);
}

RoundOutcome RegressionEngine::RunRound(int64_t now_unix_nanos) {
  return impl_->RunRound(now_unix_nanos);
}

RoundOutcome RegressionEngine::TakeChanges() {
  RoundOutcome changes;
  impl_->TakeChanges(changes);
  return changes;
}

Result<Regression> RegressionEngine::Acknowledge(int64_t id, int64_t now_unix_nanos) {
  return impl_->Command(id, RegressionState::kAcknowledged, now_unix_nanos);
}

Result<Regression> RegressionEngine::Mute(int64_t id, int64_t now_unix_nanos) {
  return impl_->Command(id, RegressionState::kMuted, now_unix_nanos);
}

Result<Regression> RegressionEngine::Accept(int64_t id, int64_t now_unix_nanos) {
  return impl_->Command(id, RegressionState::kAccepted, now_unix_nanos);
}

std::vector<Regression> RegressionEngine::Open() const {
  return impl_->Open();
}

size_t RegressionEngine::series_count() const {
  return impl_->index.series_count();
}

size_t RegressionEngine::StateBytes() {
  return sizeof(SeriesState);
}

}  // namespace hypergauge::analysis
