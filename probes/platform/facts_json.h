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
  std::string error;  ///< what is wrong with this machine of a list, by its name; mostly empty
};

/// Facts of machines in JSON: an object of inputs (arch, cpuid_signature, dmi, files ...), an
/// object with "name" and "inputs", or a list of either. Unknown keys are named in `unread` and
/// otherwise left alone; a key that stands twice is refused. What has no name takes
/// `fallback_name`, numbered in a list. A machine of a list that is wrong has `error` and no facts.
/// Errors: kInvalidArgument naming the key of a single machine, the place where it is no JSON, or
/// that it is larger than 4 MiB or nested more than 8 deep.
[[nodiscard]] Result<std::vector<NamedFacts>> ParseFacts(std::string_view json,
                                                         const std::string& fallback_name);

/// The same from a file, named after it.
/// Errors: those of reading; kInvalidArgument, naming the file.
[[nodiscard]] Result<std::vector<NamedFacts>> ReadFactsFile(const std::filesystem::path& path);

}  // namespace hypergauge::probes
