// Real guests whose disk was copied: with another UUID, as hypervisors clone, and with the same
// one, as a copied folder has it. Each becomes a node of its own, and the original goes on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/support/aggregator_process.h"
#include "tests/support/guest.h"
#include "tests/support/probe_agent.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::testing {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kUuid = "564d5c1b-1f0c-4e2b-9a57-0123456789ab";
constexpr const char* kOtherUuid = "1b5c4d56-0c1f-4b4e-8a57-ba9876543210";

class CopiedDiskTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(Guest::Missing(), "");
    ASSERT_TRUE(aggregator_.ready()) << aggregator_.process().output();
  }

  std::unique_ptr<Guest> Boot(const std::string& name, const std::string& uuid) {
    std::string command = "exec";
    for (const auto& word :
         AgentCommand("hypergauge-probe", "10.0.2.2:" + std::to_string(aggregator_.grpc_port()),
                      "/data", "box")) {
      command += " " + word;
    }
    for (const char* part : {"budget 1ms", "sample-time 1ms", "warmups 0", "min-samples 1"}) {
      command += std::string(" --suites.light.") + part;
    }
    return std::make_unique<Guest>(
        folder_, name, command,
        GuestShape{.kernel_parameters = "", .cpus = 1, .memory_mib = 256, .uuid = uuid});
  }

  // The disk of a guest that is off, for one that is not there yet.
  void CopyDisk(const std::string& from, const std::string& to) const {
    std::filesystem::create_directory(folder_.path() / to);
    const auto copied = RunProcess({"cp", "--sparse=always", folder_.path() / from / "disk.img",
                                    folder_.path() / to / "disk.img"});
    ASSERT_EQ(copied.exit_code, 0) << copied.output;
  }

  bool AwaitConnected(size_t count) const {
    return Eventually(seconds(180), [&] {
      const auto listed = RunProcess({Program("hypergauge"), "nodes", "--format", "json",
                                      "--server", aggregator_.grpc_address()});
      const auto nodes = nlohmann::json::parse(listed.output, nullptr, false);
      if (!nodes.is_object() || !nodes.contains("nodes")) return false;
      size_t connected = 0;
      for (const auto& node : nodes["nodes"]) connected += node.value("connected", false) ? 1 : 0;
      return connected == count && nodes["nodes"].size() == count;
    });
  }

  std::string Events() const {
    return RunProcess({Program("hypergauge"), "events", "--server", aggregator_.grpc_address()})
        .output;
  }

  TempDir folder_;
  AggregatorProcess aggregator_{
      (folder_.path() / "store").string(),
      {"--config.file", folder_
                            .Write("aggregator.yml",
                                   "schedule: {interval: 2s, cycle: 100ms, benchmarks: [null], "
                                   "duty: {node: 1, host: 1}}\n")
                            .string()}};
};

TEST_F(CopiedDiskTest, IsANodeOfItsOwnWithAnotherUuidAndWithTheSame) {
  auto original = Boot("original", kUuid);
  ASSERT_TRUE(original->qemu().WaitForOutput("null: VERDICT", seconds(180)))
      << original->qemu().output();
  EXPECT_EQ(original->PowerOff().exit_code, 0);
  ASSERT_TRUE(original->qemu().Wait(seconds(60)).has_value());
  CopyDisk("original", "cloned");
  CopyDisk("original", "twin");

  original = Boot("original", kUuid);
  ASSERT_TRUE(AwaitConnected(1)) << original->qemu().output();
  EXPECT_THAT(Events(), Not(HasSubstr("node_split")));
  const auto cloned = Boot("cloned", kOtherUuid);
  ASSERT_TRUE(AwaitConnected(2)) << cloned->qemu().output();
  EXPECT_TRUE(cloned->qemu().WaitForOutput("another UUID", seconds(30)));
  const auto twin = Boot("twin", kUuid);
  ASSERT_TRUE(AwaitConnected(3)) << twin->qemu().output();
  EXPECT_TRUE(twin->qemu().WaitForOutput("goes on as node", seconds(30)));
  // All that it has said by now.
  EXPECT_FALSE(original->qemu().WaitForOutput("goes on as node", seconds(1)));
  EXPECT_THAT(Events(), HasSubstr("says that it is a copy of box"));
  EXPECT_THAT(Events(), HasSubstr("another machine came as box"));
}

}  // namespace
}  // namespace hypergauge::testing
