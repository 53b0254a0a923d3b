// The store's part for what happened to nodes: standing, epochs, events.
#include <memory>
#include <utility>

#include "aggregator/store/epoch_table.h"
#include "aggregator/store/store.h"

namespace hypergauge::aggregator {
namespace {

constexpr const char* kEnvironments = "environment_epochs";
constexpr const char* kPlacements = "placement_epochs";

template <typename Epoch>
EpochTable::Row RowOf(const std::string& node_id, Epoch epoch) {
  EpochTable::Row row{node_id, epoch.began_unix_nanos(), epoch.ended_unix_nanos(), {}};
  epoch.clear_began_unix_nanos();
  epoch.clear_ended_unix_nanos();
  row.payload = epoch.SerializeAsString();
  return row;
}

template <typename Epoch>
Result<void> ReadRow(const EpochTable::Row& row, Epoch& epoch) {
  if (!epoch.ParseFromString(row.payload)) {
    return Fail(ErrorCode::kCorrupt, "the store holds an epoch that cannot be read");
  }
  epoch.set_began_unix_nanos(row.began_unix_nanos);
  epoch.set_ended_unix_nanos(row.ended_unix_nanos);
  return {};
}

}  // namespace

void Store::PutStanding(std::string node_id, Standing standing, int64_t last_seen_unix_nanos,
                        NodeDone done) {
  Enqueue({[=, this, node_id = std::move(node_id)] {
             return ApplyStanding(node_id, standing, last_seen_unix_nanos);
           },
           std::move(done)});
}

Result<void> Store::ApplyStanding(const std::string& node_id, Standing standing,
                                  int64_t last_seen) {
  auto put = database_.Prepare("UPDATE nodes SET standing = ?2, last_seen = ?3 WHERE node_id = ?1");
  if (!put) return tl::unexpected(put.error());
  return put->Bind(1, node_id).Bind(2, static_cast<int64_t>(standing)).Bind(3, last_seen).Run();
}

void Store::PutLabel(std::string node_id, std::string label, NodeDone done) {
  Enqueue({[this, node_id = std::move(node_id), label = std::move(label)]() -> Result<void> {
             auto put = database_.Prepare("UPDATE nodes SET label = ?2 WHERE node_id = ?1");
             if (!put) return tl::unexpected(put.error());
             return put->Bind(1, node_id).Bind(2, label).Run();
           },
           std::move(done)});
}

void Store::PutEnvironmentEpoch(const std::string& node_id, v1::EnvironmentEpoch epoch,
                                NodeDone done) {
  Enqueue({[this, row = RowOf(node_id, std::move(epoch))] {
             return EpochTable(database_, kEnvironments).Begin(row);
           },
           std::move(done)});
}

void Store::PutPlacementEpoch(const std::string& node_id, v1::PlacementEpoch epoch, NodeDone done) {
  Enqueue({[this, row = RowOf(node_id, std::move(epoch))] {
             return EpochTable(database_, kPlacements).Begin(row);
           },
           std::move(done)});
}

void Store::EndEpochs(const std::string& node_id, int64_t at_unix_nanos, NodeDone done) {
  Enqueue({[=, this]() -> Result<void> {
             auto ended = EpochTable(database_, kEnvironments).End(node_id, at_unix_nanos);
             if (!ended) return ended;
             return EpochTable(database_, kPlacements).End(node_id, at_unix_nanos);
           },
           std::move(done)});
}

Result<v1::ListEpochsResponse> Store::Epochs(const std::string& node_id) {
  const std::lock_guard lock(database_mutex_);
  v1::ListEpochsResponse response;
  const auto environments = EpochTable(database_, kEnvironments).Of(node_id);
  if (!environments) return tl::unexpected(environments.error());
  for (const auto& row : *environments) {
    if (auto read = ReadRow(row, *response.add_environments()); !read) {
      return tl::unexpected(read.error());
    }
  }
  const auto placements = EpochTable(database_, kPlacements).Of(node_id);
  if (!placements) return tl::unexpected(placements.error());
  for (const auto& row : *placements) {
    if (auto read = ReadRow(row, *response.add_placements()); !read) {
      return tl::unexpected(read.error());
    }
  }
  return response;
}

void Store::PutEvent(v1::Event event, EventDone done) {
  const auto id = std::make_shared<uint64_t>(0);
  Enqueue({[this, id, event = std::move(event)]() -> Result<void> {
             const auto put = EventTable(database_).Put(event);
             if (!put) return tl::unexpected(put.error());
             *id = *put;
             return {};
           },
           [id, done = std::move(done)](const Result<void>& stored) {
             if (!done) return;
             done(stored ? Result<uint64_t>(*id) : tl::unexpected(stored.error()));
           }});
}

Result<std::vector<v1::Event>> Store::Events(const EventFilter& filter) {
  const std::lock_guard lock(database_mutex_);
  return EventTable(database_).List(filter);
}

}  // namespace hypergauge::aggregator
