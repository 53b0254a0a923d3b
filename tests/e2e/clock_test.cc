// Real guests whose clocks run wrong: kernels that were told a wrong frequency of the time stamp
// counter, and one whose CLOCK_MONOTONIC is steered away. What times the benchmarks decides.
#include "base/clock.h"

#include <gmock/gmock.h>
#include <grpcpp/grpcpp.h>
#include <gtest/gtest.h>
#include <x86intrin.h>

#include <cmath>
#include <map>
#include <regex>
#include <thread>

#include "hypergauge/v1/query.grpc.pb.h"
#include "tests/support/aggregator_process.h"
#include "tests/support/guest.h"
#include "tests/support/probe_agent.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::testing {
namespace {

using std::chrono::seconds;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::Key;
using ::testing::Not;

// Of each guest at least: three cycles.
constexpr int kRuns = 6;

// Runs of a few seconds, one cycle after another; each guest is a host of its own, so that all take
// part at once.
constexpr const char* kConfiguration = R"(schedule:
  interval: 1s
  cycle: 250ms
  lease: 3m
  suite: light
  benchmarks: [cpu_fibonacci, cpu_blowfish]
  duty: {node: 1, host: 1}
)";

// What the kernel calls tsc_khz, measured by the clock that the aggregator compares with.
double HostTscKilohertz() {
  const auto begin = Clock::System().MonotonicRaw();
  const auto first = __rdtsc();
  std::this_thread::sleep_for(seconds(1));  // long enough to be exact; nothing waits for its end
  const auto elapsed = Clock::System().MonotonicRaw() - begin;
  return static_cast<double>(__rdtsc() - first) / ToSeconds(elapsed) / 1000;
}

// A guest's kernel that takes a frequency `factor` times too high counts time too slowly.
std::string TscParameters(double factor) {
  return "tsc=reliable tsc_early_khz=" + std::to_string(std::lround(HostTscKilohertz() * factor));
}

class ClockTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(Guest::Missing(), "");
    ASSERT_TRUE(aggregator_.ready()) << aggregator_.process().output();
  }

  Guest Boot(const std::string& name, const std::string& kernel_parameters,
             const std::string& before = "") {
    std::string command = before + "exec";
    for (const auto& word :
         AgentCommand("hypergauge-probe", "10.0.2.2:" + std::to_string(aggregator_.grpc_port()),
                      "/data", name)) {
      command += " " + word;
    }
    return {folder_,
            name,
            command,
            {.kernel_parameters = kernel_parameters, .cpus = 1, .memory_mib = 192}};
  }

  // How many runs of the node ended how.
  std::map<std::string, int> Verdicts(const std::string& node) {
    std::map<std::string, int> verdicts;
    const auto text = aggregator_.Scrape();
    const std::regex line("hypergauge_runs_total\\{benchmark=\"[a-z_]+\",node=\"" + node +
                          "\",verdict=\"([a-z]+)\"\\} ([0-9]+)");
    for (std::sregex_iterator match(text.begin(), text.end(), line), end; match != end; ++match) {
      verdicts[(*match)[1]] += std::stoi((*match)[2]);
    }
    return verdicts;
  }

  bool AwaitRuns(const std::string& node) {
    return Eventually(seconds(240), [&] {
      int runs = 0;
      for (const auto& [verdict, count] : Verdicts(node)) runs += count;
      return runs >= kRuns;
    });
  }

  // The last run of each benchmark on the node, from the Query service.
  std::vector<v1::Run> LatestRuns(const std::string& node) {
    const auto stub = v1::QueryService::NewStub(
        grpc::CreateChannel(aggregator_.grpc_address(), grpc::InsecureChannelCredentials()));
    grpc::ClientContext context;
    v1::ListLatestRunsRequest request;
    request.add_nodes(node);
    v1::ListLatestRunsResponse response;
    const auto status = stub->ListLatestRuns(&context, request, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    std::vector<v1::Run> runs;
    for (const auto& latest : response.latest()) runs.push_back(latest.run());
    EXPECT_FALSE(runs.empty()) << node;
    return runs;
  }

  // The clock's ratio in each of the node's latest runs is what was done to it, within its error;
  // kTicks allows for what the guest's kernel rounds.
  void ExpectRatio(const std::string& node, const std::string& clock, double expected) {
    constexpr double kTicks = 0.0003;
    for (const auto& run : LatestRuns(node)) {
      const auto& ratios = run.clock().ratios();
      const auto found = std::find_if(ratios.begin(), ratios.end(),
                                      [&](const auto& each) { return each.clock() == clock; });
      ASSERT_NE(found, ratios.end()) << run.ShortDebugString();
      EXPECT_NEAR(found->ratio(), expected, found->error() + kTicks)
          << node << " " << clock << ", error " << found->error();
      RecordProperty(node + "_" + run.benchmark() + "_" + clock,
                     std::to_string(found->ratio()) + " +- " + std::to_string(found->error()));
    }
  }

  static void ExpectCleanEnd(Guest& guest) {
    EXPECT_EQ(guest.PowerOff().exit_code, 0);
    EXPECT_TRUE(guest.qemu().Wait(seconds(30)).has_value()) << guest.qemu().output();
  }

  TempDir folder_;
  AggregatorProcess aggregator_{
      (folder_.path() / "store").string(),
      {"--config.file", folder_.Write("aggregator.yml", kConfiguration).string()}};
};

// All three are guests of one aggregator at one time: what bends two of them is no fault of it.
TEST_F(ClockTest, EveryRunOnABentTimingClockIsFlaggedAndNoneOnAStraightOne) {
  auto slow = Boot("slow", TscParameters(1.05));
  auto fast = Boot("fast", TscParameters(0.95));
  auto straight = Boot("straight", "");
  ASSERT_TRUE(AwaitRuns("slow")) << slow.qemu().output();
  ASSERT_TRUE(AwaitRuns("fast")) << fast.qemu().output();
  ASSERT_TRUE(AwaitRuns("straight")) << straight.qemu().output();
  EXPECT_THAT(Verdicts("slow"), Each(Key("clock"))) << slow.qemu().output();
  EXPECT_THAT(Verdicts("fast"), Each(Key("clock"))) << fast.qemu().output();
  EXPECT_THAT(Verdicts("straight"), Not(Contains(Key("clock")))) << straight.qemu().output();
  for (const char* clock : {"CLOCK_MONOTONIC_RAW", "CLOCK_MONOTONIC", "CLOCK_REALTIME"}) {
    ExpectRatio("slow", clock, 1 / 1.05);
    ExpectRatio("fast", clock, 1 / 0.95);
    ExpectRatio("straight", clock, 1);
  }
  for (const auto& run : LatestRuns("straight")) {
    EXPECT_THAT(run.marks(), Not(Contains(v1::MARK_UNVERIFIED)));
    EXPECT_FALSE(run.clock().clocksource().empty());
  }
  ExpectCleanEnd(slow);
  ExpectCleanEnd(fast);
  ExpectCleanEnd(straight);
}

TEST_F(ClockTest, NoRunIsFlaggedWhereOnlyOtherClocksAreBent) {
  // A tick of 10.5 ms instead of 10: CLOCK_MONOTONIC and CLOCK_REALTIME gain 5 %.
  auto steered = Boot("steered", "", "adjtimex -q -t 10500 && ");
  ASSERT_TRUE(AwaitRuns("steered")) << steered.qemu().output();
  EXPECT_THAT(Verdicts("steered"), Each(Key("clean"))) << steered.qemu().output();
  ExpectRatio("steered", "CLOCK_MONOTONIC_RAW", 1);
  for (const char* clock : {"CLOCK_MONOTONIC", "CLOCK_REALTIME"}) {
    ExpectRatio("steered", clock, 1.05);
  }
  for (const auto& run : LatestRuns("steered")) {
    EXPECT_THAT(run.clock().warning(),
                AllOf(HasSubstr("CLOCK_MONOTONIC runs"), HasSubstr("CLOCK_REALTIME runs")));
    EXPECT_FALSE(run.clock().stepped());
  }
  ExpectCleanEnd(steered);
}

}  // namespace
}  // namespace hypergauge::testing
