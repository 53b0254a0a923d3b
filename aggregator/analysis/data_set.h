#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "aggregator/analysis/overhead.h"
#include "aggregator/analysis/pilot_scale.h"
#include "aggregator/analysis/platform_scores.h"
#include "base/result.h"

/// Published comparisons of others: figures that nobody can measure again, the pilot's first of
/// all.
namespace hypergauge::analysis {

struct DataSetNode {
  std::string node;
  std::string platform;
  bool is_host = false;  ///< role host: bare metal, what guests are compared with
  std::string product;
  std::string host;      ///< may be empty
  std::string hardware;  ///< hardware group; empty where the file declares none: all are one
};

struct DataSetResult {
  std::string node;
  std::string benchmark;
  std::string metric;
  std::string unit;
  bool higher_is_better = false;
  bool cached = false;          ///< says so itself, or its metric does not exclude the page cache
  std::vector<double> samples;  ///< finite and above 0
};

/// A file of the pilot's form. Texts hold no control characters.
struct DataSet {
  std::string name;  ///< may be empty
  std::string source;
  std::vector<DataSetNode> nodes;
  std::vector<DataSetResult> results;
  /// By platform: what it can do, by name.
  std::map<std::string, std::vector<std::pair<std::string, std::string>>> features;
  std::vector<std::pair<std::string, std::string>> conclusions;  ///< for what, and which platform
};

/// Reads a file of the pilot's form: an object with `nodes` (node, role host or guest, platform;
/// optional product, host, hardware) and `results` (node, benchmark, unit, samples; optional
/// metric, lower_is_better, cached), optionally `name`, `source`, `features` (platform: {what:
/// text}) and `conclusions` ({for what: text
/// or texts}). Unknown members are passed over.
/// Errors: kInvalidArgument naming the byte where it is no JSON, or the place
/// "results[3].samples[0]" and what is wrong there; kResourceExhausted for more than 1 MiB, 10,000
/// nodes, 10,000 results or 10,000 samples of a result.
[[nodiscard]] Result<DataSet> ParseDataSet(std::string_view text);

/// Whether a data set may be called so: [a-z0-9][a-z0-9._-]*, at most 64 bytes.
/// Errors: kInvalidArgument naming it.
[[nodiscard]] Result<void> CheckDataSetName(const std::string& name);

/// One figure of a guest against the bare-metal node of its hardware group.
struct DataSetOverhead {
  NodeFigure figure;
  std::string baseline;     ///< the node
  bool substitute = false;  ///< of the same hardware, and not the guest's own host
  std::string unit;
  double baseline_median = 0;  ///< in `unit`
  double node_median = 0;
  Overhead overhead;
};

/// All guests that have a bare-metal node to compare with, the first unit of each benchmark, by
/// benchmark and node as they come. Figures of benchmarks that are cached anywhere are cached
/// everywhere.
[[nodiscard]] std::vector<DataSetOverhead> OverheadsOf(const DataSet& data);

/// What the pilot's scale needs: the mean time of each node in each of kPilotTests.
[[nodiscard]] std::vector<PilotTime> PilotTimesOf(const DataSet& data);

/// "cpu" of cpu_blowfish and compile, "network" of network_tcp and the pilot's net_ftp; "other" of
/// what begins with no category.
[[nodiscard]] std::string CategoryOf(const std::string& benchmark);

}  // namespace hypergauge::analysis
