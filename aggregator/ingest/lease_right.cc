#include "aggregator/ingest/lease_right.h"

#include <algorithm>
#include <string_view>

#include "aggregator/records/event_text.h"
#include "base/units.h"

namespace hypergauge::aggregator {
namespace {

constexpr size_t kNameBytes = 64;

std::string Seconds(Time time) {
  return FormatFigure(std::chrono::duration<double>(time).count(), "seconds");
}

// Why a lease was over before its end.
Violation EarlyEndOf(const v1::LeaseRecord& record) {
  switch (record.outcome()) {
    case v1::LeaseRecord::OUTCOME_REVOKED:
      return {"revoked", " had been revoked "};
    case v1::LeaseRecord::OUTCOME_EXPIRED:
      return {"expired", " had expired "};
    case v1::LeaseRecord::OUTCOME_LOST:
      return {"expired", " had been lost "};
    default:
      return {"expired", " had been given back "};
  }
}

std::optional<Violation> CheckTimes(const RunTime& time, const v1::LeaseRecord& record) {
  if (!time.is_known) return std::nullopt;
  const Time began(record.start_unix_nanos());
  if (time.start + time.error < began) {
    return Violation{
        "early", record.lease_id() + " began " + Seconds(began - time.start) + " after the run"};
  }
  Violation over{"expired", " had expired "};
  Time end(record.end_unix_nanos());
  if (const Time ended(record.ended_unix_nanos()); ended > Time{} && ended < end) {
    over = EarlyEndOf(record);
    end = ended;
  }
  if (time.end - time.error <= end) return std::nullopt;
  over.text = record.lease_id() + over.text + Seconds(time.end - end) + " before the run ended";
  return over;
}

std::optional<Violation> CheckSlot(const v1::Run& run, const RunTime& time,
                                   const CoversSlot& covers) {
  if (covers && covers(run.fencing_token(), run.id().node_id(), time.start, time.end, time.error)) {
    return std::nullopt;
  }
  const std::string token = std::to_string(run.fencing_token());
  if (std::string_view(run.lease_id()).starts_with("slot-")) {
    return Violation{"outside_slot", "the run is not inside of offline slot " + token};
  }
  return Violation{"unknown_lease", "nobody knows lease " + OneLine(run.lease_id(), kNameBytes) +
                                        " with token " + token};
}

}  // namespace

std::optional<Violation> FindViolation(const v1::Run& run, const RunTime& time,
                                       const std::optional<v1::LeaseRecord>& record,
                                       const CoversSlot& covers, const LabelOfNode& label_of) {
  if (run.fencing_token() == 0) return Violation{"no_lease", "it ran without a lease"};
  if (!record) return CheckSlot(run, time, covers);
  if (record->node_id() != run.id().node_id()) {
    const std::string label = label_of(record->node_id());
    return Violation{"foreign_lease", record->lease_id() + " is a lease of " +
                                          (label.empty() ? record->node_id() : label)};
  }
  return CheckTimes(time, *record);
}

}  // namespace hypergauge::aggregator
