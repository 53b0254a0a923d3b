#pragma once

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "build_paths.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::cli {

/// Compares with testdata/NAME, which was once read and found right. HYPERGAUGE_UPDATE_GOLDEN=1
/// writes it anew, and the difference is then to be read in git.
inline void ExpectGolden(const std::string& name, const std::string& text) {
  const std::string path = std::string(HYPERGAUGE_SOURCE_DIR) + "/tests/unit/cli/testdata/" + name;
  if (std::getenv("HYPERGAUGE_UPDATE_GOLDEN") != nullptr) {
    std::ofstream(path, std::ios::binary) << text;
  }
  EXPECT_EQ(hypergauge::testing::ReadFile(path), text);
}

}  // namespace hypergauge::cli
