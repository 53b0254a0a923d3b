#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include "aggregator/store/series_key.h"
#include "hypergauge/v1/analysis.pb.h"
#include "hypergauge/v1/event.pb.h"

namespace hypergauge::aggregator {

/// What the analysis came to: stored as a whole or not at all, so that nobody is told of what is
/// not kept, and what is kept as told was told.
struct AnalysisRecord {
  struct RegressionRow {
    v1::Regression regression;
    bool is_open = false;  ///< neither resolved, accepted nor retracted
    int64_t changed_unix_nanos = 0;
  };
  struct MarkRow {
    StoredMark mark;
    bool is_dropped = false;
  };
  std::map<uint64_t, RegressionRow> regressions;         ///< by id; replaces what is stored
  std::set<uint64_t> dropped;                            ///< ids of suspects that came to nothing
  std::map<std::pair<int64_t, int64_t>, MarkRow> marks;  ///< by series and beginning
  std::vector<v1::Event> events;                         ///< in order

  [[nodiscard]] bool empty() const {
    return regressions.empty() && dropped.empty() && marks.empty() && events.empty();
  }
};

}  // namespace hypergauge::aggregator
