// docs/benchmarks.md names what there is.
#include <gtest/gtest.h>

#include "build_paths.h"
#include "probes/benchmark.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::probes {
namespace {

TEST(Documentation, NamesEveryBenchmarkWithItsWorkAndFamilies) {
  const auto text = testing::ReadFile(HYPERGAUGE_SOURCE_DIR "/docs/benchmarks.md");
  for (const auto& [name, entry] : Registry()) {
    const auto& descriptor = entry.descriptor;
    const std::string marked =
        descriptor.core ? "\n| **`" + name + "`** |" : "\n| `" + name + "` |";
    const auto row = text.find(marked);
    ASSERT_NE(row, std::string::npos) << name;
    const auto line = text.substr(row + 1, text.find('\n', row + 1) - row - 1);
    for (const auto& [suite, work] : descriptor.work) {
      EXPECT_NE(line.find("| " + work.work_unit + " |"), std::string::npos)
          << name << ": " << work.work_unit;
    }
    for (const auto& quantity : descriptor.quantities) {
      EXPECT_NE(line.find("`" + quantity.family + "`"), std::string::npos) << quantity.family;
    }
  }
}

}  // namespace
}  // namespace hypergauge::probes
