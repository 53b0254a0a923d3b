#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

/// From an immutable snapshot to the text that Prometheus scrapes. Knows neither gRPC nor SQL.
namespace hypergauge::exporter {

enum class MetricType { kGauge, kCounter, kInfo, kHistogram, kSummary, kUnknown };

/// What stands in front of a family's samples.
struct Family {
  std::string name;  ///< full, with prefix and suffix: hypergauge_runs_total, hypergauge_node_info;
                     ///< a family whose name is no legal metric name is left out
  std::string help;  ///< any text; escaped on writing
  MetricType type = MetricType::kGauge;
  std::string unit;  ///< OpenMetrics UNIT, printed when the name ends with it; may be empty
};

using LabelSet = std::map<std::string, std::string>;

/// One sample of a family.
struct Sample {
  std::string labels;  ///< from RenderLabels (base/text_format.h), made once and kept
  double value = 0;
  int64_t expires_unix = 0;  ///< not written from this second on; 0: never expires
  /// _bucket, _sum, _count of histograms and summaries; other suffixes are left out. The labels of
  /// a bucket hold `le` as FormatBound writes it.
  std::string suffix = {};
};

/// All samples of one source (a node, the aggregator itself), by family name. Immutable once
/// shared.
using SourceSamples = std::map<std::string, std::vector<Sample>, std::less<>>;

/// What one scrape shows: any number of sources, each replaced as a whole when it changes.
/// A family's samples are written together, sources in their order here.
struct Snapshot {
  /// By Family::name; samples without a family are left out.
  std::map<std::string, Family, std::less<>> families;
  std::vector<std::shared_ptr<const SourceSamples>> sources;
};

/// A family of a snapshot, and how many samples of it are written now.
struct ListedFamily {
  Family family;
  size_t series = 0;
};

/// The families that WriteExposition writes at that time, by name.
[[nodiscard]] std::vector<ListedFamily> ListFamilies(const Snapshot& snapshot, int64_t now_unix);

/// As OpenMetrics calls it: gauge, counter, info, histogram, summary, unknown.
[[nodiscard]] std::string_view TypeWord(MetricType type);

enum class Format { kText004, kOpenMetrics100 };

/// Chooses by the Accept header: OpenMetrics 1.0.0 where it is asked for with at least the weight
/// of the text format, text 0.0.4 otherwise (no header, */*, unknown types).
[[nodiscard]] Format NegotiateFormat(std::string_view accept);

/// The `le` of a bucket and the `quantile` of a summary: always a float ("1.0", "0.005", "+Inf"),
/// as OpenMetrics demands and text 0.0.4 allows, so that both formats name the same series.
[[nodiscard]] std::string FormatBound(double bound);

/// The exact Content-Type of a format.
[[nodiscard]] std::string_view ContentType(Format format);

/// Writes the snapshot, without timestamps. Values are shortest round-trip; NaN, +Inf, -Inf as the
/// formats spell them. A family of which every sample has expired is left out. Takes about 0.15 s a
/// million samples and no memory but the text itself. Source:
/// https://prometheus.io/docs/instrumenting/exposition_formats/ and OpenMetrics 1.0.0.
[[nodiscard]] std::string WriteExposition(const Snapshot& snapshot, Format format,
                                          int64_t now_unix);

}  // namespace hypergauge::exporter
