// An agent on a machine on which guests come and go.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <thread>

#include "build_paths.h"
#include "probes/agent/agent.h"
#include "probes/platform/placement/identity.h"
#include "tests/support/temp_dir.h"
#include "tests/unit/agent/test_aggregator.h"

namespace hypergauge::probes {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using ::testing::Contains;
using testing::CountHellos;
using ::testing::IsEmpty;
using testing::TempDir;
using testing::TestAggregator;
using testing::WelcomeMessage;
using Heard = std::vector<v1::ProbeMessage>;

constexpr const char* kUuid = "4c4c4544-0042-3510-8052-c3c04f4d3732";
constexpr const char* kCommand = "machine/proc/50/cmdline";

class PlacementChangeTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() { spdlog::set_level(spdlog::level::off); }

  void TearDown() override {
    agent_.request_stop();
    if (agent_.joinable()) agent_.join();
  }

  void Start() {
    AgentOptions options;
    options.aggregator_address = aggregator_.address();
    options.storage = folder_.path() / "state";
    options.node_name = "box";
    options.bench = HYPERGAUGE_BIN_DIR "/hypergauge-bench";
    options.root = folder_.path() / "machine";
    options.look_interval = hours(1);
    options.placement_interval = milliseconds(10);
    agent_ = std::jthread([options](const std::stop_token& stop) {
      const auto ran = RunAgent(options, stop);
      EXPECT_TRUE(ran) << (ran ? "" : ran.error().message);
    });
    ASSERT_TRUE(aggregator_.Await([](const Heard& heard) { return CountHellos(heard) == 1; }));
  }

  static std::vector<std::string> GuestsOf(const v1::Placement& placement) {
    return {placement.guest_digests().begin(), placement.guest_digests().end()};
  }

  // Whether the last thing that was told of placement has the guest, or has it no more.
  [[nodiscard]] bool AwaitGuest(bool is_there) {
    return aggregator_.Await([=](const Heard& heard) {
      for (auto message = heard.rbegin(); message != heard.rend(); ++message) {
        if (!message->has_environment_change()) continue;
        const auto guests = GuestsOf(message->environment_change().placement());
        return (std::find(guests.begin(), guests.end(), UuidDigest(kUuid)) != guests.end()) ==
               is_there;
      }
      return false;
    });
  }

  TempDir folder_;
  TestAggregator aggregator_{
      [this](const v1::ProbeMessage& message) -> std::optional<grpc::Status> {
        if (message.has_hello()) aggregator_.Send(WelcomeMessage());
        return std::nullopt;
      }};
  std::jthread agent_;
};

TEST_F(PlacementChangeTest, GuestsAreToldAsTheyComeAndGo) {
  Start();
  EXPECT_THAT(GuestsOf(aggregator_.Heard()[0].hello().placement()), IsEmpty());
  folder_.Write(kCommand, std::string("qemu-kvm\0-uuid\0", 15) + kUuid + '\0');
  ASSERT_TRUE(AwaitGuest(true));
  std::filesystem::remove_all((folder_.path() / kCommand).parent_path());
  ASSERT_TRUE(AwaitGuest(false));
  for (const auto& message : aggregator_.Heard()) {
    if (!message.has_environment_change()) continue;
    // What did not change is not read and not told.
    EXPECT_FALSE(message.environment_change().has_environment());
    EXPECT_FALSE(message.environment_change().has_platform());
  }
}

TEST_F(PlacementChangeTest, HelloTellsThemAtOnce) {
  folder_.Write(kCommand, std::string("qemu-kvm\0-uuid\0", 15) + kUuid + '\0');
  folder_.Write("machine/sys/class/dmi/id/product_uuid", "11223344-5566-7788-99aa-bbccddeeff00\n");
  Start();
  const auto placement = aggregator_.Heard()[0].hello().placement();
  EXPECT_THAT(GuestsOf(placement), Contains(UuidDigest(kUuid)));
  EXPECT_EQ(placement.DebugString().find(kUuid), std::string::npos);
}

}  // namespace
}  // namespace hypergauge::probes
