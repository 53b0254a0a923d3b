#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "probes/config.h"

namespace hypergauge::probes {

/// Reads a YAML document of nested mappings into flat settings, keys joined by dots; a sequence of
/// scalars becomes one value with commas between. `name` stands in messages and origins, which tell
/// the line: "probe.yml:12". Errors: kInvalidArgument for what is no such document, with the line.
[[nodiscard]] Result<std::vector<Setting>> ParseYamlSettings(const std::string& text,
                                                             const std::string& name);

/// The same of a file. Errors: those of reading it.
[[nodiscard]] Result<std::vector<Setting>> ReadYamlSettings(const std::filesystem::path& file);

}  // namespace hypergauge::probes
