#pragma once

#include "base/printable.h"

namespace hypergauge::probes {

using hypergauge::Printable;

}  // namespace hypergauge::probes
