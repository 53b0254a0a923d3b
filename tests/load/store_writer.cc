#include "tests/load/store_writer.h"

#include <future>
#include <utility>

namespace hypergauge::load {
namespace {

constexpr uint64_t kMostWaiting = 20'000;  // runs

}  // namespace

Result<aggregator::Schedule::Order> RunOrders::RunNow(const std::string& node_id,
                                                      const std::string& suite,
                                                      const std::vector<std::string>& benchmarks) {
  for (const auto& benchmark : benchmarks) waiting_.push_back({node_id, suite, benchmark});
  return aggregator::Schedule::Order{"run-" + std::to_string(++ordered_), 0};
}

Result<std::unique_ptr<StoreWriter>> StoreWriter::Open(const std::filesystem::path& folder,
                                                       std::chrono::nanoseconds interval) {
  std::error_code error;
  if (std::filesystem::exists(folder / "hypergauge.db", error)) {
    return Fail(ErrorCode::kInvalidArgument,
                folder.string() + " holds a store already; name a folder without one");
  }
  std::filesystem::create_directories(folder, error);
  if (error) return Fail(ErrorCode::kUnavailable, folder.string() + ": " + error.message());
  auto store = aggregator::Store::Open(folder);
  if (!store) return tl::unexpected(store.error());
  std::unique_ptr<StoreWriter> writer(new StoreWriter(std::move(*store), interval));
  writer->events_.SetListener(
      [raw = writer.get()](const v1::Event& event) { raw->analyst_.Happened(event); });
  if (auto restored = writer->analyst_.Restore(); !restored) {
    return tl::unexpected(restored.error());
  }
  return writer;
}

StoreWriter::StoreWriter(std::unique_ptr<aggregator::Store> store,
                         std::chrono::nanoseconds interval)
    : store_(std::move(store)),
      fleet_(interval),
      events_(*store_, clock_, metrics_,
              [this](const std::string& node_id) { return fleet_.LabelOf(node_id); }),
      environments_(*store_, events_,
                    [this](const std::string& node_id) { return fleet_.LabelOf(node_id); }),
      analyst_({}, {.store = *store_,
                    .fleet = fleet_,
                    .events = events_,
                    .steering = orders_,
                    .clock = clock_,
                    .metrics = metrics_,
                    .interval_of = [interval](const std::string& suite) {
                      return suite == "light" ? interval : std::chrono::hours(24);
                    }}) {}

void StoreWriter::Failed(const Error& error) {
  const std::lock_guard lock(mutex_);
  if (!error_) error_ = error;
}

void StoreWriter::Enroll(const SimNode& node, const v1::Hello& hello, const std::string& host_id) {
  const int64_t now = clock_.Realtime().count();
  const auto check = [this](const Result<void>& done) {
    if (!done) Failed(done.error());
  };
  store_->PutNode(hello, now, check);
  store_->PutStanding(node.node_id, aggregator::Standing::kListed, now, check);
  fleet_.Connected(hello, now);
  store_->PutLabel(node.node_id, fleet_.LabelOf(node.node_id), check);
  v1::PlacementEpoch epoch;
  epoch.set_began_unix_nanos(now);
  epoch.set_host(hello.placement().host());
  epoch.set_host_node_id(host_id);
  if (node.is_guest) {
    epoch.set_source(v1::Placement::SOURCE_DECLARED);
    fleet_.SetPlacement(node.node_id, epoch.host(), epoch.source(), /*contested=*/false);
  }
  store_->PutPlacementEpoch(node.node_id, std::move(epoch), check);
  environments_.Observe(node.node_id, hello.environment(), hello.platform(), now);
  v1::Event event;
  event.set_kind(v1::Event::KIND_NODE_ENROLLED);
  event.set_node_id(node.node_id);
  events_.Record(std::move(event));
}

void StoreWriter::Change(const v1::Hello& hello) {
  const int64_t now = clock_.Realtime().count();
  fleet_.Connected(hello, now);
  environments_.Observe(hello.identity().node_id(), hello.environment(), hello.platform(), now);
  store_->PutNode(hello, now, [this](const Result<void>& done) {
    if (!done) Failed(done.error());
  });
}

void StoreWriter::Seen(const SimNode& node, int64_t unix_nanos) {
  store_->PutStanding(node.node_id, aggregator::Standing::kListed, unix_nanos,
                      [this](const Result<void>& done) {
                        if (!done) Failed(done.error());
                      });
}

void StoreWriter::Put(v1::Run run) {
  analyst_.Record(run);
  store_->PutRun(std::move(run), [this](const Result<bool>& stored) {
    if (!stored) Failed(stored.error());
  });
  // What waits is in memory.
  if (++runs_ % kMostWaiting == 0) Flush();
}

void StoreWriter::Flush() {
  std::promise<void> written;
  store_->PutLeases(std::exchange(leases_, {}), [&](const Result<void>& done) {
    if (!done) Failed(done.error());
    written.set_value();
  });
  written.get_future().get();
}

Result<void> StoreWriter::Settle() {
  Flush();
  analyst_.RunRound();
  const std::lock_guard lock(mutex_);
  if (error_) return tl::unexpected(*error_);
  return {};
}

}  // namespace hypergauge::load
