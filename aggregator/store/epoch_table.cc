#include "aggregator/store/epoch_table.h"

namespace hypergauge::aggregator {

Result<void> EpochTable::End(const std::string& node_id, int64_t at_unix_nanos) {
  // Nothing ends before it began, though the clock may have been set back.
  auto end = database_.Prepare("UPDATE " + table_ +
                               " SET ended = max(?2, began) WHERE node_id = ?1 AND ended = 0");
  if (!end) return tl::unexpected(end.error());
  return end->Bind(1, node_id).Bind(2, at_unix_nanos).Run();
}

Result<void> EpochTable::Begin(const Row& row) {
  if (auto ended = End(row.node_id, row.began_unix_nanos); !ended) return ended;
  auto begin = database_.Prepare("INSERT INTO " + table_ +
                                 "(node_id, began, ended, payload) VALUES(?1, ?2, ?3, ?4)");
  if (!begin) return tl::unexpected(begin.error());
  auto begun = begin->Bind(1, row.node_id)
                   .Bind(2, row.began_unix_nanos)
                   .Bind(3, row.ended_unix_nanos)
                   .BindBlob(4, row.payload)
                   .Run();
  if (!begun) return begun;
  auto prune = database_.Prepare("DELETE FROM " + table_ +
                                 " WHERE node_id = ?1 AND epoch <= (SELECT epoch FROM " + table_ +
                                 " WHERE node_id = ?1 ORDER BY epoch DESC LIMIT 1 OFFSET ?2)");
  if (!prune) return tl::unexpected(prune.error());
  return prune->Bind(1, row.node_id).Bind(2, kMostEpochs).Run();
}

Result<std::vector<EpochTable::Row>> EpochTable::Of(const std::string& node_id) {
  auto list = database_.Prepare("SELECT node_id, began, ended, payload FROM " + table_ +
                                " WHERE node_id = ?1 ORDER BY epoch");
  if (!list) return tl::unexpected(list.error());
  list->Bind(1, node_id);
  return Read(*list);
}

Result<std::vector<EpochTable::Row>> EpochTable::Lasting() {
  auto list = database_.Prepare("SELECT node_id, began, ended, payload FROM " + table_ +
                                " WHERE ended = 0 ORDER BY epoch");
  if (!list) return tl::unexpected(list.error());
  return Read(*list);
}

Result<std::vector<EpochTable::Row>> EpochTable::Read(Statement& statement) {
  std::vector<Row> rows;
  while (true) {
    const auto more = statement.Step();
    if (!more) return tl::unexpected(more.error());
    if (!*more) return rows;
    rows.push_back({std::string(statement.Bytes(0)), statement.Int(1), statement.Int(2),
                    std::string(statement.Bytes(3))});
  }
}

}  // namespace hypergauge::aggregator
