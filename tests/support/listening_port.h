#pragma once

#include <sys/types.h>

#include <chrono>

namespace hypergauge::testing {

/// The TCP port on 127.0.0.1 that a process listens on, for peers that take port 0 and do not say
/// which one they got. 0 when there is none after `limit`.
/// Source: proc(5), /proc/[pid]/fd and /proc/net/tcp.
[[nodiscard]] int ListeningPort(pid_t pid, std::chrono::seconds limit);

}  // namespace hypergauge::testing
