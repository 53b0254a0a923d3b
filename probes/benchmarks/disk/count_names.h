#pragma once

#include <cstddef>
#include <filesystem>
#include <map>
#include <string>

#include "base/result.h"

namespace hypergauge::probes {

/// Whether `folder` has so many names of each beginning, and none besides. Errors: kWrongAnswer
/// with the first difference; kNotFound where it cannot be read.
[[nodiscard]] Result<void> CheckNames(const std::filesystem::path& folder,
                                      const std::map<std::string, size_t>& expected);

}  // namespace hypergauge::probes
