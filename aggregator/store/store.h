#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "aggregator/store/analysis_record.h"
#include "aggregator/store/continuity_state.h"
#include "aggregator/store/event_table.h"
#include "aggregator/store/lease_table.h"
#include "aggregator/store/point_writer.h"
#include "aggregator/store/regression_table.h"
#include "aggregator/store/series_key.h"
#include "aggregator/store/store_file.h"
#include "base/result.h"
#include "hypergauge/v1/analysis.pb.h"
#include "hypergauge/v1/query.pb.h"
#include "hypergauge/v1/run.pb.h"
#include "hypergauge/v1/schedule.pb.h"
#include "hypergauge/v1/session.pb.h"

namespace hypergauge::aggregator {

/// Whether a node is in the lists. A number of the store's files.
enum class Standing {
  kListed = 0,
  kVanished = 1,  ///< silent for too long
  kRemoved = 2,   ///< by command
  kNew = 3,       ///< put, and never said to be listed since
};

/// What an aggregator needs to go on where the last one stopped.
struct StoredState {
  struct Node {
    v1::Hello hello;
    int64_t last_seen_unix_nanos = 0;
    Standing standing = Standing::kListed;
    std::string label = {};  ///< the last one that it had; empty for none
  };
  struct Tally {
    std::string node_id;
    std::string benchmark;
    v1::Verdict verdict;
    int64_t runs = 0;
  };
  std::vector<Node> nodes;      ///< that are listed
  std::vector<v1::Run> latest;  ///< last and last clean run a node, benchmark and suite
  std::vector<Tally> tallies;
  /// Those that last, by node_id.
  std::map<std::string, v1::EnvironmentEpoch> environments;
  std::map<std::string, v1::PlacementEpoch> placements;
  std::set<std::string> guests;  ///< node_ids that were on a host once
};

/// Told about a commit. `transaction_seconds` includes the write to disk.
using CommitObserver = std::function<void(double transaction_seconds, size_t changes)>;

/// Every run, durably, once. One writer thread commits all that has queued up as one transaction.
/// Threads: any.
class Store {
 public:
  /// Called on the writer thread: after the transaction is on disk with whether the run was new
  /// (false: it was stored before), or with the error that kept it out; nothing of that transaction
  /// is stored then.
  using RunDone = std::function<void(const Result<bool>& inserted)>;
  using NodeDone = std::function<void(const Result<void>& stored)>;
  using EventDone = std::function<void(const Result<uint64_t>& id)>;

  /// Errors: those of FolderLock::Take and OpenStoreFile.
  [[nodiscard]] static Result<std::unique_ptr<Store>> Open(const std::filesystem::path& folder,
                                                           CommitObserver observe = {});
  /// Commits what has queued up.
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  /// Of all that is listed. What is put meanwhile may be missing.
  [[nodiscard]] Result<StoredState> LoadState();
  /// Of one node, whatever its standing; nothing for a node that was never put.
  [[nodiscard]] Result<StoredState> LoadNode(const std::string& node_id);

  /// node_ids of nodes that vanished and have this node_id, or else had this label last.
  [[nodiscard]] Result<std::vector<std::string>> FindVanished(const std::string& called);

  /// Stores or replaces what is known of a node; its standing stays as it is. Put it before its
  /// first run.
  void PutNode(v1::Hello hello, int64_t last_seen_unix_nanos, NodeDone done);
  void PutRun(v1::Run run, RunDone done);

  /// Lists a node or takes it out, and keeps when it was last heard of. Its runs stay either way.
  /// Does nothing for a node that was never put.
  void PutStanding(std::string node_id, Standing standing, int64_t last_seen_unix_nanos,
                   NodeDone done = {});

  /// Keeps under which label a node is listed. Does nothing for a node that was never put.
  void PutLabel(std::string node_id, std::string label, NodeDone done = {});

  /// Begins an epoch at `began_unix_nanos` and ends the node's last one in the same moment.
  void PutEnvironmentEpoch(const std::string& node_id, v1::EnvironmentEpoch epoch,
                           NodeDone done = {});
  void PutPlacementEpoch(const std::string& node_id, v1::PlacementEpoch epoch, NodeDone done = {});
  /// Ends what lasts of a node.
  void EndEpochs(const std::string& node_id, int64_t at_unix_nanos, NodeDone done = {});
  /// Of one node, oldest first.
  [[nodiscard]] Result<v1::ListEpochsResponse> Epochs(const std::string& node_id);

  /// What tells a node from its copies. Stored no later than what is put after it.
  void PutContinuity(std::string node_id, ContinuityState state, NodeDone done = {});
  /// Of all nodes, listed or not, by node_id.
  [[nodiscard]] Result<std::map<std::string, ContinuityState>> LoadContinuity();

  /// Appends an event; its id is the store's. Events are stored in the order of the calls.
  void PutEvent(v1::Event event, EventDone done = {});

  /// Newest first.
  [[nodiscard]] Result<std::vector<v1::Event>> Events(const EventFilter& filter);

  /// Stores leases or replaces those with the same token, all or none. What begins a node's round
  /// (PURPOSE_ROUND and PURPOSE_MAKE_UP up to the first pass) is its last round of the plan from
  /// then on, unless a later one is known. So is a network turn, of the plan without a name.
  void PutLeases(std::vector<v1::LeaseRecord> leases, NodeDone done = {});
  /// Those that last, and those that ended after `since_unix_nanos`, by token.
  [[nodiscard]] Result<std::vector<v1::LeaseRecord>> Leases(int64_t since_unix_nanos);
  [[nodiscard]] Result<std::optional<v1::LeaseRecord>> FindLease(uint64_t token);
  /// When the last round of a node_id and plan began, nanoseconds since 1970; later than now where
  /// the clock was set back.
  [[nodiscard]] Result<std::map<std::pair<std::string, std::string>, int64_t>> LastRounds();
  /// The highest token of a lease or slot, and the highest round, that was ever put; 0 for none.
  [[nodiscard]] Result<uint64_t> LastToken();
  [[nodiscard]] Result<uint64_t> LastRound();
  /// Deletes leases that ended before. Rounds and highest numbers stay.
  void ForgetLeases(int64_t ended_before_unix_nanos, NodeDone done = {});

  /// Replaces all pauses, of which each host has one.
  void PutPauses(std::vector<v1::Pause> all, NodeDone done = {});
  [[nodiscard]] Result<std::vector<v1::Pause>> Pauses();

  /// Stores a slot or replaces the one with the same token.
  void PutSlot(v1::SlotRecord slot, NodeDone done = {});
  /// By token.
  [[nodiscard]] Result<std::vector<v1::SlotRecord>> Slots();
  void ForgetSlots(int64_t valid_before_unix_nanos, NodeDone done = {});

  /// Replaces what is known of these hosts' days, of which each has one.
  void PutDays(std::vector<HostDayRow> days, NodeDone done = {});
  /// By host.
  [[nodiscard]] Result<std::vector<HostDayRow>> Days();

  /// Of clean runs there are points, stored with the run; they stay when the node leaves the lists.
  /// By id, which grows with the time that a series began.
  [[nodiscard]] Result<std::vector<StoredSeries>> AllSeries();
  [[nodiscard]] Result<std::vector<SeriesSpan>> AllSpans();
  /// The series that differ from the key in their segments alone, and that of the key; by id.
  [[nodiscard]] Result<std::vector<SeriesSpan>> Segments(const SeriesKey& key);
  /// A node's series with points in that time, in the order of their keys.
  [[nodiscard]] Result<std::vector<StoredSeries>> SeriesOfNode(const std::string& node_id,
                                                               TimeRange in_time);
  /// The first `most` points of that time, oldest first.
  [[nodiscard]] Result<std::vector<PointInTime>> Points(int64_t series, TimeRange in_time,
                                                        size_t most);
  /// The last `most` points of a series' id, oldest first by when their runs began.
  [[nodiscard]] Result<std::vector<StoredPoint>> LastPoints(int64_t series, size_t most);
  /// Those at or after `since_unix_nanos` that belong to a round, oldest first. Points of a host
  /// and of its guests with the same round make a block.
  [[nodiscard]] Result<std::vector<StoredPoint>> RoundPoints(int64_t series,
                                                             int64_t since_unix_nanos);

  /// Forgets series without a point since, with their points and marks: of the `most` after
  /// `after`, in one transaction. Tells the last one that it looked at, 0 at the end.
  void TrimSeries(int64_t after, size_t most, int64_t since_unix_nanos,
                  std::function<void(const Result<int64_t>& last)> done);

  /// All of it in one transaction: rows with the same ids are replaced, events appended.
  void PutAnalysis(AnalysisRecord record, NodeDone done = {});
  /// Where levels of series begin, by series and beginning.
  [[nodiscard]] Result<std::vector<StoredMark>> Marks();

  /// By id.
  [[nodiscard]] Result<std::vector<v1::Regression>> OpenRegressions();
  /// Newest first.
  [[nodiscard]] Result<std::vector<v1::Regression>> PastRegressions(const RegressionFilter& filter);
  [[nodiscard]] Result<std::optional<v1::Regression>> FindRegression(uint64_t id);
  /// The highest id that was ever put; 0 for none.
  [[nodiscard]] Result<uint64_t> LastRegression();

  /// Stores an imported data set's JSON or replaces the one with the same name. Errors:
  /// kUnavailable for one more than DatasetTable::kMost.
  void PutDataset(std::string name, std::string json, NodeDone done = {});
  [[nodiscard]] Result<std::optional<std::string>> FindDataset(const std::string& name);
  /// In order.
  [[nodiscard]] Result<std::vector<std::string>> DatasetNames();

  /// The highest sequence stored for a node and epoch; 0 where there is none.
  [[nodiscard]] Result<uint64_t> HighestSequence(const std::string& node_id, uint64_t epoch);

  /// The highest epoch of a node's stored runs; 0 where there is none.
  [[nodiscard]] Result<uint64_t> HighestEpoch(const std::string& node_id);

  /// Bytes of the store's files.
  [[nodiscard]] uint64_t SizeBytes() const;

 private:
  // One of the transaction that is next: what it does to the tables, and whom to tell how it ended.
  struct Change {
    std::function<Result<void>()> apply;
    std::function<void(const Result<void>& stored)> done;
  };
  struct Statements;

  Store(FolderLock lock, Database database, std::filesystem::path folder, CommitObserver observe);
  [[nodiscard]] Result<void> PrepareStatements();
  void Enqueue(Change change);
  void Write();
  void Commit(std::deque<Change>& changes);
  [[nodiscard]] Result<void> Apply(std::deque<Change>& changes);
  [[nodiscard]] Result<void> ApplyNode(const v1::Hello& hello, int64_t last_seen);
  [[nodiscard]] Result<bool> ApplyRun(const v1::Run& run);
  [[nodiscard]] Result<void> ApplyStanding(const std::string& node_id, Standing standing,
                                           int64_t last_seen);
  void ForgetSeriesIds();
  [[nodiscard]] Result<std::vector<SeriesInTime>> SeriesPage(const SeriesKey& after,
                                                             TimeRange in_time);
  [[nodiscard]] Result<std::vector<PointInTime>> PointPage(int64_t series, const PointInTime& after,
                                                           int64_t until, size_t most);
  [[nodiscard]] Result<std::vector<v1::Regression>> PastPage(const RegressionFilter& filter,
                                                             uint64_t below, uint32_t most);
  [[nodiscard]] Result<void> ApplyAnalysis(const AnalysisRecord& record);
  [[nodiscard]] Result<StoredState> Load(const std::optional<std::string>& node_id);
  [[nodiscard]] Result<int64_t> NodeKey(const std::string& node_id);

  FolderLock lock_;
  std::filesystem::path folder_;
  CommitObserver observe_;
  std::mutex database_mutex_;  // guards database_ and statements_
  Database database_;
  std::unique_ptr<Statements> statements_;
  std::map<std::string, int64_t> node_keys_;  // a cache of nodes(node_id, node)
  std::mutex queue_mutex_;                    // guards queue_ and stopping_
  std::condition_variable queued_;
  std::deque<Change> queue_;
  bool stopping_ = false;
  std::thread writer_;
};

}  // namespace hypergauge::aggregator
