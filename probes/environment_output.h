#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "hypergauge/v1/node.pb.h"

/// An environment as text for people and scripts.
namespace hypergauge::probes {

/// A line a field and fact, those that are not known left out; the facts in their table's order.
[[nodiscard]] std::string EnvironmentTable(const v1::Environment& environment);

/// The members that docs/run-json.md gives a node: the fields, `facts` and `digest`.
[[nodiscard]] nlohmann::ordered_json EnvironmentJson(const v1::Environment& environment);

}  // namespace hypergauge::probes
