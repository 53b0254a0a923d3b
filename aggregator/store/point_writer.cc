#include "aggregator/store/point_writer.h"

#include <utility>

namespace hypergauge::aggregator {
namespace {

// A third of a kilobyte each. Past it they are looked up in the file again, which is slower.
constexpr size_t kMostKnown = 200'000;

constexpr std::string_view kFind =
    "SELECT series FROM series WHERE node_id = ?1 AND benchmark = ?2 AND suite = ?3 "
    "AND family = ?4 AND labels = ?5 AND segment = ?6";
constexpr std::string_view kAdd =
    "INSERT INTO series(node_id, benchmark, suite, family, labels, segment) "
    "VALUES(?1, ?2, ?3, ?4, ?5, ?6) RETURNING series";
constexpr std::string_view kPut =
    "INSERT INTO points VALUES(?1, ?2, ?3, ?4, ?5, ?6) ON CONFLICT DO NOTHING";

Statement& BindKey(Statement& statement, const SeriesKey& key) {
  return statement.Bind(1, key.node_id)
      .Bind(2, key.benchmark)
      .Bind(3, key.suite)
      .Bind(4, key.family)
      .Bind(5, key.labels)
      .Bind(6, key.segment);
}

}  // namespace

Result<PointWriter> PointWriter::Prepare(Database& database) {
  auto find = database.Prepare(kFind);
  if (!find) return tl::unexpected(find.error());
  auto add = database.Prepare(kAdd);
  if (!add) return tl::unexpected(add.error());
  auto put = database.Prepare(kPut);
  if (!put) return tl::unexpected(put.error());
  return PointWriter(std::move(*find), std::move(*add), std::move(*put));
}

Result<int64_t> PointWriter::IdOf(const SeriesKey& key) {
  std::string joined = JoinedKey(key);
  if (const auto known = known_.find(joined); known != known_.end()) return known->second;
  int64_t id = 0;
  for (auto* statement : {&find_, &add_}) {
    const auto row = BindKey(*statement, key).Step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) continue;
    id = statement->Int(0);
    if (auto ended = statement->Run(); !ended) return tl::unexpected(ended.error());
    break;
  }
  if (known_.size() >= kMostKnown) known_.clear();
  known_.emplace(std::move(joined), id);
  return id;
}

Result<void> PointWriter::Put(const v1::Run& run) {
  if (run.verdict() != v1::VERDICT_CLEAN) return {};
  for (const auto& measure : run.measures()) {
    const auto id = IdOf(KeyOf(run, measure));
    if (!id) return tl::unexpected(id.error());
    auto put = put_.Bind(1, *id)
                   .Bind(2, EffectiveStart(run))
                   .Bind(3, static_cast<int64_t>(run.id().sequence()))
                   .BindReal(4, measure.median())
                   .Bind(5, static_cast<int64_t>(run.round()))
                   .Bind(6, int64_t{run.round_pass()})
                   .Run();
    if (!put) return put;
  }
  return {};
}

Result<void> FillPoints(Database& database) {
  auto writer = PointWriter::Prepare(database);
  if (!writer) return tl::unexpected(writer.error());
  auto runs = database.Prepare("SELECT payload FROM runs");
  if (!runs) return tl::unexpected(runs.error());
  v1::Run run;
  while (true) {
    const auto row = runs->Step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return {};
    const auto bytes = runs->Bytes(0);
    if (!run.ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
      return Fail(ErrorCode::kCorrupt, "the store holds a run that cannot be read");
    }
    if (auto put = writer->Put(run); !put) return put;
  }
}

}  // namespace hypergauge::aggregator
