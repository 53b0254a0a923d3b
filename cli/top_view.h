#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/fleet_snapshot.h"
#include "cli/keys.h"
#include "program/terminal.h"

/// The screen of `top`: what keys do to it, and how it looks. Pure, but for the user's time zone.
namespace hypergauge::cli {

enum class TopSort { kOverhead, kName, kPlatform, kState, kLastSeen };

/// What the user chose.
struct TopChoices {
  TopSort sort = TopSort::kOverhead;
  bool reverse = false;
  std::string filter;
  bool editing_filter = false;
  bool paused = false;
  bool help = false;
  bool quit = false;
  size_t first_node = 0;  ///< how many nodes are scrolled past
};

/// Does what the key asks for. `page`: nodes that the screen shows.
void Press(const Key& key, size_t page, TopChoices& choices);

/// What there is to show.
struct TopState {
  std::string server = {};
  std::optional<FleetSnapshot> fleet = {};  ///< unset before the first answer
  std::string error = {};                   ///< of the last question; empty where it was answered
  int64_t restarted_unix_nanos = 0;         ///< when an aggregator that was seen before began anew
};

struct TopFrame {
  std::vector<std::string> lines;  ///< at most the terminal's height, each at most its width
  size_t page = 0;                 ///< nodes on it
};

/// `choices.first_node` is brought back to what there is.
[[nodiscard]] TopFrame DrawTop(const TopState& state, const Terminal& terminal,
                               TopChoices& choices);

/// The same without a screen: all of it, once.
[[nodiscard]] std::string TopText(const TopState& state, const Terminal& terminal);

}  // namespace hypergauge::cli
