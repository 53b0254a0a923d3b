#pragma once

#include <functional>
#include <map>
#include <string>

#include "aggregator/analysis/regression.h"
#include "base/result.h"
#include "hypergauge/v1/analysis.pb.h"

/// Regressions between the engine, which knows nodes by node_id, and the store and the users, who
/// know labels too. Pure functions.
namespace hypergauge::aggregator {

/// A node's label by its node_id; empty for one that is not listed.
using NodeLabels = std::function<std::string(const std::string& node_id)>;

/// With its sentence for people; a node that is not listed any more is called by its node_id.
[[nodiscard]] v1::Regression ToMessage(const analysis::Regression& regression,
                                       const NodeLabels& label_of);

/// What ToMessage was given. Errors: kCorrupt for what it cannot have written.
[[nodiscard]] Result<analysis::Regression> FromMessage(const v1::Regression& message);

/// "cpu_blowfish (light) on guest-1 is 12.3 % slower: 500 ms before, 562 ms now".
[[nodiscard]] std::string RegressionText(const v1::Regression& regression);

/// "firing" of STATE_FIRING, "host" of SCOPE_HOST, "step" of KIND_STEP: as labels, JSON and the
/// command spell them.
[[nodiscard]] std::string WordOf(v1::Regression::State state);
[[nodiscard]] std::string WordOf(v1::Regression::Scope scope);
[[nodiscard]] std::string WordOf(v1::Regression::Kind kind);

/// Neither resolved, accepted nor retracted.
[[nodiscard]] bool IsOpen(v1::Regression::State state);

}  // namespace hypergauge::aggregator
