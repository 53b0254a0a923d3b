#pragma once

#include "probes/benchmarks/network/socket.h"

namespace hypergauge::probes {

/// A session of a client that logs in as anybody and retrieves /SIZE, passive and binary: as much
/// of FTP as a download needs.
void ServeFtp(Socket connection);

}  // namespace hypergauge::probes
