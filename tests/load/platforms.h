#pragma once

#include <span>
#include <string_view>

namespace hypergauge::load {

/// What a platform costs: times of the guest / times of its host, by category of benchmarks.
struct Costs {
  double cpu = 1;
  double memory = 1;
  double kernel = 1;
  double disk = 1;
  double network = 1;
};

/// What a simulated guest runs in.
struct SimPlatform {
  std::string_view name;
  std::string_view hypervisor;
  std::string_view container;
  std::string_view former_version;
  std::string_view version;
  std::string_view clocksource;
  Costs costs;
};

/// Those that need a host of their own, and those that run beside another one on a Linux host.
[[nodiscard]] std::span<const SimPlatform> MainPlatforms();
[[nodiscard]] std::span<const SimPlatform> SidePlatforms();

/// The cost of a category; that of the CPU for one that is not known.
[[nodiscard]] double CostOf(const Costs& costs, std::string_view category);

}  // namespace hypergauge::load
