// Two thousand probes that connect to one real aggregator at once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "tests/support/aggregator_process.h"
#include "tests/support/messages.h"
#include "tests/support/obedient_probe.h"
#include "tests/support/operator.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::testing {
namespace {

using std::chrono::seconds;
using ::testing::IsEmpty;

constexpr int kHosts = 100;
constexpr int kGuests = 19;  // of a host
constexpr size_t kNodes = kHosts * (1 + kGuests);

// The most memory that the process ever had.
long PeakMebibytes(pid_t pid) {
  std::ifstream status("/proc/" + std::to_string(pid) + "/status");
  std::string word;
  while (status >> word) {
    if (word == "VmHWM:") {
      long kibibytes = 0;
      status >> kibibytes;
      return kibibytes / 1024;
    }
  }
  return 0;
}

TEST(CrowdTest, AllAreWelcomedAndMeasureOneAtATimeOnEachHost) {
  const TempDir folder;
  const auto file = folder.Write("some.yml",
                                 "schedule:\n  interval: 1h\n  cycle: 100ms\n  retry: 1s\n"
                                 "  benchmarks: [cpu_blowfish]\n  mesh: {interval: 0}\n");
  AggregatorProcess aggregator((folder.path() / "store").string(),
                               {"--config.file", file.string()});
  ASSERT_TRUE(aggregator.ready()) << aggregator.process().output();
  ObedientProbes probes(aggregator.grpc_address(), 8);
  for (int guest = 0; guest <= kGuests; ++guest) {
    for (int host = 0; host < kHosts; ++host) {
      const auto host_name = "h" + std::to_string(host);
      auto hello = MakeHello(guest == 0 ? host_name : host_name + "g" + std::to_string(guest));
      if (guest > 0) {
        hello.set_role(v1::ROLE_GUEST);
        hello.mutable_placement()->set_host(host_name);
        hello.mutable_placement()->set_source(v1::Placement::SOURCE_DECLARED);
      }
      probes.Connect(hello, host_name);
    }
  }
  const auto is_so = [](const auto& now) {
    return now.welcomed == kNodes && now.leases.size() == kNodes;
  };
  ObedientProbes::Seen seen;
  EXPECT_TRUE(Eventually(seconds(240), [&] {
    aggregator.process().Drain();  // a crowd makes it say much
    seen = probes.WaitUntil(is_so, seconds(1));
    return is_so(seen) || !seen.broken.empty();
  }));
  EXPECT_THAT(seen.broken, IsEmpty());
  EXPECT_EQ(seen.welcomed, kNodes);
  EXPECT_EQ(seen.leases.size(), kNodes);
  RecordProperty("leases", static_cast<int>(seen.tokens.size()));
  RecordProperty("peak_mebibytes", static_cast<int>(PeakMebibytes(aggregator.process().pid())));
  EXPECT_LT(PeakMebibytes(aggregator.process().pid()), 512);
  const Operator asking(aggregator.grpc_address());
  const auto schedule = asking.Schedule({"h7"});
  ASSERT_EQ(schedule.hosts_size(), 1);
  const auto& leases = schedule.hosts(0).leases();
  EXPECT_GE(leases.size(), 1 + kGuests);
  EXPECT_THAT(Meetings({leases.begin(), leases.end()}), IsEmpty());
}

}  // namespace
}  // namespace hypergauge::testing
