#pragma once

namespace hypergauge {

/// Blocks SIGINT, SIGTERM and, unless nohup has it ignored, SIGHUP in the calling thread and all it
/// starts later, and ignores SIGPIPE. Call it first in main(), before any library starts threads.
void BlockStopSignals();

/// Waits until one of them arrives and returns it.
[[nodiscard]] int WaitForStopSignal();

}  // namespace hypergauge
