#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "probes/platform/machine_facts.h"

namespace hypergauge::probes {

struct NamedFacts {
  std::string name;
  MachineFacts facts;
};

/// Facts of machines in JSON: an object of inputs (arch, cpuid_signature, dmi, files ...), an
/// object with "name" and "inputs", or a list of either. Unknown keys are named in `unread` and
/// otherwise left alone; a key that stands twice is refused. What has no name takes
/// `fallback_name`, numbered in a list. Errors: kInvalidArgument naming the key, the place where it
/// is no JSON, or that it is larger than 4 MiB or nested more than 8 deep.
[[nodiscard]] Result<std::vector<NamedFacts>> ParseFacts(std::string_view json,
                                                         const std::string& fallback_name);

/// The same from a file, named after it.
/// Errors: those of reading; kInvalidArgument, naming the file.
[[nodiscard]] Result<std::vector<NamedFacts>> ReadFactsFile(const std::filesystem::path& path);

}  // namespace hypergauge::probes
