#pragma once

#include "probes/benchmark.h"
#include "probes/benchmarks/disk/disk_file.h"

namespace hypergauge::probes {

/// fdatasync(2) that can be stopped half-way, which the system call alone cannot: a file of 1 GB
/// keeps a slow disk busy for ten seconds. The kernel is told to write all of the file first and
/// waited for a piece at a time. Errors: kCancelled when stopped; those of fdatasync.
[[nodiscard]] Result<void> FlushStoppably(const Context& context, const DiskFile& file);

}  // namespace hypergauge::probes
