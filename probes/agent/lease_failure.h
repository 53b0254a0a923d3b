#pragma once

#include <string>
#include <tl/expected.hpp>

#include "base/result.h"
#include "hypergauge/v1/session.pb.h"

namespace hypergauge::probes {

/// Why a lease was not worked through, as LeaseEnd tells it.
struct LeaseFailure {
  v1::LeaseEnd::Outcome outcome = v1::LeaseEnd::OUTCOME_ABORTED;
  v1::LeaseEnd::Cause cause = v1::LeaseEnd::CAUSE_ERROR;
  std::string reason;  ///< for people
};

/// How work under a lease went.
using LeaseResult = tl::expected<void, LeaseFailure>;

/// Nothing was measured.
[[nodiscard]] inline tl::unexpected<LeaseFailure> Refuse(v1::LeaseEnd::Cause cause,
                                                         std::string reason) {
  return tl::unexpected<LeaseFailure>({v1::LeaseEnd::OUTCOME_REFUSED, cause, std::move(reason)});
}

/// It was begun.
[[nodiscard]] inline tl::unexpected<LeaseFailure> Abort(v1::LeaseEnd::Cause cause,
                                                        std::string reason) {
  return tl::unexpected<LeaseFailure>({v1::LeaseEnd::OUTCOME_ABORTED, cause, std::move(reason)});
}

}  // namespace hypergauge::probes
