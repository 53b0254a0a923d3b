#include "aggregator/schedule/options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>

namespace hypergauge::aggregator {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::HasSubstr;

Plan Nightly() {
  Plan plan;
  plan.name = "nightly";
  plan.suite = "standard";
  plan.interval = hours(24);
  plan.cycle = minutes(6);
  return plan;
}

TEST(OptionsTest, TheDefaultsFit) {
  EXPECT_TRUE(CheckOptions({}).has_value());
}

TEST(OptionsTest, ALeaseIsThreeCyclesButAMinuteAtLeast) {
  Plan plan;
  EXPECT_EQ(LeaseOf(plan), minutes(1));
  EXPECT_EQ(LeaseOf(Nightly()), minutes(18));
  plan.lease = seconds(30);
  EXPECT_EQ(LeaseOf(plan), seconds(30));
}

TEST(OptionsTest, SmallAndUnusualOnesFitToo) {
  ScheduleOptions options;
  options.plans[0].interval = seconds(1);
  options.plans[0].cycle = milliseconds(100);
  options.retry = milliseconds(100);
  options.node_duty = options.host_duty = 1;
  options.mesh.interval = Time{};
  options.mesh.cycle = Time{};  // of no interest without an interval
  options.offline.period = Time{};
  options.offline.length = hours(100);
  options.quiet_hours = {{22 * 60, 6 * 60}, {5 * 60, 7 * 60}};
  EXPECT_TRUE(CheckOptions(options).has_value());
  options.plans.clear();  // only by command
  EXPECT_TRUE(CheckOptions(options).has_value());
}

struct Contradiction {
  const char* name;
  std::function<void(ScheduleOptions&)> make;
  const char* message;
};

class ContradictionTest : public ::testing::TestWithParam<Contradiction> {};

TEST_P(ContradictionTest, IsRefusedWithItsArithmetic) {
  ScheduleOptions options;
  GetParam().make(options);
  const auto checked = CheckOptions(options);
  ASSERT_FALSE(checked.has_value());
  EXPECT_EQ(checked.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(checked.error().message, HasSubstr(GetParam().message));
}

using O = ScheduleOptions;

INSTANTIATE_TEST_SUITE_P(
    Options, ContradictionTest,
    ::testing::Values(
        Contradiction{"interval", [](O& o) { o.plans[0].interval = seconds(30); },
                      "schedule.interval 30s: a host without guests needs 1 turn x 20s = 20s, one "
                      "with a guest 4 turns x 20s = 80s, which does not fit; lower the cycle or "
                      "raise the interval"},
        Contradiction{
            "interval_of_one_of_two",
            [](O& o) {
              o.plans.push_back(Nightly());
              o.plans[1].interval = minutes(23);
            },
            "schedule.plans nightly: interval 1380s: a host without guests needs 1 turn x "
            "360s = 360s, one with a guest 4 turns x 360s = 1440s"},
        Contradiction{"lease", [](O& o) { o.plans[0].lease = seconds(19); },
                      "schedule.lease 19s is shorter than the cycle of 20s"},
        Contradiction{"no_cycle", [](O& o) { o.plans[0].cycle = Time{}; },
                      "schedule.cycle 0s is not from above 0 to 366 days"},
        Contradiction{"negative_lease", [](O& o) { o.plans[0].lease = seconds(-1); },
                      "schedule.lease -1s is not from 0 to 366 days"},
        Contradiction{"enormous_cycle", [](O& o) { o.plans[0].cycle = Time::max(); },
                      "schedule.cycle 9223372036.855s is not"},
        Contradiction{"enormous_interval", [](O& o) { o.plans[0].interval = Time::max(); },
                      "schedule.interval 9223372036.855s is not"},
        Contradiction{"retry", [](O& o) { o.retry = Time{}; }, "schedule.retry 0s"},
        Contradiction{"names", [](O& o) { o.plans.emplace_back(); },
                      "two plans have the name light"},
        Contradiction{"no_name", [](O& o) { o.plans[0].name = ""; }, "1 to 64 letters"},
        Contradiction{"odd_name", [](O& o) { o.plans[0].name = "a\nb"; }, "1 to 64 letters"},
        Contradiction{"long_name", [](O& o) { o.plans[0].name.assign(65, 'a'); },
                      "1 to 64 letters"},
        Contradiction{"no_duty", [](O& o) { o.node_duty = 0; },
                      "schedule.duty.node 0.000000 is no share"},
        Contradiction{"much_duty", [](O& o) { o.host_duty = 1.5; }, "schedule.duty.host 1.500000"},
        Contradiction{"nan_duty", [](O& o) { o.host_duty = std::nan(""); },
                      "schedule.duty.host nan"},
        Contradiction{"always_quiet",
                      [](O& o) {
                        o.quiet_hours = {{18 * 60, 6 * 60}, {6 * 60, 18 * 60}};
                      },
                      "schedule.quiet_hours cover the whole day"},
        Contradiction{"quiet_plan",
                      [](O& o) {
                        o.plans[0].hours = {{23 * 60, 5 * 60}};
                        o.quiet_hours = {{22 * 60, 6 * 60}};
                      },
                      "schedule.hours lie inside of schedule.quiet_hours"},
        Contradiction{"blackout",
                      [](O& o) {
                        o.blackouts = {{hours(2), hours(1), {}, "move"}};
                      },
                      "schedule.blackouts: one ends before it begins: move"},
        Contradiction{"cpu", [](O& o) { o.ceilings.cpu_seconds = INFINITY; },
                      "schedule.ceilings.cpu"},
        Contradiction{"mesh", [](O& o) { o.mesh.cycle = hours(7); },
                      "schedule.mesh.interval 21600s: a turn of 25200s does not fit"},
        Contradiction{"mesh_cycle", [](O& o) { o.mesh.cycle = Time{}; }, "schedule.mesh.cycle 0s"},
        Contradiction{"offline",
                      [](O& o) {
                        o.offline.period = minutes(1);
                        o.offline.valid = hours(1);
                      },
                      "schedule.offline.period 60s: a slot of 60s and its guard of 30s take 90s"},
        Contradiction{"offline_valid", [](O& o) { o.offline.valid = hours(1); },
                      "schedule.offline.valid 3600s: a slot would expire before it comes around, "
                      "every 7200s"},
        Contradiction{"offline_length", [](O& o) { o.offline.length = Time::max(); },
                      "schedule.offline.length 9223372036.855s is not"},
        Contradiction{"offline_after", [](O& o) { o.offline.after = Time(-1); },
                      "schedule.offline.after"}),
    [](const auto& tested) { return std::string(tested.param.name); });

}  // namespace
}  // namespace hypergauge::aggregator
