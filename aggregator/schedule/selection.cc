#include "aggregator/schedule/selection.h"

#include <algorithm>
#include <set>

namespace hypergauge::aggregator {
namespace {

constexpr const char* kNetwork = "network";

// FNV-1a and the finaliser of splitmix64: the same order with every compiler and library.
uint64_t Draw(uint64_t seed, const std::string& name) {
  uint64_t value = 0xcbf29ce484222325U ^ (seed * 0x9e3779b97f4a7c15U);
  for (const char c : name) value = (value ^ static_cast<unsigned char>(c)) * 0x100000001b3U;
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9U;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebU;
  return value ^ (value >> 31);
}

bool IsIn(const BenchmarkFacts& benchmark, const std::string& suite) {
  return std::find(benchmark.suites.begin(), benchmark.suites.end(), suite) !=
         benchmark.suites.end();
}

struct Offered {
  std::set<std::string> core;
  std::set<std::string> others;
};

Offered OfferedBy(const std::vector<BenchmarkSet>& sets, const std::string& suite) {
  Offered offered;
  std::set<const void*> seen;
  for (const auto& set : sets) {
    if (set == nullptr || !seen.insert(set.get()).second) continue;
    for (const auto& benchmark : *set) {
      if (!IsIn(benchmark, suite)) continue;
      (benchmark.core ? offered.core : offered.others).insert(benchmark.name);
    }
  }
  // What one probe calls core and another does not is core, once.
  for (const auto& name : offered.core) offered.others.erase(name);
  return offered;
}

void AppendShuffled(const std::vector<std::string>& names, uint64_t seed,
                    std::vector<std::string>& to) {
  std::vector<std::pair<uint64_t, const std::string*>> drawn;
  drawn.reserve(names.size());
  for (const auto& name : names) drawn.emplace_back(Draw(seed, name), &name);
  std::sort(drawn.begin(), drawn.end(), [](const auto& a, const auto& b) {
    return a.first != b.first ? a.first < b.first : *a.second < *b.second;
  });
  for (const auto& [order, name] : drawn) to.push_back(*name);
}

}  // namespace

std::vector<std::string> SelectBenchmarks(const Plan& plan, const std::vector<BenchmarkSet>& sets,
                                          uint64_t quarter, uint64_t seed) {
  if (!plan.benchmarks.empty()) return plan.benchmarks;
  const auto offered = OfferedBy(sets, plan.suite);
  std::vector<std::string> others;
  uint64_t index = 0;
  for (const auto& name : offered.others) {
    if (plan.suite != "light" || index % kQuarters == quarter % kQuarters) others.push_back(name);
    ++index;
  }
  std::vector<std::string> selected;
  AppendShuffled({offered.core.begin(), offered.core.end()}, seed, selected);
  AppendShuffled(others, seed, selected);
  return selected;
}

const BenchmarkFacts* FindBenchmark(const BenchmarkSet& has, const std::string& name) {
  if (has == nullptr) return nullptr;
  const auto found = std::lower_bound(
      has->begin(), has->end(), name,
      [](const BenchmarkFacts& benchmark, const std::string& key) { return benchmark.name < key; });
  return found != has->end() && found->name == name ? &*found : nullptr;
}

Work WorkOf(const BenchmarkSet& has, const std::vector<std::string>& names,
            const std::map<std::string, LockClass>& classes) {
  Work work;
  if (has == nullptr) return work;
  Resources resources = 0;
  auto strictest = LockClass::kBackground;
  work.benchmarks.reserve(names.size());
  for (const auto& name : names) {
    const auto* benchmark = FindBenchmark(has, name);
    if (benchmark == nullptr) continue;
    work.benchmarks.push_back(name);
    const auto configured = classes.find(benchmark->category);
    strictest = std::min(strictest,
                         configured == classes.end() ? LockClass::kExclusive : configured->second);
    resources |= benchmark->resources;
    work.uses_network = work.uses_network || benchmark->category == kNetwork;
    const uint64_t room = UINT64_MAX - work.bytes_sent;
    work.bytes_sent += std::min(room, benchmark->least_bytes_sent);
  }
  if (work.benchmarks.empty() || strictest == LockClass::kExclusive) return work;
  work.lock_class = strictest;
  // Nothing runs without a CPU.
  work.resources = static_cast<Resources>(resources == 0 ? kCpu : resources & kAllResources);
  return work;
}

bool HasWork(const BenchmarkSet& has, const Work& work) {
  return has == nullptr || !work.benchmarks.empty();
}

std::vector<std::string> SuiteOf(const BenchmarkSet& has, const std::string& suite,
                                 const std::string& category) {
  std::vector<std::string> names;
  if (has == nullptr) return names;
  for (const auto& benchmark : *has) {
    if (!IsIn(benchmark, suite)) continue;
    if (category.empty() || benchmark.category == category) names.push_back(benchmark.name);
  }
  return names;
}

}  // namespace hypergauge::aggregator
