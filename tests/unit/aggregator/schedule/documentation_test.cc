// docs/schedule.md says what the code does.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>

#include "aggregator/config.h"
#include "aggregator/schedule/duty.h"
#include "aggregator/schedule/lock_table.h"
#include "base/clock.h"
#include "base/duration.h"
#include "build_paths.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::aggregator {
namespace {

using ::testing::HasSubstr;

std::string Documentation() {
  return hypergauge::testing::ReadFile(HYPERGAUGE_SOURCE_DIR "/docs/schedule.md");
}

std::string Cell(LockClass a, LockClass b) {
  const bool beside = !Conflict(a, kCpu | kDisk, b, kNic | kUplink);
  const bool sharing = !Conflict(a, kCpu | kDisk, b, kDisk | kNic);
  if (!beside) return " no |";
  return sharing ? " yes |" : " if they share nothing |";
}

TEST(ScheduleDocumentationTest, HasTheMatrix) {
  const std::array<std::pair<const char*, LockClass>, 3> classes = {
      {{"exclusive", LockClass::kExclusive},
       {"normal", LockClass::kNormal},
       {"background", LockClass::kBackground}}};
  std::string table = "| | exclusive | normal | background |\n|---|---|---|---|\n";
  for (const auto& [name, row] : classes) {
    table += std::string("| ") + name + " |";
    for (const auto& [unused, column] : classes) table += Cell(row, column);
    table += "\n";
  }
  EXPECT_THAT(Documentation(), HasSubstr(table));
}

std::string Share(double value) {
  std::array<char, 32> text{};
  (void)std::snprintf(text.data(), text.size(), "%.4f", value);
  return text.data();
}

// The loads of a host with so many guests by the plans.
std::vector<RoundLoad> Loads(const std::vector<Plan>& plans, size_t guests) {
  std::vector<RoundLoad> loads;
  for (const auto& plan : plans) {
    loads.push_back({&plan, plan.interval, std::vector<Time>(guests + 1, plan.cycle), true});
  }
  return loads;
}

std::string Guests(size_t guests) {
  return guests == 0 ? "none" : std::to_string(guests);
}

struct Shares {
  double node = 0;
  double host = 0;
};

Shares SharesOf(const std::vector<RoundLoad>& loads) {
  Shares shares;
  for (const auto& load : loads) {
    const double turn = ToSeconds(load.cycles[0]) / ToSeconds(load.wanted);
    shares.node += turn * (TurnsOf(load) == 1 ? 1 : 2);
    shares.host += turn * TurnsOf(load);
  }
  return shares;
}

TEST(ScheduleDocumentationTest, HasTheArithmeticOfTheLightPlan) {
  const ScheduleOptions options;
  std::string table;
  for (const size_t guests : {0U, 1U, 2U, 20U}) {
    const auto loads = Loads(options.plans, guests);
    const auto effective = Stretch(loads, options.node_duty, options.host_duty).at(0);
    const auto shares = SharesOf(loads);
    table += "| " + Guests(guests) + " | " + std::to_string(effective.turns) + " | " +
             FormatSeconds(effective.round) + " | " + Share(shares.node) + " | " +
             Share(shares.host) + " | " + FormatSeconds(effective.interval) + " |\n";
  }
  EXPECT_THAT(Documentation(), HasSubstr(table));
}

TEST(ScheduleDocumentationTest, HasTheArithmeticOfTheDefaultPlans) {
  const auto options = DefaultSchedule();
  std::string table;
  for (const size_t guests : {0U, 1U, 2U, 20U}) {
    const auto loads = Loads(options.plans, guests);
    const auto effective = Stretch(loads, options.node_duty, options.host_duty);
    const auto shares = SharesOf(loads);
    table += "| " + Guests(guests) + " | " + Share(shares.node) + " | " + Share(shares.host) +
             " | " + FormatSeconds(effective.at(0).interval) + " | " +
             FormatSeconds(effective.at(1).interval) + " |\n";
  }
  EXPECT_THAT(Documentation(), HasSubstr(table));
}

}  // namespace
}  // namespace hypergauge::aggregator
