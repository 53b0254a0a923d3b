#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/fleet_snapshot.h"
#include "cli/screen_table.h"
#include "cli/top_view.h"
#include "program/terminal.h"

/// What stands in the tables of `top`. Pure functions.
namespace hypergauge::cli {

/// A part of the screen: a table with its title. Cells are as they came.
struct Section {
  std::string title = {};
  std::vector<ScreenColumn> columns = {};
  std::vector<std::vector<std::string>> rows = {};
  std::vector<std::optional<Colour>> colours = {};  ///< of the rows
  std::string nothing = {};                         ///< the line in place of no rows
};

/// With what holds `filter` in its names, whatever the case of its letters.
[[nodiscard]] Section PlatformsSection(const FleetSnapshot& fleet, const std::string& filter);
[[nodiscard]] Section RegressionsSection(const FleetSnapshot& fleet, const std::string& filter);
[[nodiscard]] Section MeasuringSection(const FleetSnapshot& fleet, const std::string& filter);

/// The nodes that the user wants to see, in the order in which.
[[nodiscard]] std::vector<const v1::Node*> NodesIn(const FleetSnapshot& fleet,
                                                   const TopChoices& choices);
[[nodiscard]] Section NodesSection(const FleetSnapshot& fleet,
                                   const std::vector<const v1::Node*>& nodes);

}  // namespace hypergauge::cli
