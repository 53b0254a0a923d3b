#include "tests/sim/simulation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace hypergauge::sim {
namespace {

using ::testing::Contains;
using ::testing::Gt;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

SimOptions Small(uint64_t seed, bool faults) {
  SimOptions options;
  options.hosts = 20;
  options.guests = 200;
  options.duration = std::chrono::days(2);
  options.seed = seed;
  options.faults = faults;
  return options;
}

class SeedTest : public ::testing::TestWithParam<uint64_t> {};

TEST_P(SeedTest, WithoutFaultsNothingMeetsAndNothingIsMissed) {
  const Figures figures = Simulation(Small(GetParam(), false)).Run();
  EXPECT_THAT(Failures(figures), IsEmpty()) << Text(figures);
  EXPECT_EQ(figures.counts.completed, figures.ended_completed);
  EXPECT_THAT(figures.counts.expired, IsEmpty());
  EXPECT_GT(figures.interval_error.count, 5000U);
  for (const uint64_t turns : figures.network) EXPECT_GT(turns, 0U) << Text(figures);
}

TEST_P(SeedTest, WhateverGoesWrongNothingMeets) {
  const Figures figures = Simulation(Small(GetParam(), true)).Run();
  EXPECT_THAT(Failures(figures), IsEmpty()) << Text(figures);
  const auto& faults = figures.faults;
  for (const uint64_t count :
       {faults.crashes, faults.cuts, faults.probe_restarts, faults.migrations, faults.pauses,
        faults.run_now, faults.busy, faults.aborted, faults.held_to_the_end, figures.offline}) {
    EXPECT_GT(count, 0U) << Text(figures);
  }
}

INSTANTIATE_TEST_SUITE_P(Seeds, SeedTest, ::testing::Range<uint64_t>(1, 4));

TEST(SimulationTest, TheSameSeedGivesTheSameFigures) {
  const auto run = [] {
    SimOptions options = Small(7, true);
    options.hosts = 5;
    options.guests = 40;
    Figures figures = Simulation(options).Run();
    figures.wall = 0;
    figures.cpu_per_grant = 0;
    return Json(figures);
  };
  EXPECT_EQ(run(), run());
}

TEST(SimulationTest, ALockThatIsIgnoredIsFound) {
  SimOptions options = Small(1, false);
  options.duration = std::chrono::hours(6);
  // Now and then the node that is granted a lease has company on its host.
  int grants = 0;
  uint64_t token = uint64_t{1} << 40;
  options.tamper = [&](std::vector<aggregator::Grant>& all, Time) {
    const size_t count = all.size();
    for (size_t i = 0; i < count; ++i) {
      if (++grants % 100 != 0 || all[i].node_id == "n0") continue;
      auto beside = all[i];
      // Nodes 20 and 220 would be guests of host 0: the next node of the same host.
      const int node = std::stoi(beside.node_id.substr(1));
      beside.node_id = "n" + std::to_string(node >= 200 ? node - 20 : node + 20);
      beside.lease_id = "beside-" + std::to_string(grants);
      beside.fencing_token = ++token;
      all.push_back(std::move(beside));
    }
  };
  const Figures figures = Simulation(options).Run();
  EXPECT_GT(figures.collisions, 10U) << Text(figures);
  EXPECT_THAT(Failures(figures), Contains("measurements met"));
  EXPECT_THAT(Text(figures), HasSubstr("failed: measurements met"));
}

TEST(SimulationTest, HostsWithoutGuestsAreFineToo) {
  SimOptions options = Small(1, true);
  options.guests = 0;
  options.interval = std::chrono::minutes(10);
  const Figures figures = Simulation(options).Run();
  EXPECT_THAT(Failures(figures), IsEmpty()) << Text(figures);
}

TEST(SimOptionsTest, WhatMakesNoSenseIsNamed) {
  const auto error = [](auto&& change) {
    SimOptions options;
    change(options);
    const auto result = CheckSimOptions(options);
    return result ? std::string() : result.error().message;
  };
  EXPECT_THAT(error([](SimOptions& o) { o.hosts = 0; }), HasSubstr("--hosts"));
  EXPECT_THAT(error([](SimOptions& o) { o.guests = -1; }), HasSubstr("--guests"));
  EXPECT_THAT(error([](SimOptions& o) { o.occupancy = 0; }), HasSubstr("--occupancy"));
  EXPECT_THAT(error([](SimOptions& o) { o.cycle = Time{}; }), HasSubstr("--cycle"));
  EXPECT_THAT(error([](SimOptions& o) { o.interval = Time(-1); }), HasSubstr("--interval"));
  EXPECT_EQ(error([](SimOptions&) {}), "");
}

}  // namespace
}  // namespace hypergauge::sim
