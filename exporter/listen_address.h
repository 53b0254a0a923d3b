#pragma once

#include <string>

#include "base/result.h"

namespace hypergauge::exporter {

/// "HOST:PORT" or ":PORT" with HOST resolved: "localhost:80" becomes "127.0.0.1:80".
/// Errors: kInvalidArgument naming the address: no port, a port out of range, IPv6, a name without
/// an IPv4 address.
[[nodiscard]] Result<std::string> ResolveListenAddress(const std::string& address);

}  // namespace hypergauge::exporter
