#include "aggregator/store/lease_table.h"

#include <algorithm>
#include <string_view>

namespace hypergauge::aggregator {
namespace {

// All rows' messages, which stand in the only column. `what`: for errors.
template <typename T>
Result<std::vector<T>> ReadAll(Statement& statement, const std::string& what) {
  std::vector<T> messages;
  while (true) {
    const auto row = statement.Step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return messages;
    const auto bytes = statement.Bytes(0);
    if (!messages.emplace_back().ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
      return Fail(ErrorCode::kCorrupt, "the store holds " + what + " that cannot be read");
    }
  }
}

bool IsNetwork(const v1::LeaseRecord& lease) {
  return lease.purpose() == v1::LeaseRecord::PURPOSE_NETWORK;
}

bool BeginsRound(const v1::LeaseRecord& lease) {
  if (IsNetwork(lease)) return true;
  return (lease.purpose() == v1::LeaseRecord::PURPOSE_ROUND ||
          lease.purpose() == v1::LeaseRecord::PURPOSE_MAKE_UP) &&
         lease.pass() <= 1;
}

}  // namespace

Result<void> LeaseTable::Put(const std::vector<v1::LeaseRecord>& leases) {
  auto put = database_.Prepare("INSERT OR REPLACE INTO leases VALUES(?1, ?2, ?3, ?4, ?5)");
  if (!put) return tl::unexpected(put.error());
  // The later one stays, because a lease is put once more when it has ended.
  auto put_round = database_.Prepare(
      "INSERT INTO rounds VALUES(?1, ?2, ?3) ON CONFLICT DO UPDATE SET started = excluded.started "
      "WHERE excluded.started > rounds.started");
  if (!put_round) return tl::unexpected(put_round.error());
  uint64_t token = 0;
  uint64_t round = 0;
  for (const auto& lease : leases) {
    auto done = put->Bind(1, static_cast<int64_t>(lease.fencing_token()))
                    .Bind(2, lease.node_id())
                    .Bind(3, lease.start_unix_nanos())
                    .Bind(4, lease.ended_unix_nanos())
                    .BindBlob(5, lease.SerializeAsString())
                    .Run();
    if (!done) return done;
    if (BeginsRound(lease)) {
      done = put_round->Bind(1, lease.node_id())
                 .Bind(2, IsNetwork(lease) ? std::string() : lease.plan())
                 .Bind(3, lease.start_unix_nanos())
                 .Run();
      if (!done) return done;
    }
    token = std::max<uint64_t>(token, lease.fencing_token());
    round = std::max<uint64_t>(round, lease.round());
  }
  if (auto raised = Raise("token", token); !raised) return raised;
  return Raise("round", round);
}

Result<std::vector<v1::LeaseRecord>> LeaseTable::Since(int64_t since_unix_nanos) {
  auto list = database_.Prepare(
      "SELECT payload FROM leases WHERE ended = 0 OR ended > max(?1, 0) ORDER BY token");
  if (!list) return tl::unexpected(list.error());
  return ReadAll<v1::LeaseRecord>(list->Bind(1, since_unix_nanos), "a lease");
}

Result<std::optional<v1::LeaseRecord>> LeaseTable::Find(uint64_t token) {
  auto find = database_.Prepare("SELECT payload FROM leases WHERE token = ?1");
  if (!find) return tl::unexpected(find.error());
  auto found = ReadAll<v1::LeaseRecord>(find->Bind(1, static_cast<int64_t>(token)), "a lease");
  if (!found) return tl::unexpected(found.error());
  if (found->empty()) return std::nullopt;
  return std::move(found->front());
}

Result<void> LeaseTable::Forget(int64_t ended_before_unix_nanos) {
  auto forget = database_.Prepare("DELETE FROM leases WHERE ended > 0 AND ended < ?1");
  if (!forget) return tl::unexpected(forget.error());
  return forget->Bind(1, ended_before_unix_nanos).Run();
}

Result<std::map<std::pair<std::string, std::string>, int64_t>> LeaseTable::LastRounds() {
  auto list = database_.Prepare("SELECT node_id, plan, started FROM rounds");
  if (!list) return tl::unexpected(list.error());
  std::map<std::pair<std::string, std::string>, int64_t> rounds;
  while (true) {
    const auto row = list->Step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return rounds;
    rounds[{std::string(list->Bytes(0)), std::string(list->Bytes(1))}] = list->Int(2);
  }
}

Result<void> LeaseTable::PutPauses(const std::vector<v1::Pause>& all) {
  if (auto cleared = database_.Execute("DELETE FROM pauses"); !cleared) return cleared;
  auto put = database_.Prepare("INSERT OR REPLACE INTO pauses VALUES(?1, ?2)");
  if (!put) return tl::unexpected(put.error());
  for (const auto& pause : all) {
    auto done = put->Bind(1, pause.host()).BindBlob(2, pause.SerializeAsString()).Run();
    if (!done) return done;
  }
  return {};
}

Result<std::vector<v1::Pause>> LeaseTable::Pauses() {
  auto list = database_.Prepare("SELECT payload FROM pauses ORDER BY host");
  if (!list) return tl::unexpected(list.error());
  return ReadAll<v1::Pause>(*list, "a pause");
}

Result<void> LeaseTable::PutSlot(const v1::SlotRecord& slot) {
  auto put = database_.Prepare("INSERT OR REPLACE INTO slots VALUES(?1, ?2, ?3)");
  if (!put) return tl::unexpected(put.error());
  auto done = put->Bind(1, static_cast<int64_t>(slot.token()))
                  .Bind(2, slot.valid_until_unix_nanos())
                  .BindBlob(3, slot.SerializeAsString())
                  .Run();
  if (!done) return done;
  return Raise("token", slot.token());
}

Result<std::vector<v1::SlotRecord>> LeaseTable::Slots() {
  auto list = database_.Prepare("SELECT payload FROM slots ORDER BY token");
  if (!list) return tl::unexpected(list.error());
  return ReadAll<v1::SlotRecord>(*list, "an offline slot");
}

Result<void> LeaseTable::ForgetSlots(int64_t valid_before_unix_nanos) {
  auto forget = database_.Prepare("DELETE FROM slots WHERE valid_until < ?1");
  if (!forget) return tl::unexpected(forget.error());
  return forget->Bind(1, valid_before_unix_nanos).Run();
}

Result<void> LeaseTable::PutDays(const std::vector<HostDayRow>& days) {
  auto put = database_.Prepare("INSERT OR REPLACE INTO host_days VALUES(?1, ?2, ?3, ?4, ?5)");
  if (!put) return tl::unexpected(put.error());
  for (const auto& day : days) {
    auto done = put->Bind(1, day.host)
                    .Bind(2, day.day)
                    .Bind(3, day.cpu_nanos)
                    .Bind(4, day.bytes_written)
                    .Bind(5, day.bytes_sent)
                    .Run();
    if (!done) return done;
  }
  return {};
}

Result<std::vector<HostDayRow>> LeaseTable::Days() {
  auto list =
      database_.Prepare("SELECT host, day, cpu_nanos, written, sent FROM host_days ORDER BY host");
  if (!list) return tl::unexpected(list.error());
  std::vector<HostDayRow> days;
  while (true) {
    const auto row = list->Step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return days;
    days.push_back(
        {std::string(list->Bytes(0)), list->Int(1), list->Int(2), list->Int(3), list->Int(4)});
  }
}

Result<uint64_t> LeaseTable::Highest(const std::string& name) {
  auto find = database_.Prepare("SELECT value FROM highest WHERE name = ?1");
  if (!find) return tl::unexpected(find.error());
  const auto row = find->Bind(1, name).Step();
  if (!row) return tl::unexpected(row.error());
  return *row ? static_cast<uint64_t>(find->Int(0)) : 0;
}

Result<void> LeaseTable::Raise(const std::string& name, uint64_t value) {
  auto raise = database_.Prepare(
      "INSERT INTO highest VALUES(?1, ?2) ON CONFLICT DO UPDATE SET value = excluded.value "
      "WHERE excluded.value > highest.value");
  if (!raise) return tl::unexpected(raise.error());
  return raise->Bind(1, name).Bind(2, static_cast<int64_t>(value)).Run();
}

}  // namespace hypergauge::aggregator
