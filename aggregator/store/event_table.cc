#include "aggregator/store/event_table.h"

namespace hypergauge::aggregator {
namespace {

// "column IN (?, ?)", for as many as there are.
std::string In(const std::string& column, size_t count) {
  std::string sql = column + " IN (";
  for (size_t i = 0; i < count; ++i) sql += i == 0 ? "?" : ", ?";
  return sql + ")";
}

std::string SqlOf(const EventFilter& filter) {
  std::string sql = "SELECT event, payload FROM events WHERE at >= ?";
  if (filter.before_unix_nanos > 0) sql += " AND at < ?";
  if (!filter.labels.empty() || !filter.node_ids.empty()) {
    sql += " AND (" + In("label", filter.labels.size()) + " OR " +
           In("node_id", filter.node_ids.size()) + ")";
  }
  if (!filter.kinds.empty()) sql += " AND " + In("kind", filter.kinds.size());
  return sql + " ORDER BY event DESC LIMIT ?";
}

void BindFilter(const EventFilter& filter, Statement& statement) {
  int parameter = 0;
  statement.Bind(++parameter, filter.since_unix_nanos);
  if (filter.before_unix_nanos > 0) statement.Bind(++parameter, filter.before_unix_nanos);
  for (const auto& label : filter.labels) statement.Bind(++parameter, label);
  for (const auto& node_id : filter.node_ids) statement.Bind(++parameter, node_id);
  for (const auto kind : filter.kinds) statement.Bind(++parameter, int64_t{kind});
  statement.Bind(++parameter, int64_t{filter.limit});
}

}  // namespace

Result<uint64_t> EventTable::Put(const v1::Event& event) {
  auto put = database_.Prepare(
      "INSERT INTO events(at, kind, node_id, label, payload) VALUES(?1, ?2, ?3, ?4, ?5) "
      "RETURNING event");
  if (!put) return tl::unexpected(put.error());
  v1::Event stored = event;
  stored.clear_id();
  const auto row = put->Bind(1, event.unix_nanos())
                       .Bind(2, int64_t{event.kind()})
                       .Bind(3, event.node_id())
                       .Bind(4, event.node())
                       .BindBlob(5, stored.SerializeAsString())
                       .Step();
  if (!row) return tl::unexpected(row.error());
  const int64_t id = put->Int(0);
  if (auto ended = put->Run(); !ended) return tl::unexpected(ended.error());
  auto prune = database_.Prepare("DELETE FROM events WHERE event <= ?1");
  if (!prune) return tl::unexpected(prune.error());
  if (auto pruned = prune->Bind(1, id - kMostEvents).Run(); !pruned) {
    return tl::unexpected(pruned.error());
  }
  return static_cast<uint64_t>(id);
}

Result<std::vector<v1::Event>> EventTable::List(const EventFilter& filter) {
  auto list = database_.Prepare(SqlOf(filter));
  if (!list) return tl::unexpected(list.error());
  BindFilter(filter, *list);
  std::vector<v1::Event> events;
  while (true) {
    const auto row = list->Step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return events;
    const auto bytes = list->Bytes(1);
    auto& event = events.emplace_back();
    if (!event.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
      return Fail(ErrorCode::kCorrupt, "the store holds an event that cannot be read");
    }
    event.set_id(static_cast<uint64_t>(list->Int(0)));
  }
}

}  // namespace hypergauge::aggregator
