#pragma once

#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "aggregator/ingest/lease_right.h"
#include "aggregator/ingest/run_placement.h"
#include "aggregator/ingest/run_time.h"
#include "aggregator/placement/stay.h"
#include "aggregator/records/event_log.h"
#include "aggregator/schedule/audit.h"
#include "aggregator/schedule/lease_book.h"
#include "aggregator/store/store.h"
#include "base/result.h"
#include "exporter/self_metrics.h"

namespace hypergauge::aggregator {

/// What the aggregator alone can say of a run, before it is stored: whether it had the right to
/// measure, whether its node moved meanwhile or was nowhere, whether it met another measurement,
/// and to which round it belongs. When it arrives is no matter, only when it ran. Threads: any.
class RunJudge {
 public:
  using Where = std::function<Stay(const std::string& node_id)>;

  /// All functions may be called on any thread, and outlive this object like the references do.
  struct Sources {
    const LeaseBook& leases;
    Store& store;
    EventLog& events;
    exporter::SelfMetrics& metrics;
    Where where;
    CoversSlot covers;
    LabelOfNode label_of;
  };

  /// Two measurements that met.
  struct Meeting {
    Collision collision;
    bool is_told = false;
  };

  /// What is to be told once the run is stored for the first time.
  struct Judgement {
    std::optional<Violation> violation;
    std::vector<std::shared_ptr<Meeting>> meetings;
  };

  explicit RunJudge(Sources sources);

  /// Judges what CheckRun let through and `received_unix_nanos` was set of; `role` is the node's.
  /// Overrules the verdict where it must, unless that is failed or unsupported, and sets round,
  /// round_pass and MARK_UNPLACED whatever the probe said of them. Errors: those of the store; the
  /// run cannot be judged then, nor stored.
  [[nodiscard]] Result<Judgement> Judge(v1::Run& run, v1::Role role);

  /// The run was stored and was not there before: counts what was found, and records events, of
  /// violations one a node, lease and reason.
  void Stored(const v1::Run& run, const Judgement& judgement);

  /// Pairs of leases that met.
  [[nodiscard]] uint64_t collisions() const;

 private:
  using AuditKey = std::pair<std::string, std::string>;  // node_id and Interval::lease_id

  [[nodiscard]] Result<std::optional<v1::LeaseRecord>> LeaseOf(const v1::Run& run);
  [[nodiscard]] Result<RunPlacement> PlacementOf(const v1::Run& run, const RunTime& time);
  [[nodiscard]] std::vector<std::shared_ptr<Meeting>> Meet(
      const v1::Run& run, const RunTime& time, const std::optional<v1::LeaseRecord>& right);
  void Remember(const std::shared_ptr<Meeting>& meeting);
  void TellViolation(const v1::Run& run, const Violation& violation);
  void TellMeeting(const Collision& collision);
  [[nodiscard]] std::string NameOf(const std::string& node_id) const;
  [[nodiscard]] exporter::Counter& ViolationsBy(const std::string& reason);

  const Sources sources_;
  exporter::Counter& collisions_total_;
  mutable std::mutex mutex_;  // guards all below
  Audit audit_;
  // Audit tells of a pair once; further runs of either lease, and one that could not be stored the
  // first time, met as well.
  std::map<AuditKey, std::vector<std::shared_ptr<Meeting>>> meetings_;
  std::deque<AuditKey> oldest_meetings_;
  uint64_t collisions_ = 0;
  std::map<std::string, std::set<std::pair<uint64_t, std::string>>> told_;  // by node_id
};

}  // namespace hypergauge::aggregator
