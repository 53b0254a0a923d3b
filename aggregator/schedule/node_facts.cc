#include "aggregator/schedule/node_facts.h"

#include <algorithm>
#include <utility>

namespace hypergauge::aggregator {
namespace {

Resources ResourcesOf(const v1::BenchmarkDescriptor& descriptor) {
  Resources resources = 0;
  for (const auto& name : descriptor.resources()) {
    if (name == "cpu") resources |= kCpu;
    if (name == "disk") resources |= kDisk;
    if (name == "nic") resources |= kNic;
    if (name == "uplink") resources |= kUplink;
  }
  return resources == 0 ? kAllResources : resources;
}

BenchmarkFacts FactsOf(const v1::BenchmarkDescriptor& descriptor, const std::string& suite) {
  const auto sent = descriptor.least_bytes_sent().find(suite);
  return {.name = descriptor.name(),
          .category = descriptor.category(),
          .suites = {descriptor.suites().begin(), descriptor.suites().end()},
          .core = descriptor.core(),
          .resources = ResourcesOf(descriptor),
          .least_bytes_sent = sent == descriptor.least_bytes_sent().end() ? 0 : sent->second};
}

// All that decides, and nothing that differs between nodes.
std::string KeyOf(const BenchmarkFacts& facts) {
  std::string key = facts.name + '\n' + facts.category + '\n';
  for (const auto& suite : facts.suites) key += suite + ' ';
  return key + (facts.core ? '1' : '0') + std::to_string(facts.resources) + ' ' +
         std::to_string(facts.least_bytes_sent) + '\n';
}

}  // namespace

BenchmarkSet BenchmarkSets::Of(const v1::Hello& hello) {
  std::vector<BenchmarkFacts> facts;
  for (const auto& descriptor : hello.benchmarks()) {
    if (descriptor.available()) facts.push_back(FactsOf(descriptor, suite_));
  }
  std::sort(facts.begin(), facts.end(),
            [](const auto& a, const auto& b) { return a.name < b.name; });
  std::string key;
  for (const auto& each : facts) key += KeyOf(each);
  auto& known = known_[key];
  if (auto set = known.lock()) return set;
  auto set = std::make_shared<const std::vector<BenchmarkFacts>>(std::move(facts));
  known = set;
  std::erase_if(known_, [](const auto& each) { return each.second.expired(); });
  return set;
}

NodeFacts NodeFactsOf(const v1::Hello& hello, std::string host, bool is_host, BenchmarkSets& sets) {
  return {.node_id = hello.identity().node_id(),
          .host = std::move(host),
          .is_host = is_host,
          .wanted_interval = std::chrono::seconds(hello.wanted_interval_seconds()),
          .benchmarks = sets.Of(hello),
          .responder = hello.responder(),
          .peer = hello.peer()};
}

}  // namespace hypergauge::aggregator
