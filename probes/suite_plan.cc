#include "probes/suite_plan.h"

#include <algorithm>
#include <random>
#include <set>

namespace hypergauge::probes {
namespace {

using Descriptors = std::vector<v1::BenchmarkDescriptor>;

constexpr uint64_t kTurns = 4;  // a quarter of the light suite's others runs in each cycle

template <typename Range>
bool Contains(const Range& range, const std::string& value) {
  return std::find(range.begin(), range.end(), value) != range.end();
}

const v1::BenchmarkDescriptor* Find(const Descriptors& known, const std::string& name) {
  const auto found = std::find_if(known.begin(), known.end(),
                                  [&](const auto& each) { return each.name() == name; });
  return found == known.end() ? nullptr : &*found;
}

template <typename Range>
std::string Joined(const Range& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::string NamesOf(const Descriptors& known) {
  std::vector<std::string> names;
  for (const auto& each : known) names.push_back(each.name());
  return Joined(names);
}

Result<std::vector<std::string>> ByCategory(const Descriptors& known,
                                            const std::vector<std::string>& categories) {
  std::set<std::string> all;
  for (const auto& each : known) all.insert(each.category());
  for (const auto& category : categories) {
    if (!all.contains(category)) {
      return Fail(ErrorCode::kInvalidArgument,
                  "unknown category \"" + category + "\"; there are " + Joined(all));
    }
  }
  std::vector<std::string> names;
  for (const auto& each : known) {
    if (Contains(categories, each.category())) names.push_back(each.name());
  }
  return names;
}

bool IsEnabled(const Config& config, const std::string& name) {
  const auto found = config.benchmarks.find(name);
  return found == config.benchmarks.end() || found->second.enabled;
}

// `known` comes sorted by name, so that a benchmark's turn stays the same from cycle to cycle.
std::vector<std::string> BySuite(const Descriptors& known, const Config& config,
                                 const Selection& selection) {
  std::vector<std::string> names;
  const bool take_turns = selection.suite == "light" && !selection.whole;
  uint64_t place = 0;
  for (const auto& each : known) {
    if (!Contains(each.suites(), selection.suite) || !IsEnabled(config, each.name())) continue;
    if (each.core() || !take_turns || place++ % kTurns == selection.cycle % kTurns) {
      names.push_back(each.name());
    }
  }
  Reorder(known, /*core_first=*/true, selection.seed, names);
  return names;
}

}  // namespace

Result<std::vector<std::string>> SelectBenchmarks(const Descriptors& known, const Config& config,
                                                  const Selection& selection) {
  if (const auto suite = SuiteOf(config, selection.suite); !suite) {
    return tl::unexpected(suite.error());
  }
  for (const auto& name : selection.names) {
    if (Find(known, name) == nullptr) {
      return Fail(ErrorCode::kInvalidArgument,
                  "unknown benchmark \"" + name + "\"; there are " + NamesOf(known));
    }
  }
  if (!selection.categories.empty()) {
    auto names = ByCategory(known, selection.categories);
    if (names) names->insert(names->end(), selection.names.begin(), selection.names.end());
    return names;
  }
  return selection.names.empty() ? BySuite(known, config, selection) : selection.names;
}

// A fixed order would always show a benchmark the caches and clock rates that another leaves.
void Reorder(const Descriptors& known, bool core_first, uint64_t seed,
             std::vector<std::string>& names) {
  std::mt19937_64 random(seed);
  std::shuffle(names.begin(), names.end(), random);
  if (!core_first) return;
  std::stable_partition(names.begin(), names.end(), [&](const std::string& name) {
    const auto* descriptor = Find(known, name);
    return descriptor != nullptr && descriptor->core();
  });
}

Result<void> CheckAgainst(const Descriptors& known, const Config& config) {
  for (const auto& [name, benchmark] : config.benchmarks) {
    const auto* descriptor = Find(known, name);
    if (descriptor == nullptr) {
      return Fail(
          ErrorCode::kInvalidArgument,
          "benchmarks." + name + ": there is no such benchmark; there are " + NamesOf(known));
    }
    for (const auto& [option, value] : benchmark.options) {
      if (!descriptor->options().contains(option)) {
        return Fail(ErrorCode::kInvalidArgument,
                    "benchmarks." + name + ".options." + option + ": it has no such option");
      }
    }
  }
  return {};
}

}  // namespace hypergauge::probes
