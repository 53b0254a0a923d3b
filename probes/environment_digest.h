#pragma once

#include <string>

#include "hypergauge/v1/node.pb.h"

namespace hypergauge::probes {

/// SHA-256 in hexadecimal over what an environment consists of: its fields and facts, and the words
/// of the platform and its layers. Left out are `noise`, the evidence (text for people), and
/// memory_bytes where the fact memory_present is known: a balloon moves MemTotal by itself.
/// Equal environments have equal digests on all nodes. Empty where OpenSSL fails.
[[nodiscard]] std::string EnvironmentDigest(const v1::Environment& environment,
                                            const v1::Platform& platform);

}  // namespace hypergauge::probes
