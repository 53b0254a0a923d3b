#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hypergauge::aggregator {

/// The parameters of a URL's query by name, in the order in which they were given:
/// "node=a&node=b%20c" is {node: [a, b c]}. '+' is a blank. At most 1000 of them, empty ones left
/// out. Errors: kInvalidArgument for a broken escape, text that is not UTF-8, and too many.
[[nodiscard]] Result<std::map<std::string, std::vector<std::string>>> ParseQueryString(
    std::string_view query);

}  // namespace hypergauge::aggregator
