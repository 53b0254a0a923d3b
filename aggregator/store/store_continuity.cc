// The store's part for what tells nodes from their copies.
#include <utility>

#include "aggregator/store/continuity_table.h"
#include "aggregator/store/store.h"

namespace hypergauge::aggregator {

void Store::PutContinuity(std::string node_id, ContinuityState state, NodeDone done) {
  Enqueue({[this, node_id = std::move(node_id), state = std::move(state)] {
             return ContinuityTable(database_).Put(node_id, state);
           },
           std::move(done)});
}

Result<std::map<std::string, ContinuityState>> Store::LoadContinuity() {
  const std::lock_guard lock(database_mutex_);
  return ContinuityTable(database_).List();
}

Result<uint64_t> Store::HighestEpoch(const std::string& node_id) {
  const std::lock_guard lock(database_mutex_);
  auto statement = database_.Prepare(
      "SELECT coalesce(max(epoch), 0) FROM runs JOIN nodes USING(node) WHERE node_id = ?1");
  if (!statement) return tl::unexpected(statement.error());
  const auto row = statement->Bind(1, node_id).Step();
  if (!row) return tl::unexpected(row.error());
  return static_cast<uint64_t>(statement->Int(0));
}

}  // namespace hypergauge::aggregator
