// docs/openapi.json against the answers of a real aggregator: every route, every kind of answer.
#include <gtest/gtest.h>

#include <chrono>

#include "build_paths.h"
#include "tests/support/aggregator_process.h"
#include "tests/support/filled_store.h"
#include "tests/support/obedient_probe.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::testing {
namespace {

TEST(OpenApiTest, EveryAnswerIsAsDescribed) {
  const TempDir folder;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  FillStore(folder.path() / "store", std::chrono::floor<std::chrono::seconds>(now).count());
  // Overheads are made anew once a round.
  const auto config = folder.Write("c.yml", "analysis: {round: 200ms}\n");
  AggregatorProcess aggregator((folder.path() / "store").string(),
                               {"--config.file", config.string()});
  ASSERT_TRUE(aggregator.ready()) << aggregator.process().output();
  // Hosts are in the schedule once one of their nodes has connected.
  ObedientProbes probes(aggregator.grpc_address(), 1);
  probes.Connect(MakeHello("host-1"), "host-1");
  const auto seen = probes.WaitUntil([](const auto& now_seen) { return now_seen.welcomed == 1; },
                                     std::chrono::seconds(10));
  ASSERT_EQ(seen.welcomed, 1U);
  // Debian's own Python, which has Debian's jsonschema.
  const auto checked =
      RunProcess({"/usr/bin/python3", HYPERGAUGE_SOURCE_DIR "/tests/integration/openapi_check.py",
                  aggregator.url(""), HYPERGAUGE_SOURCE_DIR "/docs/openapi.json"});
  EXPECT_EQ(checked.exit_code, 0) << checked.output;
}

}  // namespace
}  // namespace hypergauge::testing
