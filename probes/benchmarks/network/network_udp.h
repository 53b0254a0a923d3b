#pragma once

#include <cstdint>

#include "base/result.h"
#include "probes/benchmarks/network/iperf.h"

namespace hypergauge::probes {

/// The share of datagrams that did not come; the last ones, which may just be late, are left out.
/// Errors: kWrongAnswer where fewer were sent than planned, so that nothing is known of the pace,
/// or the receiver counted more than were sent.
[[nodiscard]] Result<double> LossOf(const IperfUdpFigures& figures, uint64_t planned);

}  // namespace hypergauge::probes
