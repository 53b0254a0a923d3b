#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "aggregator/store/store.h"
#include "exporter/exposition.h"
#include "hypergauge/v1/query.pb.h"

namespace hypergauge::aggregator {

/// A node as the aggregator knows it, and its figures.
struct NodeState {
  v1::Node node;           ///< without identity.epoch's meaning for runs: each run has its own
  bool was_guest = false;  ///< it was on a host once, and stays a guest while none is known
  bool contested = false;  ///< another host claims the node too, or it has a twin
  /// The last run of a benchmark and suite, and the last clean one, by EffectiveStart.
  struct Latest {
    v1::Run run;
    std::unique_ptr<v1::Run> clean;
  };
  std::map<std::pair<std::string, std::string>, Latest> latest;    ///< by benchmark and suite
  std::map<std::pair<std::string, v1::Verdict>, int64_t> tallies;  ///< by benchmark
  /// Between two runs of a benchmark that is in every cycle, by suite, as it is planned for the
  /// node.
  std::map<std::string, std::chrono::nanoseconds> intervals;
  std::shared_ptr<const exporter::SourceSamples> samples;  ///< null: to be made anew
};

/// What is known of all nodes, in memory: fed by sessions after the store, read by the exposition
/// and the Query service. Threads: any.
class Fleet {
 public:
  /// interval: between two cycles of a node that asks for no other, until SetInterval knows better.
  explicit Fleet(std::chrono::nanoseconds interval) : interval_(interval) {}

  /// Nodes get the labels that they had, unless others have them now.
  void Restore(const StoredState& stored);

  void Connected(const v1::Hello& hello, int64_t now_unix_nanos);
  void Disconnected(const std::string& node_id, int64_t now_unix_nanos);
  /// A message of the node arrived.
  void Heard(const std::string& node_id, int64_t now_unix_nanos);
  void SetProgress(const std::string& node_id, const v1::Progress& progress);
  void SetSpool(const std::string& node_id, const v1::SpoolState& spool);
  void LeaseEnded(const std::string& node_id, bool completed);
  /// Where the node runs, whatever its probe says; kept over its next Hello.
  void SetPlacement(const std::string& node_id, const std::string& host,
                    v1::Placement::Source source, bool contested);
  /// How often runs of a suite come on the node, as the schedule has it; kept over its next Hello.
  void SetInterval(const std::string& node_id, const std::string& suite,
                   std::chrono::nanoseconds interval);
  /// A run that is durable and was not there before.
  void Record(const v1::Run& run);

  /// The node leaves all lists and series. When it was last heard of, nanoseconds since 1970; 0 for
  /// a node that is not listed.
  int64_t Remove(const std::string& node_id);
  /// Of all nodes that are connected or of all that are not: node_id and when it was last heard of.
  [[nodiscard]] std::vector<std::pair<std::string, int64_t>> LastSeen(bool connected) const;

  /// Empty for a node that is not listed.
  [[nodiscard]] std::string LabelOf(const std::string& node_id) const;
  [[nodiscard]] bool IsConnected(const std::string& node_id) const;
  /// Empty where no listed node has the label.
  [[nodiscard]] std::string NodeIdOf(const std::string& label) const;

  /// By label, without their benchmarks, which are the most of a node and much the same on all.
  [[nodiscard]] std::vector<v1::Node> Nodes() const;
  /// The same with what they cannot run; those with the labels, none for all; `brief` as
  /// v1::ListNodesRequest has it.
  [[nodiscard]] std::vector<v1::Node> ShownNodes(const std::set<std::string>& labels,
                                                 bool brief) const;
  /// Nodes, and how many of them are connected.
  [[nodiscard]] std::pair<uint32_t, uint32_t> Count() const;
  /// By name; of several versions the newest.
  [[nodiscard]] std::vector<v1::BenchmarkDescriptor> Benchmarks() const;
  /// By label, benchmark and suite; `labels` empty for all nodes.
  [[nodiscard]] std::vector<v1::ListLatestRunsResponse::Latest> LatestRuns(
      const std::vector<std::string>& labels) const;

  /// Adds all nodes to what a scrape shows.
  void CollectInto(exporter::Snapshot& snapshot);

 private:
  NodeState& Put(const v1::Hello& hello);
  void Label(v1::Node& node, const v1::NodeIdentity& identity, std::string label);
  [[nodiscard]] std::string FreeLabel(const v1::NodeIdentity& identity) const;
  NodeState* Find(const std::string& node_id);
  void RecordLatest(NodeState& state, const v1::Run& run);

  const std::chrono::nanoseconds interval_;
  mutable std::mutex mutex_;                   // guards all below
  std::map<std::string, NodeState> nodes_;     // by node_id
  std::map<std::string, std::string> labels_;  // label to node_id
  std::map<std::string, exporter::Family, std::less<>> families_;
  // The newest by name, of all nodes; made when somebody asks, for a fleet has many of each.
  mutable std::map<std::string, v1::BenchmarkDescriptor> benchmarks_;
  mutable bool has_benchmarks_ = false;
};

}  // namespace hypergauge::aggregator
