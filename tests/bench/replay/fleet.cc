#include "tests/bench/replay/fleet.h"

#include <algorithm>
#include <cmath>

namespace hypergauge::replay {
namespace {

constexpr int kBaseline = 130;  // steps before a cause that belong to it alone
constexpr int kAftermath = 200;

double Uniform(std::mt19937_64& random, double low, double high) {
  return std::uniform_real_distribution<double>(low, high)(random);
}

int Below(std::mt19937_64& random, int count) {
  return std::uniform_int_distribution<int>(0, count - 1)(random);
}

int MembersOf(const Cause& cause, const std::vector<Node>& nodes) {
  int members = 0;
  for (size_t i = 0; i < nodes.size(); ++i) {
    members += Reaches(cause, nodes, static_cast<int>(i)) ? 1 : 0;
  }
  return std::max(1, members);
}

double SigmasOf(const Cause& cause, const std::vector<Node>& nodes) {
  double best = 0;
  for (const int benchmark : cause.benchmarks) {
    const double noise = Benchmarks()[benchmark].noise / std::sqrt(MembersOf(cause, nodes));
    best = std::max(best, cause.effect / noise);
  }
  return best;
}

bool Meet(const Cause& a, const Cause& b, const std::vector<Node>& nodes) {
  const auto far = [](const Cause& first, const Cause& second) {
    const int last = std::max(first.onset + first.spread, std::min(first.end, first.onset + 1000));
    const int over = first.end < 1 << 20 ? last : first.onset + first.spread;
    return second.onset > over + kAftermath;
  };
  if (far(a, b) || far(b, a)) return false;
  const bool same_benchmark =
      std::any_of(a.benchmarks.begin(), a.benchmarks.end(), [&](int benchmark) {
        return std::count(b.benchmarks.begin(), b.benchmarks.end(), benchmark) > 0;
      });
  if (!same_benchmark) return false;
  for (size_t i = 0; i < nodes.size(); ++i) {
    const int node = static_cast<int>(i);
    if (Reaches(a, nodes, node) && Reaches(b, nodes, node)) return true;
  }
  return false;
}

Cause Draw(const ReplayOptions& options, CauseLevel level, int number, std::mt19937_64& random) {
  Cause cause{.level = level, .benchmarks = {}};
  if (level == CauseLevel::kGuest) cause.subject = options.hosts + Below(random, options.guests);
  if (level == CauseLevel::kHost) cause.subject = Below(random, options.hosts);
  if (level == CauseLevel::kPlatform) cause.subject = Below(random, 2);
  cause.benchmarks.push_back(Below(random, options.benchmarks));
  if (options.benchmarks > 1 && Below(random, 3) == 0 && level != CauseLevel::kPlatform) {
    const int other =
        (cause.benchmarks[0] + 1 + Below(random, options.benchmarks - 1)) % options.benchmarks;
    cause.benchmarks.push_back(other);
  }
  // Small ones are likelier, as they are.
  cause.effect = 0.03 * std::pow(10.0, Uniform(random, 0, 1));
  // The one that the goal speaks of: 3 % of a release, on all its nodes at once.
  if (level == CauseLevel::kPlatform && number < 2) cause.effect = 0.03;
  const int steps = options.days * kStepsADay;
  cause.onset = kBaseline + Below(random, std::max(1, steps - kBaseline - kStepsADay));
  cause.spread = level == CauseLevel::kPlatform && number % 2 == 1 ? 12 : 0;
  const bool is_mended = cause.spread == 0 && Below(random, 2) == 0;
  cause.end = is_mended ? cause.onset + 3 * kStepsADay + Below(random, 2 * kStepsADay) : 1 << 20;
  cause.has_event = cause.spread > 0 || Below(random, 2) == 0;
  return cause;
}

}  // namespace

const std::vector<Benchmark>& Benchmarks() {
  static const std::vector<Benchmark> kBenchmarks = {
      {"cpu_prime", "cpu_prime_events_per_second", true, 0.04},
      {"disk_rand_read", "disk_rand_read_operations_per_second", true, 0.08},
      {"memory_triad", "memory_triad_bytes_per_second", true, 0.15},
      {"kernel_context_switch", "kernel_context_switch_seconds", false, 0.18},
      {"disk_sync", "disk_sync_latency_seconds", false, 0.13},
      {"kernel_page_fault", "kernel_page_fault_seconds", false, 0.14},
      {"cpu_blowfish", "cpu_blowfish_seconds", false, 0.17},
      {"network_tcp_rr", "network_tcp_rr_latency_seconds", false, 0.24}};
  return kBenchmarks;
}

std::vector<Node> MakeNodes(const ReplayOptions& options) {
  std::vector<Node> nodes;
  for (int i = 0; i < options.hosts; ++i) {
    const auto name = "host" + std::to_string(i);
    const int platform = i * 2 / options.hosts;
    nodes.push_back({.info = {.node = name,
                              .host = name,
                              .role = "host",
                              .platform = "metal",
                              .platform_version = {},
                              .kernel = platform == 0 ? "6.8.12-pve" : "5.15.0-xen",
                              .guest_image = {}},
                     .host = i,
                     .platform = platform});
  }
  for (int i = 0; i < options.guests; ++i) {
    const int host = i % options.hosts;
    const int platform = nodes[host].platform;
    nodes.push_back({.info = {.node = "guest" + std::to_string(i),
                              .host = nodes[host].info.node,
                              .role = "guest",
                              .platform = platform == 0 ? "proxmox-ve" : "xen",
                              .platform_version = "1",
                              .kernel = "6.1.0-" + std::to_string(i % 7),
                              .guest_image = "image" + std::to_string(i % 4)},
                     .host = host,
                     .platform = platform,
                     .is_guest = true});
  }
  return nodes;
}

bool Reaches(const Cause& cause, const std::vector<Node>& nodes, int node) {
  switch (cause.level) {
    case CauseLevel::kGuest:
      return node == cause.subject;
    case CauseLevel::kHost:
      return nodes[node].host == cause.subject;
    case CauseLevel::kPlatform:
      return nodes[node].is_guest && nodes[node].platform == cause.subject;
  }
  return false;
}

int OnsetOn(const Cause& cause, const std::vector<Node>& nodes, int node) {
  // Hosts are upgraded one after the other, in an order that is none of their numbers.
  const int turn = cause.spread == 0 ? 0 : nodes[node].host * 7 % (cause.spread + 1);
  return cause.onset + turn;
}

std::vector<Cause> MakeCauses(const ReplayOptions& options, const std::vector<Node>& nodes,
                              std::mt19937_64& random) {
  std::vector<Cause> causes;
  const int platforms = options.causes * 3 / 20;
  const int on_hosts = options.causes * 3 / 10;
  for (int i = 0; i < options.causes; ++i) {
    const auto level = i < platforms              ? CauseLevel::kPlatform
                       : i < platforms + on_hosts ? CauseLevel::kHost
                                                  : CauseLevel::kGuest;
    // After the platforms' and until half of all are beyond it, only large ones are taken.
    const auto large = std::count_if(causes.begin(), causes.end(),
                                     [](const Cause& cause) { return cause.sigmas >= 3; });
    const bool needs_large = large < options.causes * 6 / 10 && i % 3 != 0;
    for (int attempt = 0; attempt < 2000; ++attempt) {
      Cause cause = Draw(options, level, i, random);
      cause.sigmas = SigmasOf(cause, nodes);
      if (needs_large && cause.sigmas < 3) continue;
      const bool meets = std::any_of(causes.begin(), causes.end(),
                                     [&](const Cause& other) { return Meet(cause, other, nodes); });
      if (meets) continue;
      causes.push_back(cause);
      break;
    }
  }
  return causes;
}

}  // namespace hypergauge::replay
