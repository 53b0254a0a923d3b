#pragma once

#include "probes/benchmarks/network/socket.h"

namespace hypergauge::probes {

/// Answers one GET of /SIZE with so many bytes, any other request with 404, and hangs up.
void ServeHttp(Socket connection);

}  // namespace hypergauge::probes
