#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "hypergauge/v1/schedule.pb.h"
#include "program/terminal.h"

/// The leases and planned turns of a host as blocks, a row a node. Pure functions.
namespace hypergauge::cli {

/// Time as columns: `past` of them end at the column of now, `future` begin behind it.
struct TimeAxis {
  int64_t from_unix_nanos = 0;
  int64_t now_unix_nanos = 0;
  int64_t column_nanos = 1;
  int past = 0;
  int future = 0;
};

/// At least ten columns; a quarter is the future. Moments out of order or out of all reason are
/// brought into both.
[[nodiscard]] TimeAxis AxisOf(int64_t from_unix_nanos, int64_t now_unix_nanos, int columns);

/// A line with the host's name and times, then a row a node. What nodes of other hosts do to this
/// one stands in the row of the node that they do it with, or in a row of their own.
/// Names are cut to fit into `name_columns`.
[[nodiscard]] std::string HostTimeline(const v1::HostSchedule& host, const TimeAxis& axis,
                                       size_t name_columns, const Terminal& terminal);

/// What the blocks mean: one line.
[[nodiscard]] std::string TimelineLegend(const Terminal& terminal);

}  // namespace hypergauge::cli
