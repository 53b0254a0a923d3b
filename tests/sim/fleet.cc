#include "tests/sim/fleet.h"

#include <charconv>
#include <cmath>

#include "base/clock.h"

namespace hypergauge::sim {
namespace {

using std::chrono::milliseconds;

constexpr double kSkew = 200e-6;
constexpr Time kClockError = milliseconds(5);

Time Scale(Time duration, double factor) {
  return Time(std::llround(static_cast<double>(duration.count()) * factor));
}

aggregator::BenchmarkSet Benchmarks() {
  std::vector<aggregator::BenchmarkFacts> all;
  for (const char* category : {"cpu", "disk", "kernel", "memory", "network"}) {
    for (int i = 0; i < 7; ++i) {
      aggregator::BenchmarkFacts facts;
      facts.name = std::string(category) + "_" + std::to_string(i);
      facts.category = category;
      facts.suites = {"light", "standard"};
      facts.core = i < 2;
      all.push_back(std::move(facts));
    }
  }
  return std::make_shared<const std::vector<aggregator::BenchmarkFacts>>(std::move(all));
}

}  // namespace

Time Luck::Wait(Time mean) {
  return Scale(mean, -std::log1p(-Between(0, 1)));
}

Time ProbeClock::Shows(Time at) const {
  return at + Scale(at - exchanged, skew) + error;
}

Time ProbeClock::When(Time shown) const {
  return exchanged + Scale(shown - error - exchanged, 1 / (1 + skew));
}

Time ProbeClock::Takes(Time duration) const {
  return Scale(duration, 1 / (1 + skew));
}

Fleet::Fleet(const SimOptions& options, Luck& luck) : benchmarks(Benchmarks()) {
  for (int i = 0; i < options.hosts; ++i) hosts.push_back("host" + std::to_string(i));
  for (int i = 0; i < options.hosts + options.guests; ++i) {
    Node node;
    node.id = "n" + std::to_string(i);
    node.is_host = i < options.hosts;
    node.host = i % options.hosts;
    node.told_host = node.host;
    node.clock.skew = luck.Between(-kSkew, kSkew);
    node.clock.error = luck.Between(-kClockError, kClockError);
    nodes.push_back(std::move(node));
  }
}

int Fleet::Find(const std::string& node_id) const {
  int index = -1;
  (void)std::from_chars(node_id.data() + 1, node_id.data() + node_id.size(), index);
  return index;
}

aggregator::NodeFacts Fleet::FactsOf(const Node& node) const {
  aggregator::NodeFacts facts;
  facts.node_id = node.id;
  facts.host = hosts[node.told_host];
  facts.is_host = node.is_host;
  facts.benchmarks = benchmarks;
  facts.responder = node.id + ":10912";
  return facts;
}

}  // namespace hypergauge::sim
