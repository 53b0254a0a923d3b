// What the schedule of a large fleet costs: 1,000 hosts with 20 guests each.
#include <benchmark/benchmark.h>

#include <memory>
#include <queue>
#include <string>
#include <vector>

#include "aggregator/schedule/schedule.h"

namespace hypergauge::aggregator {
namespace {

constexpr int kHosts = 1000;
constexpr int kGuests = 20;  // of a host
constexpr int kNodes = kHosts * (1 + kGuests);
constexpr Time kStart = std::chrono::hours(500'000);
constexpr Time kCycle = std::chrono::seconds(20);

BenchmarkSet Benchmarks() {
  std::vector<BenchmarkFacts> facts;
  for (const char* category : {"cpu", "disk", "kernel", "memory", "network"}) {
    for (int i = 0; i < 8; ++i) {
      facts.push_back({.name = std::string(category) + "_" + std::to_string(i),
                       .category = category,
                       .suites = {"light", "standard"},
                       .core = i < 2,
                       .resources = kAllResources});
    }
  }
  return std::make_shared<const std::vector<BenchmarkFacts>>(std::move(facts));
}

std::vector<NodeFacts> Fleet() {
  const BenchmarkSet benchmarks = Benchmarks();
  std::vector<NodeFacts> fleet;
  for (int host = 0; host < kHosts; ++host) {
    const std::string name = "host-" + std::to_string(host);
    for (int guest = 0; guest <= kGuests; ++guest) {
      const std::string node = guest == 0 ? name : name + "-guest-" + std::to_string(guest);
      fleet.push_back({.node_id = node,
                       .host = name,
                       .is_host = guest == 0,
                       .benchmarks = benchmarks,
                       .responder = node + ":10912",
                       .peer = {}});
    }
  }
  return fleet;
}

void BM_AllConnectAtOnce(benchmark::State& state) {
  const std::vector<NodeFacts> fleet = Fleet();
  for (auto _ : state) {
    auto schedule = std::make_unique<Schedule>(ScheduleOptions{});
    for (const NodeFacts& node : fleet) {
      schedule->Connect(node, nullptr, kStart);
      benchmark::DoNotOptimize(schedule->Act(kStart));
    }
    state.PauseTiming();
    schedule.reset();
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * kNodes);
}
BENCHMARK(BM_AllConnectAtOnce)->Unit(benchmark::kMillisecond);

/// The fleet on a clock that goes from one event to the next.
class Day {
 public:
  Day() {
    for (const NodeFacts& node : Fleet()) schedule_.Connect(node, nullptr, now_);
    Act();
  }

  /// Returns the number of grants.
  size_t Step() {
    const Time wake = schedule_.NextWake(now_);
    if (turns_.empty() || wake < turns_.top().end) {
      now_ = std::max(now_, wake);
    } else {
      const Turn turn = turns_.top();
      turns_.pop();
      now_ = std::max(now_, turn.end);
      schedule_.End(turn.node_id, turn.lease_id, LeaseOutcome::kCompleted, "", now_);
    }
    return Act();
  }

 private:
  struct Turn {
    Time end;
    std::string node_id;
    std::string lease_id;
    bool operator<(const Turn& other) const { return end > other.end; }
  };

  size_t Act() {
    const Actions actions = schedule_.Act(now_);
    for (const Grant& grant : actions.grants) {
      turns_.push({now_ + kCycle, grant.node_id, grant.lease_id});
    }
    return actions.grants.size();
  }

  Schedule schedule_{ScheduleOptions{}};
  Time now_ = kStart;
  std::priority_queue<Turn> turns_;
};

void BM_GrantAndEnd(benchmark::State& state) {
  Day day;
  size_t grants = 0;
  for (auto _ : state) grants += day.Step();
  state.SetItemsProcessed(static_cast<int64_t>(grants));
}
BENCHMARK(BM_GrantAndEnd)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace hypergauge::aggregator

BENCHMARK_MAIN();
