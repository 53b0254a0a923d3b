#pragma once

#include <span>
#include <string>
#include <vector>

#include "aggregator/analysis/overhead.h"
#include "aggregator/analysis/pilot_scale.h"
#include "aggregator/analysis/platform_scores.h"
#include "hypergauge/v1/analysis.pb.h"

/// What the analysis found, as messages. Pure functions.
namespace hypergauge::aggregator {

/// Of a request's scale; empty counts as ratio.
inline constexpr const char* kRatioScale = "ratio";
inline constexpr const char* kPilotScale = "pilot";

/// Fills in the figures of an overhead: ratio, interval, blocks, answer, flag.
void PutOverhead(const analysis::Overhead& overhead, v1::Overhead& message);

[[nodiscard]] v1::PlatformScore ToMessage(const analysis::PlatformScore& score);

/// Puts the platforms into the order of the pilot's scale, with points and ranks by them; who has
/// no points stands last, without a rank.
void PutPilotScores(std::span<const analysis::PilotScore> scores, v1::CompareResponse& response);

/// Which platforms were measured by fewer benchmarks than others, a sentence each.
[[nodiscard]] std::vector<std::string> NotesOnCoverage(
    std::span<const analysis::PlatformScore> scores);

}  // namespace hypergauge::aggregator
