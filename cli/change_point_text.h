#pragma once

#include <string>
#include <vector>

#include "aggregator/analysis/change_points.h"

/// What `hypergauge changepoints` prints. Pure functions.
namespace hypergauge::cli {

struct FileChangePoints {
  std::string file;
  std::vector<analysis::ChangePoint> points;
};

/// A table with a line a change point, and one for a file that has none.
[[nodiscard]] std::string ChangePointsText(const std::vector<FileChangePoints>& files);

/// [{"file": ..., "change_points": [{"index", "state", "interval": [low, high], "before", "after",
/// "effect", "p"}]}], in the order of the files. An effect without limit, after a level of 0, is
/// null.
[[nodiscard]] std::string ChangePointsJson(const std::vector<FileChangePoints>& files);

}  // namespace hypergauge::cli
