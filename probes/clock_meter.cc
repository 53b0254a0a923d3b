#include "probes/clock_meter.h"

#include "base/printable.h"
#include "probes/durable_file.h"

namespace hypergauge::probes {
namespace {

constexpr size_t kNameBytes = 256;

}  // namespace

void ClockMeter::Begin(const std::stop_token& stop) {
  before_.reset();
  if (reference_ == nullptr) return;
  auto reading = reference_->Read(stop);
  if (!reading) return;
  rolling_.Add(*reading);
  before_ = *reading;
}

Result<v1::ClockEvidence> ClockMeter::Compare(const std::stop_token& stop) {
  // Whoever did not answer before the run is not waited for again.
  if (!before_) return Fail(ErrorCode::kUnavailable, "there was no reading before the run");
  const auto after = reference_->Read(stop);
  if (!after) return tl::unexpected(after.error());
  rolling_.Add(*after);
  auto evidence = CompareReadings(*before_, *after);
  if (evidence) rolling_.Describe(*evidence);
  return evidence;
}

void ClockMeter::End(v1::Run& run, const VerdictLimits& limits, const std::stop_token& stop) {
  auto evidence = Compare(stop);
  before_.reset();
  if (!evidence) {
    run.add_marks(v1::MARK_UNVERIFIED);
    return;
  }
  const auto source = root_ / "sys/devices/system/clocksource/clocksource0/current_clocksource";
  evidence->set_clocksource(Printable(ReadHead(source, kNameBytes).value_or(""), kNameBytes));
  evidence->set_warning(ClockWarning(*evidence, limits));
  // A figure in wrong seconds is worth nothing, however quiet the machine was.
  if (auto judged = JudgeClock(*evidence, limits);
      judged.verdict != v1::VERDICT_CLEAN && !run.measures().empty()) {
    run.set_verdict(judged.verdict);
    run.set_verdict_reason(std::move(judged.reason));
  }
  *run.mutable_clock() = std::move(*evidence);
}

}  // namespace hypergauge::probes
