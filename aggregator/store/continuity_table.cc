#include "aggregator/store/continuity_table.h"

namespace hypergauge::aggregator {

Result<void> ContinuityTable::Put(const std::string& node_id, const ContinuityState& state) {
  auto put =
      database_.Prepare("INSERT OR REPLACE INTO continuity VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)");
  if (!put) return tl::unexpected(put.error());
  return put->Bind(1, node_id)
      .Bind(2, static_cast<int64_t>(state.issued.counter()))
      .BindBlob(3, state.issued.secret())
      .Bind(4, static_cast<int64_t>(state.confirmed.counter()))
      .BindBlob(5, state.confirmed.secret())
      .Bind(6, state.uuid_digest)
      .Bind(7, state.generation)
      .Bind(8, state.given_to)
      .Run();
}

Result<std::map<std::string, ContinuityState>> ContinuityTable::List() {
  auto list = database_.Prepare(
      "SELECT node_id, issued_counter, issued_secret, confirmed_counter, confirmed_secret, "
      "uuid_digest, generation, given_to FROM continuity");
  if (!list) return tl::unexpected(list.error());
  std::map<std::string, ContinuityState> states;
  while (true) {
    const auto row = list->Step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return states;
    auto& state = states[std::string(list->Bytes(0))];
    state.issued.set_counter(static_cast<uint64_t>(list->Int(1)));
    state.issued.set_secret(std::string(list->Bytes(2)));
    state.confirmed.set_counter(static_cast<uint64_t>(list->Int(3)));
    state.confirmed.set_secret(std::string(list->Bytes(4)));
    state.uuid_digest = list->Bytes(5);
    state.generation = list->Bytes(6);
    state.given_to = list->Bytes(7);
  }
}

}  // namespace hypergauge::aggregator
