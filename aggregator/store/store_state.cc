// Reads back what an aggregator goes on with.
#include "aggregator/store/epoch_table.h"
#include "aggregator/store/store.h"

namespace hypergauge::aggregator {
namespace {

template <typename T>
Result<T> Parse(std::string_view bytes, const std::string& what) {
  T message;
  if (!message.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
    return Fail(ErrorCode::kCorrupt, "the store holds " + what + " that cannot be read");
  }
  return message;
}

// One row after another to `take`, until the end or an error.
template <typename Take>
Result<void> ForEach(Result<Statement> rows, const std::optional<std::string>& node_id,
                     const Take& take) {
  if (!rows) return tl::unexpected(rows.error());
  if (node_id) rows->Bind(1, *node_id);
  while (true) {
    const auto row = rows->Step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return {};
    if (Result<void> taken = take(*rows); !taken) return taken;
  }
}

template <typename Epoch>
Result<void> ReadLasting(Database& database, const char* table,
                         std::map<std::string, Epoch>& epochs) {
  const auto rows = EpochTable(database, table).Lasting();
  if (!rows) return tl::unexpected(rows.error());
  for (const auto& row : *rows) {
    auto epoch = Parse<Epoch>(row.payload, "an epoch");
    if (!epoch) return tl::unexpected(epoch.error());
    epoch->set_began_unix_nanos(row.began_unix_nanos);
    epochs[row.node_id] = std::move(*epoch);
  }
  return {};
}

// Nodes that are in the lists (kListed or kNew), or the one that is asked for.
std::string Chosen(const std::optional<std::string>& node_id) {
  return node_id ? "n.node_id = ?1 " : "n.standing IN (0, 3) ";
}

}  // namespace

Result<StoredState> Store::LoadState() {
  return Load(std::nullopt);
}

Result<std::vector<std::string>> Store::FindVanished(const std::string& called) {
  const std::lock_guard lock(database_mutex_);
  std::vector<std::string> node_ids;
  if (called.empty()) return node_ids;  // as nodes of older releases have it
  for (const char* column : {"node_id", "label"}) {
    auto read =
        ForEach(database_.Prepare(std::string("SELECT node_id FROM nodes WHERE standing = 1 AND ") +
                                  column + " = ?1 ORDER BY node"),
                called, [&](const Statement& row) -> Result<void> {
                  node_ids.emplace_back(row.Bytes(0));
                  return {};
                });
    if (!read) return tl::unexpected(read.error());
    if (!node_ids.empty()) break;
  }
  return node_ids;
}

Result<StoredState> Store::LoadNode(const std::string& node_id) {
  return Load(node_id);
}

Result<StoredState> Store::Load(const std::optional<std::string>& node_id) {
  const std::lock_guard lock(database_mutex_);
  StoredState state;
  const std::string chosen = Chosen(node_id);
  auto read = ForEach(
      database_.Prepare("SELECT n.last_seen, n.hello, n.standing, n.label FROM nodes n WHERE " +
                        chosen + "ORDER BY n.node"),
      node_id, [&](const Statement& row) -> Result<void> {
        auto hello = Parse<v1::Hello>(row.Bytes(1), "a node");
        if (!hello) return tl::unexpected(hello.error());
        state.nodes.push_back({std::move(*hello), row.Int(0), static_cast<Standing>(row.Int(2)),
                               std::string(row.Bytes(3))});
        return {};
      });
  if (!read) return tl::unexpected(read.error());
  read = ForEach(
      database_.Prepare("SELECT DISTINCT r.node, r.epoch, r.sequence, r.payload FROM latest l "
                        "JOIN runs r ON r.node = l.node AND r.epoch = l.epoch "
                        "AND r.sequence = l.sequence JOIN nodes n ON n.node = l.node WHERE " +
                        chosen + "ORDER BY r.node, r.started"),
      node_id, [&](const Statement& row) -> Result<void> {
        auto run = Parse<v1::Run>(row.Bytes(3), "a run");
        if (!run) return tl::unexpected(run.error());
        state.latest.push_back(std::move(*run));
        return {};
      });
  if (!read) return tl::unexpected(read.error());
  read =
      ForEach(database_.Prepare("SELECT n.node_id, t.benchmark, t.verdict, t.runs FROM tallies t "
                                "JOIN nodes n USING(node) WHERE " +
                                chosen),
              node_id, [&](const Statement& row) -> Result<void> {
                state.tallies.push_back({std::string(row.Bytes(0)), std::string(row.Bytes(1)),
                                         static_cast<v1::Verdict>(row.Int(2)), row.Int(3)});
                return {};
              });
  if (!read) return tl::unexpected(read.error());
  read = ForEach(database_.Prepare(std::string("SELECT DISTINCT p.node_id, p.payload FROM "
                                               "placement_epochs p JOIN nodes n USING(node_id) "
                                               "WHERE ") +
                                   chosen),
                 node_id, [&](const Statement& row) -> Result<void> {
                   const auto epoch = Parse<v1::PlacementEpoch>(row.Bytes(1), "an epoch");
                   if (!epoch) return tl::unexpected(epoch.error());
                   if (!epoch->host().empty()) state.guests.emplace(row.Bytes(0));
                   return {};
                 });
  if (!read) return tl::unexpected(read.error());
  if (node_id) return state;  // its epochs ended when it left the lists
  read = ReadLasting(database_, "environment_epochs", state.environments);
  if (!read) return tl::unexpected(read.error());
  read = ReadLasting(database_, "placement_epochs", state.placements);
  if (!read) return tl::unexpected(read.error());
  return state;
}

}  // namespace hypergauge::aggregator
