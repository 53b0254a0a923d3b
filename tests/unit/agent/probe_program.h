#pragma once

#include <string>
#include <vector>

#include "build_paths.h"
#include "tests/support/process.h"

/// hypergauge-probe as users start it.
namespace hypergauge::testing {

inline constexpr const char* kProbe = HYPERGAUGE_BIN_DIR "/hypergauge-probe";

[[nodiscard]] Finished Probe(std::vector<std::string> arguments);

/// The arguments with limits under which every run that gives a figure is clean, whatever else this
/// machine does.
[[nodiscard]] std::vector<std::string> WhateverDisturbs(std::vector<std::string> arguments);

/// The arguments with few and small samples in the light suite.
[[nodiscard]] std::vector<std::string> Short(std::vector<std::string> arguments);

/// The benchmarks of `run --format json`, in the order in which they ran.
[[nodiscard]] std::vector<std::string> NamesInOrder(const std::string& json);

}  // namespace hypergauge::testing
