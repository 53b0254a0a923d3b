#include "aggregator/dispatch/stored_schedule.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <utility>

#include "aggregator/schedule/lease_book.h"
#include "base/clock.h"

namespace hypergauge::aggregator {
namespace {

PauseState StateOf(const v1::Pause& pause) {
  return {.host = pause.host(),
          .began = Time(pause.began_unix_nanos()),
          .until = pause.until_unix_nanos() == 0 ? Time::max() : Time(pause.until_unix_nanos()),
          .reason = pause.reason()};
}

Slot SlotOf(const v1::SlotRecord& record) {
  return {.token = record.token(),
          .node_id = record.node_id(),
          .host = record.host(),
          .index = static_cast<int>(record.index()),
          .valid_until = Time(record.valid_until_unix_nanos()),
          .period = Time(record.period_nanos()),
          .offset = Time(record.offset_nanos()),
          .length = Time(record.length_nanos())};
}

int64_t Bounded(uint64_t bytes) {
  return static_cast<int64_t>(std::min<uint64_t>(bytes, INT64_MAX));
}

HostDay DayOf(const HostDayRow& row) {
  const auto bytes = [](int64_t stored) {
    return static_cast<uint64_t>(std::max<int64_t>(stored, 0));
  };
  return {.host = row.host,
          .day = std::max<int64_t>(row.day, 0),
          .taken = {.cpu_seconds = ToSeconds(Time(row.cpu_nanos)),
                    .bytes_written = bytes(row.bytes_written),
                    .bytes_sent = bytes(row.bytes_sent)}};
}

// A network turn is a round of its own.
uint64_t RoundOf(const v1::LeaseRecord& lease) {
  return lease.purpose() == v1::LeaseRecord::PURPOSE_NETWORK ? lease.fencing_token()
                                                             : lease.round();
}

// A round begins with the grant of its first turn. Where a node's last one came to nothing, it was
// none.
void DropVainRounds(const std::vector<v1::LeaseRecord>& leases, ScheduleState& state) {
  std::map<std::pair<std::string, uint64_t>, bool> had;  // by node_id and round
  for (const auto& lease : leases) {
    const bool counts =
        lease.ended_unix_nanos() == 0 || lease.outcome() == v1::LeaseRecord::OUTCOME_COMPLETED;
    had[{lease.node_id(), RoundOf(lease)}] |= counts;
  }
  for (const auto& lease : leases) {
    const bool is_network = lease.purpose() == v1::LeaseRecord::PURPOSE_NETWORK;
    const auto last =
        state.last_rounds.find({lease.node_id(), is_network ? kNetworkPlan : lease.plan()});
    if (last == state.last_rounds.end() || last->second != Time(lease.start_unix_nanos())) continue;
    if (!had[{lease.node_id(), RoundOf(lease)}]) state.last_rounds.erase(last);
  }
}

}  // namespace

v1::SlotRecord RecordOf(const Slot& slot) {
  v1::SlotRecord record;
  record.set_token(slot.token);
  record.set_node_id(slot.node_id);
  record.set_host(slot.host);
  record.set_index(static_cast<uint32_t>(slot.index));
  record.set_valid_until_unix_nanos(slot.valid_until.count());
  record.set_period_nanos(slot.period.count());
  record.set_offset_nanos(slot.offset.count());
  record.set_length_nanos(slot.length.count());
  return record;
}

HostDayRow RowOf(const HostDay& day) {
  constexpr double kMostSeconds = 9e9;  // in nanoseconds they still fit
  const double seconds = std::min(day.taken.cpu_seconds, kMostSeconds);
  return {.host = day.host,
          .day = day.day,
          .cpu_nanos = std::llround(seconds * 1e9),
          .bytes_written = Bounded(day.taken.bytes_written),
          .bytes_sent = Bounded(day.taken.bytes_sent)};
}

Result<ScheduleState> LoadSchedule(Store& store, const std::vector<v1::LeaseRecord>& leases,
                                   Time now) {
  const auto rounds = store.LastRounds();
  if (!rounds) return tl::unexpected(rounds.error());
  const auto token = store.LastToken();
  if (!token) return tl::unexpected(token.error());
  const auto round = store.LastRound();
  if (!round) return tl::unexpected(round.error());
  const auto pauses = store.Pauses();
  if (!pauses) return tl::unexpected(pauses.error());
  const auto slots = store.Slots();
  if (!slots) return tl::unexpected(slots.error());
  const auto days = store.Days();
  if (!days) return tl::unexpected(days.error());
  ScheduleState state;
  for (const auto& lease : leases) {
    if (lease.ended_unix_nanos() == 0) state.leases.push_back(GrantOf(lease));
  }
  // The clock may have been set back since.
  for (const auto& [key, began] : *rounds) state.last_rounds[key] = std::min(Time(began), now);
  DropVainRounds(leases, state);
  state.last_token = *token;
  state.last_round = *round;
  for (const auto& pause : *pauses) state.pauses.push_back(StateOf(pause));
  for (const auto& slot : *slots) state.slots.push_back(SlotOf(slot));
  // After a clock that was set back, a day to come would keep today's from being counted.
  const int64_t today = std::chrono::floor<std::chrono::days>(now).count();
  for (const auto& row : *days) {
    if (row.day <= today) state.days.push_back(DayOf(row));
  }
  return state;
}

}  // namespace hypergauge::aggregator
