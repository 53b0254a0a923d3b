#pragma once

#include <filesystem>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "hypergauge/v1/node.pb.h"
#include "probes/noise/noise.h"

namespace hypergauge::probes {

/// Keeps the report's figures in noise.json in the probe's state folder, durably, for the agent to
/// tell. Earlier ones of other suites, benchmarks, families and labels stay, at most 1,000 in all;
/// a benchmark that has no figures this time keeps those that it had. A damaged file is replaced.
/// Errors: those of making the folder, of reading and of writing, naming the path. Threads and
/// processes: one writer at a time, who holds the folder's lock.
[[nodiscard]] Result<void> WriteNoise(const std::filesystem::path& storage,
                                      const NoiseReport& report);

/// What noise.json says; benchmarks without figures are left out. Errors: kCorrupt, saying what is
/// wrong.
[[nodiscard]] Result<std::vector<v1::NoiseFloor>> ParseNoise(std::string_view text);

/// The same of the state folder; empty where `noise` never ran. Errors: naming the file.
[[nodiscard]] Result<std::vector<v1::NoiseFloor>> ReadNoise(const std::filesystem::path& storage);

}  // namespace hypergauge::probes
