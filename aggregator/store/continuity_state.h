#pragma once

#include <string>

#include "hypergauge/v1/session.pb.h"

namespace hypergauge::aggregator {

/// What is kept of a node to tell it from its copies. Empty parts are unknown.
struct ContinuityState {
  v1::ContinuityToken issued;     ///< the last one; counter 0 for none
  v1::ContinuityToken confirmed;  ///< the last one that the probe is known to keep
  std::string uuid_digest;        ///< NodeIdentity.hypervisor_uuid_digest
  std::string generation;         ///< NodeIdentity.machine_generation
  /// node_id of the probe that was told to take this identity with the token `issued`; mostly
  /// empty.
  std::string given_to;
};

}  // namespace hypergauge::aggregator
