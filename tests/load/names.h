#pragma once

#include <string>

/// What simulated nodes are called.
namespace hypergauge::load {

/// "hv-003". With `hostile` a name of at most 253 bytes that is script, markup, a path, a format or
/// runs from right to left, told apart by the number at its end.
[[nodiscard]] std::string HostName(int host, bool hostile);

/// "hv-003-guest-2".
[[nodiscard]] std::string GuestName(int host, int guest, bool hostile);

/// What breaks out of markup wherever it is not escaped, with line breaks, in `bytes` bytes.
[[nodiscard]] std::string HostileText(size_t bytes);

/// What hostile texts would run, if somebody let them: it sets this member of `window`.
inline constexpr const char* kCanary = "hypergaugeCanary";

}  // namespace hypergauge::load
