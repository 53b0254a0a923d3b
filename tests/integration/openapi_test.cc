// docs/openapi.json against the answers of a real aggregator: every route, every kind of answer.
#include <gtest/gtest.h>

#include <chrono>

#include "build_paths.h"
#include "tests/support/aggregator_process.h"
#include "tests/support/filled_store.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::testing {
namespace {

TEST(OpenApiTest, EveryAnswerIsAsDescribed) {
  const TempDir folder;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  FillStore(folder.path(), std::chrono::floor<std::chrono::seconds>(now).count());
  AggregatorProcess aggregator(folder.path().string());
  ASSERT_TRUE(aggregator.ready()) << aggregator.process().output();
  // Debian's own Python, which has Debian's jsonschema.
  const auto checked =
      RunProcess({"/usr/bin/python3", HYPERGAUGE_SOURCE_DIR "/tests/integration/openapi_check.py",
                  aggregator.url(""), HYPERGAUGE_SOURCE_DIR "/docs/openapi.json"});
  EXPECT_EQ(checked.exit_code, 0) << checked.output;
}

}  // namespace
}  // namespace hypergauge::testing
