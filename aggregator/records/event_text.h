#pragma once

#include <string>
#include <string_view>

#include "hypergauge/v1/event.pb.h"

/// Events in words. Pure functions.
namespace hypergauge::aggregator {

/// One sentence for people: "a: kernel_release changed from 6.1 to 6.6".
[[nodiscard]] std::string EventText(const v1::Event& event);

/// What a probe said as text for a terminal: control characters become blanks, bytes beyond `most`
/// are cut between characters.
[[nodiscard]] std::string OneLine(std::string_view utf8, size_t most);

}  // namespace hypergauge::aggregator
