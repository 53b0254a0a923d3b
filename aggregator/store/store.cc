#include "aggregator/store/store.h"

#include <chrono>
#include <utility>

namespace hypergauge::aggregator {

struct Store::Statements {
  Statement put_node;
  Statement find_node;
  Statement put_run;
  Statement put_latest;
  Statement put_tally;
  Statement highest;
  PointWriter points;
};

namespace {

constexpr std::string_view kPutNode =
    "INSERT INTO nodes(node_id, last_seen, hello, standing) VALUES(?1, ?2, ?3, 3) "
    "ON CONFLICT(node_id) DO UPDATE SET last_seen = excluded.last_seen, hello = excluded.hello";
constexpr std::string_view kFindNode = "SELECT node FROM nodes WHERE node_id = ?1";
constexpr std::string_view kPutRun =
    "INSERT INTO runs VALUES(?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING";
constexpr std::string_view kPutLatest =
    "INSERT INTO latest VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7) "
    "ON CONFLICT DO UPDATE SET started = excluded.started, epoch = excluded.epoch, "
    "sequence = excluded.sequence WHERE excluded.started >= latest.started";
constexpr std::string_view kPutTally =
    "INSERT INTO tallies VALUES(?1, ?2, ?3, 1) ON CONFLICT DO UPDATE SET runs = runs + 1";
constexpr std::string_view kHighest =
    "SELECT coalesce(max(sequence), 0) FROM runs WHERE node = ?1 AND epoch = ?2";

}  // namespace

Result<std::unique_ptr<Store>> Store::Open(const std::filesystem::path& folder,
                                           CommitObserver observe) {
  // Before the lock is made, so that a foreign folder gets not even that.
  if (auto checked = CheckStoreHeader(folder); !checked) return tl::unexpected(checked.error());
  auto lock = FolderLock::Take(folder);
  if (!lock) return tl::unexpected(lock.error());
  auto database = OpenStoreFile(folder);
  if (!database) return tl::unexpected(database.error());
  std::unique_ptr<Store> store(
      new Store(std::move(*lock), std::move(*database), folder, std::move(observe)));
  if (auto prepared = store->PrepareStatements(); !prepared) {
    return tl::unexpected(prepared.error());
  }
  store->writer_ = std::thread([raw = store.get()] { raw->Write(); });
  return store;
}

Store::Store(FolderLock lock, Database database, std::filesystem::path folder,
             CommitObserver observe)
    : lock_(std::move(lock)),
      folder_(std::move(folder)),
      observe_(std::move(observe)),
      database_(std::move(database)) {}

Store::~Store() {
  {
    const std::lock_guard lock(queue_mutex_);
    stopping_ = true;
  }
  queued_.notify_one();
  if (writer_.joinable()) writer_.join();
}

Result<void> Store::PrepareStatements() {
  std::vector<Statement> prepared;
  for (const auto sql : {kPutNode, kFindNode, kPutRun, kPutLatest, kPutTally, kHighest}) {
    auto statement = database_.Prepare(sql);
    if (!statement) return tl::unexpected(statement.error());
    prepared.push_back(std::move(*statement));
  }
  auto points = PointWriter::Prepare(database_);
  if (!points) return tl::unexpected(points.error());
  statements_ = std::make_unique<Statements>(Statements{
      std::move(prepared[0]), std::move(prepared[1]), std::move(prepared[2]),
      std::move(prepared[3]), std::move(prepared[4]), std::move(prepared[5]), std::move(*points)});
  return {};
}

void Store::Enqueue(Change change) {
  {
    const std::lock_guard lock(queue_mutex_);
    queue_.push_back(std::move(change));
  }
  queued_.notify_one();
}

void Store::PutNode(v1::Hello hello, int64_t last_seen_unix_nanos, NodeDone done) {
  Enqueue({[this, hello = std::move(hello), last_seen_unix_nanos] {
             return ApplyNode(hello, last_seen_unix_nanos);
           },
           std::move(done)});
}

void Store::PutRun(v1::Run run, RunDone done) {
  const auto inserted = std::make_shared<bool>(false);
  Enqueue({[this, inserted, run = std::move(run)]() -> Result<void> {
             const auto applied = ApplyRun(run);
             if (!applied) return tl::unexpected(applied.error());
             *inserted = *applied;
             return {};
           },
           [inserted, done = std::move(done)](const Result<void>& stored) {
             if (!done) return;
             done(stored ? Result<bool>(*inserted) : tl::unexpected(stored.error()));
           }});
}

Result<uint64_t> Store::HighestSequence(const std::string& node_id, uint64_t epoch) {
  const std::lock_guard lock(database_mutex_);
  const auto key = NodeKey(node_id);
  if (!key && key.error().code == ErrorCode::kNotFound) return 0;
  if (!key) return tl::unexpected(key.error());
  auto& statement = statements_->highest;
  const auto row = statement.Bind(1, *key).Bind(2, static_cast<int64_t>(epoch)).Step();
  if (!row) return tl::unexpected(row.error());
  const auto sequence = static_cast<uint64_t>(statement.Int(0));
  if (auto ended = statement.Run(); !ended) return tl::unexpected(ended.error());
  return sequence;
}

uint64_t Store::SizeBytes() const {
  uint64_t total = 0;
  for (const char* name : {"hypergauge.db", "hypergauge.db-wal"}) {
    std::error_code absent;
    const auto size = std::filesystem::file_size(folder_ / name, absent);
    if (!absent) total += size;
  }
  return total;
}

void Store::Write() {
  std::unique_lock lock(queue_mutex_);
  while (true) {
    queued_.wait(lock, [&] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;  // stopping, and all is written
    std::deque<Change> changes;
    changes.swap(queue_);
    lock.unlock();
    Commit(changes);
    lock.lock();
  }
}

void Store::Commit(std::deque<Change>& changes) {
  const auto start = std::chrono::steady_clock::now();
  const auto applied = Apply(changes);
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  if (observe_) observe_(seconds.count(), changes.size());
  for (auto& change : changes) {
    if (change.done) change.done(applied);
  }
}

Result<void> Store::Apply(std::deque<Change>& changes) {
  const std::lock_guard lock(database_mutex_);
  auto result = database_.Execute("BEGIN IMMEDIATE");
  for (auto& change : changes) {
    if (!result) break;
    result = change.apply();
  }
  if (result) result = database_.Execute("COMMIT");
  if (!result) {
    node_keys_.clear();  // a key given out in this transaction is void
    statements_->points.Forget();
    // SQLite has already rolled back after some errors; a second time is then an error of its own.
    (void)database_.Execute("ROLLBACK");
  }
  return result;
}

void Store::ForgetSeriesIds() {
  statements_->points.Forget();
}

Result<void> Store::ApplyNode(const v1::Hello& hello, int64_t last_seen) {
  return statements_->put_node.Bind(1, hello.identity().node_id())
      .Bind(2, last_seen)
      .BindBlob(3, hello.SerializeAsString())
      .Run();
}

Result<int64_t> Store::NodeKey(const std::string& node_id) {
  if (const auto known = node_keys_.find(node_id); known != node_keys_.end()) return known->second;
  auto& statement = statements_->find_node;
  const auto row = statement.Bind(1, node_id).Step();
  if (!row) return tl::unexpected(row.error());
  if (!*row) return Fail(ErrorCode::kNotFound, "the store knows no node " + node_id);
  const int64_t key = statement.Int(0);
  if (auto ended = statement.Run(); !ended) return tl::unexpected(ended.error());
  node_keys_.emplace(node_id, key);
  return key;
}

Result<bool> Store::ApplyRun(const v1::Run& run) {
  const auto key = NodeKey(run.id().node_id());
  if (!key) return tl::unexpected(key.error());
  const auto epoch = static_cast<int64_t>(run.id().epoch());
  const auto sequence = static_cast<int64_t>(run.id().sequence());
  auto put = statements_->put_run.Bind(1, *key)
                 .Bind(2, epoch)
                 .Bind(3, sequence)
                 .Bind(4, EffectiveStart(run))
                 .BindBlob(5, run.SerializeAsString())
                 .Run();
  if (!put) return tl::unexpected(put.error());
  if (database_.Changes() == 0) return false;
  for (const int clean : {0, 1}) {
    if (clean == 1 && run.verdict() != v1::VERDICT_CLEAN) continue;
    put = statements_->put_latest.Bind(1, *key)
              .Bind(2, run.benchmark())
              .Bind(3, run.suite())
              .Bind(4, int64_t{clean})
              .Bind(5, EffectiveStart(run))
              .Bind(6, epoch)
              .Bind(7, sequence)
              .Run();
    if (!put) return tl::unexpected(put.error());
  }
  put = statements_->put_tally.Bind(1, *key)
            .Bind(2, run.benchmark())
            .Bind(3, int64_t{run.verdict()})
            .Run();
  if (!put) return tl::unexpected(put.error());
  if (put = statements_->points.Put(run); !put) return tl::unexpected(put.error());
  return true;
}

}  // namespace hypergauge::aggregator
