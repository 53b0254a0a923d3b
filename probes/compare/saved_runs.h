#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hypergauge::probes {

/// One quantity of a saved run.
struct SavedMeasure {
  std::string family;
  std::map<std::string, std::string> labels;
  std::string unit;
  bool higher_is_better = false;
  bool unranked = false;
  std::vector<double> samples;  ///< at least one; finite, not negative
};

/// What a comparison needs of one entry of `runs` in docs/run-json.md. Texts hold no control
/// characters, so that they can be shown.
struct SavedRun {
  std::string benchmark;
  uint32_t version = 0;
  std::string suite;
  uint32_t threads = 0;
  std::string verdict;
  std::string verdict_reason;
  std::string bench_sha256;
  bool cached = false;  ///< has that mark: its figures measure a cache
  std::map<std::string, std::string> labels;
  std::vector<SavedMeasure> measures;
};

/// Reads what `hypergauge-probe run --format json` printed. Unknown members are passed over.
/// Errors: kCorrupt, naming the byte where it is no JSON, or the place "runs[3].measures[0]" and
/// what is wrong there; kResourceExhausted for more than 10,000 runs, 1,000 measures of a run,
/// 10,000 samples of a measure or 1,000,000 samples.
[[nodiscard]] Result<std::vector<SavedRun>> ParseSavedRuns(std::string_view text);

/// The same of a file of at most 64 MiB; all errors name it.
[[nodiscard]] Result<std::vector<SavedRun>> ReadSavedRuns(const std::filesystem::path& path);

}  // namespace hypergauge::probes
