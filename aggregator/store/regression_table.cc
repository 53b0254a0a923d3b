#include "aggregator/store/regression_table.h"

#include <algorithm>
#include <cstdint>

namespace hypergauge::aggregator {
namespace {

// All rows' messages, which stand in the only column.
Result<std::vector<v1::Regression>> ReadAll(Statement& list) {
  std::vector<v1::Regression> all;
  while (true) {
    const auto row = list.Step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return all;
    const auto bytes = list.Bytes(0);
    if (!all.emplace_back().ParseFromArray(bytes.data(), static_cast<int>(bytes.size()))) {
      return Fail(ErrorCode::kCorrupt, "the store holds a regression that cannot be read");
    }
  }
}

}  // namespace

Result<void> RegressionTable::Put(const v1::Regression& regression, bool open,
                                  int64_t changed_unix_nanos) {
  auto put = database_.Prepare("INSERT OR REPLACE INTO regressions VALUES(?1, ?2, ?3, ?4, ?5, ?6)");
  if (!put) return tl::unexpected(put.error());
  auto done = put->Bind(1, static_cast<int64_t>(regression.id()))
                  .Bind(2, int64_t{open ? 1 : 0})
                  .Bind(3, changed_unix_nanos)
                  .Bind(4, int64_t{regression.state()})
                  .Bind(5, int64_t{regression.effect_ratio() < 0 ? 1 : 0})
                  .BindBlob(6, regression.SerializeAsString())
                  .Run();
  if (!done) return done;
  auto raise = database_.Prepare(
      "INSERT INTO highest VALUES('regression', ?1) ON CONFLICT DO UPDATE SET "
      "value = excluded.value WHERE excluded.value > highest.value");
  if (!raise) return tl::unexpected(raise.error());
  done = raise->Bind(1, static_cast<int64_t>(regression.id())).Run();
  if (!done || open) return done;
  auto prune = database_.Prepare(
      "DELETE FROM regressions WHERE open = 0 AND regression IN (SELECT regression FROM "
      "regressions WHERE open = 0 ORDER BY changed DESC, regression DESC LIMIT -1 OFFSET ?1)");
  if (!prune) return tl::unexpected(prune.error());
  return prune->Bind(1, kMostOver).Run();
}

Result<std::vector<v1::Regression>> RegressionTable::Open() {
  auto list =
      database_.Prepare("SELECT payload FROM regressions WHERE open = 1 ORDER BY regression");
  if (!list) return tl::unexpected(list.error());
  return ReadAll(*list);
}

Result<std::vector<v1::Regression>> RegressionTable::Over(const RegressionFilter& filter,
                                                          uint64_t below_id, uint32_t most) {
  std::string sql = "SELECT payload FROM regressions WHERE open = 0 AND regression < ?";
  if (!filter.improvements) sql += " AND improved = 0";
  if (!filter.states.empty()) {
    sql += " AND state IN (?";
    for (size_t i = 1; i < filter.states.size(); ++i) sql += ", ?";
    sql += ")";
  }
  auto list = database_.Prepare(sql + " ORDER BY regression DESC LIMIT ?");
  if (!list) return tl::unexpected(list.error());
  constexpr uint64_t kHighest = INT64_MAX;
  int parameter = 0;
  list->Bind(++parameter, static_cast<int64_t>(std::min(below_id, kHighest)));
  for (const int state : filter.states) list->Bind(++parameter, int64_t{state});
  list->Bind(++parameter, int64_t{most});
  return ReadAll(*list);
}

Result<std::optional<v1::Regression>> RegressionTable::Find(uint64_t id) {
  auto find = database_.Prepare("SELECT payload FROM regressions WHERE regression = ?1");
  if (!find) return tl::unexpected(find.error());
  find->Bind(1, static_cast<int64_t>(id));
  auto found = ReadAll(*find);
  if (!found) return tl::unexpected(found.error());
  if (found->empty()) return std::nullopt;
  return std::move(found->front());
}

Result<void> RegressionTable::Drop(uint64_t id) {
  auto drop = database_.Prepare("DELETE FROM regressions WHERE regression = ?1");
  if (!drop) return tl::unexpected(drop.error());
  return drop->Bind(1, static_cast<int64_t>(id)).Run();
}

Result<uint64_t> RegressionTable::HighestId() {
  auto find = database_.Prepare("SELECT value FROM highest WHERE name = 'regression'");
  if (!find) return tl::unexpected(find.error());
  const auto row = find->Step();
  if (!row) return tl::unexpected(row.error());
  return *row ? static_cast<uint64_t>(find->Int(0)) : 0;
}

Result<bool> DatasetTable::Put(const std::string& name, const std::string& json) {
  auto put = database_.Prepare(
      "INSERT OR REPLACE INTO datasets SELECT ?1, ?2 "
      "WHERE (SELECT count(*) FROM datasets WHERE name <> ?1) < ?3");
  if (!put) return tl::unexpected(put.error());
  if (auto done = put->Bind(1, name).Bind(2, json).Bind(3, kMost).Run(); !done) {
    return tl::unexpected(done.error());
  }
  return database_.Changes() > 0;
}

Result<std::optional<std::string>> DatasetTable::Find(const std::string& name) {
  auto find = database_.Prepare("SELECT payload FROM datasets WHERE name = ?1");
  if (!find) return tl::unexpected(find.error());
  const auto row = find->Bind(1, name).Step();
  if (!row) return tl::unexpected(row.error());
  if (!*row) return std::nullopt;
  return std::string(find->Bytes(0));
}

Result<std::vector<std::string>> DatasetTable::Names() {
  auto list = database_.Prepare("SELECT name FROM datasets ORDER BY name");
  if (!list) return tl::unexpected(list.error());
  std::vector<std::string> names;
  while (true) {
    const auto row = list->Step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return names;
    names.emplace_back(list->Bytes(0));
  }
}

}  // namespace hypergauge::aggregator
