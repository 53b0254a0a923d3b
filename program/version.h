#pragma once

#include <string>
#include <string_view>

namespace hypergauge {

/// The release, for example "0.1.0".
[[nodiscard]] std::string_view Version();

/// What --version prints: name, release and compiler.
[[nodiscard]] std::string VersionText(std::string_view program);

}  // namespace hypergauge
