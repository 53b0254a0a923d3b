#include "tests/load/slowdowns.h"

#include <algorithm>
#include <array>

#include "tests/load/dice.h"

namespace hypergauge::load {
namespace {

constexpr uint64_t kDraw = 201;
// Shares of the history: a step needs points before it to show, and after it to be confirmed.
constexpr double kFirstOnset = 0.55;
constexpr double kLastOnset = 0.8;
constexpr double kMendedOnset = 0.4;
constexpr double kMendedEnd = 0.65;
constexpr double kLeastEffect = 0.12;
constexpr double kMostEffect = 0.45;

// What it looks like, in turn. `fact` is a field or fact of the environment.
struct Kind {
  Slowdown::Scope scope;
  const char* fact;
  const char* before;
  const char* after;
  bool is_mended;
};
constexpr std::array<Kind, 5> kKinds = {{
    {Slowdown::Scope::kHost, "cpu_governor", "performance", "powersave", false},
    {Slowdown::Scope::kNode, "kernel_release", "6.1.0-28-amd64", "6.1.0-31-amd64", false},
    {Slowdown::Scope::kPlatform, "platform_version", "", "", false},
    {Slowdown::Scope::kNode, "", "", "", true},
    {Slowdown::Scope::kNode, "cpu_mitigations", "", "spectre_v2: Retpolines; mds: Vulnerable",
     false},
}};

// The core of the light suite whose figures scatter least: in every round, hence quickly seen.
std::vector<std::string> QuietBenchmarks(const SimFleet& fleet) {
  std::vector<std::string> names;
  for (const bool is_core : {true, false}) {
    for (const auto& benchmark : fleet.benchmarks) {
      const bool is_quiet = benchmark.category() == "cpu" || benchmark.category() == "memory" ||
                            benchmark.category() == "kernel";
      const auto& suites = benchmark.suites();
      const bool is_light = std::find(suites.begin(), suites.end(), "light") != suites.end();
      if (is_quiet && is_light && benchmark.core() == is_core) names.push_back(benchmark.name());
    }
  }
  if (names.empty() && !fleet.benchmarks.empty()) names.push_back(fleet.benchmarks[0].name());
  return names;
}

const SimNode& Subject(const SimFleet& fleet, const Kind& kind, int number) {
  const auto size = 1 + static_cast<size_t>(fleet.options.guests_per_host);
  const auto host = static_cast<size_t>(number) % static_cast<size_t>(fleet.options.hosts);
  if (kind.scope == Slowdown::Scope::kHost || size == 1) return fleet.nodes[host * size];
  return fleet.nodes[host * size + 1];
}

int64_t At(int64_t begin, int64_t end, double share) {
  return begin + static_cast<int64_t>(static_cast<double>(end - begin) * share);
}

}  // namespace

std::vector<Slowdown> MakeSlowdowns(const SimFleet& fleet, int64_t begin_unix_nanos,
                                    int64_t end_unix_nanos) {
  const Dice dice(fleet.options.seed);
  const auto quiet = QuietBenchmarks(fleet);
  std::vector<Slowdown> all;
  for (int i = 0; i < fleet.options.regressions && !quiet.empty(); ++i) {
    const auto& kind = kKinds[static_cast<size_t>(i) % kKinds.size()];
    const auto number = static_cast<uint64_t>(i);
    const auto& subject = Subject(fleet, kind, i);
    Slowdown slowdown;
    slowdown.scope = kind.scope;
    slowdown.node = subject.index;
    slowdown.benchmark = quiet[number % quiet.size()];
    slowdown.effect = dice.Between(kLeastEffect, kMostEffect, {kDraw, number, 1});
    const double onset =
        kind.is_mended ? kMendedOnset : dice.Between(kFirstOnset, kLastOnset, {kDraw, number, 2});
    slowdown.onset_unix_nanos = At(begin_unix_nanos, end_unix_nanos, onset);
    if (kind.is_mended) {
      slowdown.end_unix_nanos = At(begin_unix_nanos, end_unix_nanos, kMendedEnd);
    }
    slowdown.fact = kind.fact;
    slowdown.before = kind.before;
    slowdown.after = kind.after;
    if (kind.scope == Slowdown::Scope::kPlatform && subject.is_guest) {
      slowdown.before = HelloOf(fleet, subject).platform().version();
      slowdown.after = slowdown.before + "-p1";
    }
    all.push_back(std::move(slowdown));
  }
  return all;
}

bool Reaches(const Slowdown& slowdown, const SimFleet& fleet, const SimNode& node) {
  const auto& subject = fleet.nodes[static_cast<size_t>(slowdown.node)];
  switch (slowdown.scope) {
    case Slowdown::Scope::kNode:
      return node.index == subject.index;
    case Slowdown::Scope::kHost:
      return node.host == subject.host;
    case Slowdown::Scope::kPlatform:
      break;
  }
  // Hosts of one line of a platform have the same version.
  return node.is_guest && subject.is_guest && node.platform == subject.platform &&
         node.host % 2 == subject.host % 2;
}

double EffectOn(const std::vector<Slowdown>& all, const SimFleet& fleet, const SimNode& node,
                const std::string& benchmark, int64_t at_unix_nanos) {
  double effect = 1;
  for (const auto& slowdown : all) {
    if (slowdown.benchmark == benchmark && at_unix_nanos >= slowdown.onset_unix_nanos &&
        at_unix_nanos < slowdown.end_unix_nanos && Reaches(slowdown, fleet, node)) {
      effect *= 1 + slowdown.effect;
    }
  }
  return effect;
}

void ApplyFacts(const std::vector<Slowdown>& all, const SimFleet& fleet, const SimNode& node,
                int64_t at_unix_nanos, v1::Hello& hello) {
  for (const auto& slowdown : all) {
    if (slowdown.fact.empty() || !Reaches(slowdown, fleet, node)) continue;
    // A host's governor is a fact of the host alone.
    if (slowdown.scope == Slowdown::Scope::kHost && node.is_guest) continue;
    const bool is_after = at_unix_nanos >= slowdown.onset_unix_nanos;
    const std::string& value = is_after ? slowdown.after : slowdown.before;
    if (slowdown.fact == "kernel_release") {
      hello.mutable_environment()->set_kernel_release(value);
    } else if (slowdown.fact == "platform_version") {
      hello.mutable_platform()->set_version(value);
    } else if (!value.empty()) {
      (*hello.mutable_environment()->mutable_facts())[slowdown.fact] = value;
    }
  }
}

}  // namespace hypergauge::load
