#include "probes/agent/responder_process.h"

#include <gtest/gtest.h>

#include "build_paths.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/probes/script.h"

namespace hypergauge::probes {
namespace {

using testing::TempDir;
using testing::WriteScript;

TEST(ResponderProcess, StartsTheRealOneOnAFreePort) {
  const auto responder =
      ResponderProcess::Start(HYPERGAUGE_BIN_DIR "/hypergauge-bench", "127.0.0.1:0");
  ASSERT_TRUE(responder) << responder.error().message;
  const std::string address = responder->AnnouncedAs("ignored");
  EXPECT_TRUE(address.starts_with("127.0.0.1:")) << address;
  EXPECT_NE(address, "127.0.0.1:0");
}

TEST(ResponderProcess, IsAnnouncedByNameWhereItListensOnAllAddresses) {
  const TempDir folder;
  const auto bench = WriteScript(folder, "echo '{\"responder\":{\"port\":77}}'; exec sleep 600");
  EXPECT_EQ(ResponderProcess::Start(bench, ":0")->AnnouncedAs("machine"), "machine:77");
  EXPECT_EQ(ResponderProcess::Start(bench, "[::]:0")->AnnouncedAs("machine"), "machine:77");
  EXPECT_EQ(ResponderProcess::Start(bench, "[fe80::1]:0")->AnnouncedAs("x"), "[fe80::1]:77");
}

TEST(ResponderProcess, SaysWhyItDoesNotComeUp) {
  const TempDir folder;
  const auto bench = WriteScript(folder, "echo port 5 is taken >&2; exit 1");
  const auto failed = ResponderProcess::Start(bench, "127.0.0.1:5");
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().message,
            "--network.listen-address 127.0.0.1:5: the responder ended with exit code 1: "
            "port 5 is taken");
  EXPECT_FALSE(ResponderProcess::Start(WriteScript(folder, "echo nonsense"), "127.0.0.1:0"));
  EXPECT_FALSE(ResponderProcess::Start(bench, "nonsense"));
}

}  // namespace
}  // namespace hypergauge::probes
