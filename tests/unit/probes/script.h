#pragma once

#include <filesystem>
#include <string>

#include "tests/support/temp_dir.h"

namespace hypergauge::testing {

/// Writes an executable shell script: a stand-in for a hypergauge-bench that misbehaves.
inline std::filesystem::path WriteScript(const TempDir& folder, const std::string& body) {
  auto path = folder.Write("hypergauge-bench", "#!/bin/sh\n" + body);
  std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  return path;
}

}  // namespace hypergauge::testing
