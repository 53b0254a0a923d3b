#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"

namespace hypergauge::probes {

/// SHA-256 of a file's bytes in lower-case hexadecimal. Errors: those of open and read.
[[nodiscard]] Result<std::string> Sha256OfFile(const std::filesystem::path& path);

}  // namespace hypergauge::probes
