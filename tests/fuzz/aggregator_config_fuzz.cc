// The aggregator's configuration: whatever the text is, there is a configuration that fits or a
// message.
#include "aggregator/config.h"
#include "aggregator/schedule/duty.h"
#include "tests/fuzz/bytes.h"

using hypergauge::fuzz::Expect;
namespace aggregator = hypergauge::aggregator;

namespace {

// What was accepted can be reckoned with.
void Use(const aggregator::ScheduleOptions& options) {
  Expect(aggregator::CheckOptions(options).has_value());
  std::vector<aggregator::RoundLoad> loads;
  for (const auto& plan : options.plans) {
    Expect(aggregator::LeaseOf(plan) >= plan.cycle);
    loads.push_back({&plan, plan.interval, {20, plan.cycle}, true});
  }
  const auto intervals = aggregator::Stretch(loads, options.node_duty, options.host_duty);
  for (size_t i = 0; i < loads.size(); ++i) Expect(intervals[i].interval >= loads[i].wanted);
  constexpr aggregator::Time kNow = std::chrono::days(20'000);
  Expect(aggregator::NextInside(options.quiet_hours, kNow) >= kNow);
  // Quiet hours that left no room would have been refused.
  Expect(aggregator::NextOutside(options.quiet_hours, kNow) < aggregator::Time::max());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(hypergauge::fuzz::Text(data, size));
  const auto config = aggregator::ParseConfig(text, "c.yml");
  if (config) {
    Use(config->schedule);
  } else {
    Expect(config.error().message.starts_with("c.yml:"));
  }
  return 0;
}
