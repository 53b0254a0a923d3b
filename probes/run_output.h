#pragma once

#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "hypergauge/v1/benchmark.pb.h"
#include "hypergauge/v1/node.pb.h"
#include "hypergauge/v1/run.pb.h"
#include "program/terminal.h"

/// Runs and benchmarks as text for people, scripts and node_exporter.
namespace hypergauge::probes {

using Descriptors = std::vector<v1::BenchmarkDescriptor>;
using Runs = std::vector<v1::Run>;

/// The machine that measured.
struct NodeFacts {
  std::string name;
  v1::Platform platform;
  v1::Environment environment;
};

/// Reads them from this machine; `work_dir` is where the benchmarks' files are.
[[nodiscard]] NodeFacts ReadNodeFacts(const std::filesystem::path& work_dir);

/// One line a run: benchmark, median and spread of the primary quantity, samples, verdict. On a
/// terminal with spread bars, and with colours where they are wanted.
[[nodiscard]] std::string RunsTable(const Runs& runs, const Descriptors& descriptors,
                                    const Terminal& terminal);

/// A benchmark that did not run although it was asked for.
struct LeftOut {
  std::string benchmark;
  std::string reason;
};

/// {"node": {...}, "runs": [...], "left_out": [...]}, as docs/run-json.md says. Figures of runs
/// that have none are null, and so is what is not known.
[[nodiscard]] std::string RunsJson(const Runs& runs, const Descriptors& descriptors,
                                   const NodeFacts& node,
                                   const std::vector<LeftOut>& left_out = {});

/// Prometheus' text format for node_exporter's textfile collector: medians, spread and number of
/// samples of the clean runs, and when each benchmark ran with which verdict. Of several clean runs
/// of a benchmark the last one counts. A run that measured a cache has no figures here, but those
/// of families that are named so.
[[nodiscard]] std::string RunsPrometheus(const Runs& runs, const Descriptors& descriptors);

[[nodiscard]] std::string BenchmarksTable(const Descriptors& descriptors);

/// An array of objects, one a benchmark.
[[nodiscard]] std::string BenchmarksJson(const Descriptors& descriptors);

/// "clean", "busy" ... and "cached", "unverified" ...: the contract's words in lower case.
[[nodiscard]] std::string VerdictWord(v1::Verdict verdict);
[[nodiscard]] std::string MarkWord(v1::Mark mark);

/// RFC 3339 in UTC with milliseconds: "2026-01-02T03:04:05.678Z".
[[nodiscard]] std::string Rfc3339(std::chrono::nanoseconds since_1970);

}  // namespace hypergauge::probes
