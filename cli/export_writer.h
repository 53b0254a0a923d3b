#pragma once

#include <memory>
#include <ostream>
#include <string>

#include "base/result.h"
#include "hypergauge/v1/history.pb.h"
#include "hypergauge/v1/query.pb.h"

/// Figures as other programs take them.
namespace hypergauge::cli {

/// The values of export's --as.
inline constexpr const char* kAsCsv = "csv";
inline constexpr const char* kAsJsonLines = "jsonl";
inline constexpr const char* kAsOpenMetrics = "openmetrics";
inline constexpr const char* kAsDataset = "dataset";

/// Writes figures to a stream, whose errors are the caller's to look for.
class ExportWriter {
 public:
  virtual ~ExportWriter() = default;

  /// A series of the node, every point a run. Nodes come one after the other, a node's series in
  /// order of time.
  virtual void Add(const v1::Node& node, const v1::HistorySeries& series) = 0;

  /// After the last one. What to know of it is a text for people; empty where there is nothing.
  /// Errors: kResourceExhausted for a data set that is more than `import` takes; kNotFound for one
  /// without figures.
  [[nodiscard]] virtual Result<std::string> Finish() = 0;
};

/// `name` is that of the data set. Null for an unknown form.
[[nodiscard]] std::unique_ptr<ExportWriter> MakeExportWriter(const std::string& form,
                                                             const std::string& name,
                                                             std::ostream& out);

/// The writers one by one; MakeExportWriter chooses among them.
[[nodiscard]] std::unique_ptr<ExportWriter> MakeOpenMetricsWriter(std::ostream& out);
[[nodiscard]] std::unique_ptr<ExportWriter> MakeDatasetWriter(const std::string& name,
                                                              std::ostream& out);

}  // namespace hypergauge::cli
