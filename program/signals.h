#pragma once

namespace hypergauge {

/// Blocks SIGINT and SIGTERM in the calling thread and all it starts later, and ignores SIGPIPE.
/// Call it first in main(), before any library starts threads.
void BlockStopSignals();

/// Waits until SIGINT or SIGTERM arrives and returns it.
[[nodiscard]] int WaitForStopSignal();

}  // namespace hypergauge
