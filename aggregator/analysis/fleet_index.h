#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "aggregator/analysis/regression.h"

/// Who has which series, and which belong together: a host's, a release's, a kernel's, an image's.
namespace hypergauge::analysis {

using Slot = uint32_t;  ///< a series' place in the engine's tables
inline constexpr uint32_t kNone = std::numeric_limits<uint32_t>::max();

/// What is measured, on whichever node: series of one measure are comparable.
struct Measure {
  std::string benchmark;
  std::string suite;
  std::string family;
  std::string labels;
  bool higher_is_better = false;
  int64_t interval_nanos = 0;
};

/// The scopes of which there are groups: all but kNode.
inline constexpr std::array kGroupScopes = {RegressionScope::kHost, RegressionScope::kPlatform,
                                            RegressionScope::kKernel, RegressionScope::kGuestImage};
inline constexpr size_t kGroupKinds = kGroupScopes.size();

struct SeriesRow {
  int64_t series = 0;
  uint32_t node = kNone;
  uint32_t measure = kNone;  ///< kNone: the series is gone, and its slot with it
  std::array<uint32_t, kGroupKinds> groups{kNone, kNone, kNone, kNone};
};

struct NodeRow {
  NodeInfo info;
  std::vector<Slot> series;
  std::deque<NodeEvent> events;                   ///< the latest, by their time
  std::array<int64_t, kGroupKinds> changed_at{};  ///< since when it is of that group; 0: always
};

/// The series of one measure on all nodes of one host, release, kernel or image.
struct GroupRow {
  RegressionScope scope = RegressionScope::kHost;
  std::string subject;
  uint32_t measure = kNone;
  std::vector<Slot> members;
};

class FleetIndex {
 public:
  /// What of a node became another, at `at`: the scopes whose groups its series changed.
  std::vector<RegressionScope> PutNode(const NodeInfo& node, int64_t at_unix_nanos);

  /// What PutNode saw before a restart. Nothing for a node that was not put, nor for kNode.
  void PutChange(const std::string& node, RegressionScope scope, int64_t at_unix_nanos);

  struct Placed {
    Slot slot = kNone;
    bool is_new = false;       ///< a series that was not there
    bool is_replaced = false;  ///< the slot had another segment before
    int64_t replaced = 0;      ///< that series
  };
  Placed PutSeries(const SeriesInfo& info);
  void RemoveSeries(Slot slot);
  void AddEvent(NodeEvent event);

  /// kNone where it is not known.
  [[nodiscard]] Slot Find(int64_t series) const {
    const auto found = slots_.find(series);
    return found == slots_.end() ? kNone : found->second;
  }
  [[nodiscard]] uint32_t FindNode(const std::string& node) const;

  [[nodiscard]] const SeriesRow& series(Slot slot) const { return series_[slot]; }
  [[nodiscard]] const NodeRow& node(uint32_t node) const { return nodes_[node]; }
  [[nodiscard]] const NodeRow& NodeOf(Slot slot) const { return nodes_[series_[slot].node]; }
  [[nodiscard]] const Measure& MeasureOf(Slot slot) const {
    return measures_[series_[slot].measure];
  }
  [[nodiscard]] const Measure& measure(uint32_t measure) const { return measures_[measure]; }
  [[nodiscard]] const GroupRow& group(uint32_t group) const { return groups_[group]; }
  [[nodiscard]] size_t series_count() const { return slots_.size(); }
  [[nodiscard]] size_t slot_count() const { return series_.size(); }
  [[nodiscard]] size_t group_count() const { return groups_.size(); }

  /// What of a node is the subject of a scope: "proxmox-ve 8.1", "6.1.0-28", its host. Empty: none.
  [[nodiscard]] static std::string Subject(const NodeInfo& node, RegressionScope scope);

 private:
  using MeasureKey = std::tuple<std::string, std::string, std::string, std::string>;
  using GroupKey = std::tuple<RegressionScope, std::string, uint32_t>;

  uint32_t NodeNamed(const std::string& node);
  void Join(Slot slot, size_t kind);
  void Leave(Slot slot, size_t kind);

  std::vector<SeriesRow> series_;
  std::vector<NodeRow> nodes_;
  std::vector<Measure> measures_;
  std::vector<GroupRow> groups_;
  std::unordered_map<int64_t, Slot> slots_;
  std::unordered_map<std::string, uint32_t> node_names_;
  std::map<MeasureKey, uint32_t> measure_keys_;
  std::map<GroupKey, uint32_t> group_keys_;
};

}  // namespace hypergauge::analysis
