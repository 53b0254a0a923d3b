#include "aggregator/schedule/duty.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>

#include "base/clock.h"
#include "base/duration.h"

namespace hypergauge::aggregator {
namespace {

// Nothing that is asked for or seen makes an interval that the clock cannot be moved by.
constexpr Time kLongest = std::chrono::days(36'500);
// However much else locks a host, its rounds go on.
constexpr double kLeastRoom = 0.1;

Time AsTime(double seconds) {
  if (!(seconds < ToSeconds(kLongest))) return kLongest;
  return std::chrono::milliseconds(std::llround(seconds * 1e3));
}

double WantedSeconds(const RoundLoad& load) {
  return ToSeconds(std::clamp<Time>(load.wanted, std::chrono::milliseconds(1), kLongest));
}

int TurnsOfNode(const RoundLoad& load) {
  return TurnsOf(load) == 1 ? 1 : 2;
}

double RoundSeconds(const RoundLoad& load) {
  double cycles = 0;
  for (const Time cycle : load.cycles) cycles += ToSeconds(cycle);
  return cycles * TurnsOfNode(load);
}

double LongestCycle(const RoundLoad& load) {
  if (load.cycles.empty()) return 0;
  return ToSeconds(*std::max_element(load.cycles.begin(), load.cycles.end()));
}

double NodeShare(const RoundLoad& load, double cycle) {
  return TurnsOfNode(load) * cycle / WantedSeconds(load);
}

// The share that the busiest node would give at the wanted intervals. Where the plans do not have
// the same nodes, their longest turns are taken for one node's.
double BusiestNode(const std::vector<RoundLoad>& loads) {
  const size_t nodes = loads.front().cycles.size();
  const bool same_nodes = std::all_of(loads.begin(), loads.end(), [&](const RoundLoad& load) {
    return load.cycles.size() == nodes;
  });
  double busiest = 0;
  for (size_t i = 0; i < (same_nodes ? nodes : 1); ++i) {
    double share = 0;
    for (const auto& load : loads) {
      share += NodeShare(load, same_nodes ? ToSeconds(load.cycles[i]) : LongestCycle(load));
    }
    busiest = std::max(busiest, share);
  }
  return busiest;
}

struct Shares {
  double node = 0;
  double host = 0;   // of the rounds alone
  double other = 0;  // of the host
  double node_duty = 0;
  double host_duty = 0;
  double factor = 1;
};

Shares SharesOf(const std::vector<RoundLoad>& loads, double node_duty, double host_duty,
                double other) {
  Shares shares{BusiestNode(loads), 0, std::max(other, 0.0), node_duty, host_duty, 1};
  for (const auto& load : loads) shares.host += RoundSeconds(load) / WantedSeconds(load);
  const double room = std::max(host_duty - shares.other, host_duty * kLeastRoom);
  shares.factor = std::max({1.0, shares.node / node_duty, shares.host / room});
  return shares;
}

std::string Number(double value) {
  std::array<char, 32> text{};
  (void)std::snprintf(text.data(), text.size(), "%.4g", value);
  return text.data();
}

// " + 0.008 of other plans", where there is something.
std::string Plus(double share, const char* what) {
  return share > 1e-6 ? " + " + Number(share) + " of " + what : "";
}

std::string Explain(const RoundLoad& load, const EffectiveInterval& effective,
                    const Shares& shares) {
  const auto wanted = FormatSeconds(load.wanted);
  const double cycle = LongestCycle(load);
  const double node = NodeShare(load, cycle);
  const double host = RoundSeconds(load) / WantedSeconds(load);
  const int turns = TurnsOfNode(load);
  std::string text = std::to_string(effective.turns) + (effective.turns == 1 ? " turn" : " turns") +
                     " = " + FormatSeconds(effective.round) + " a round; a node's " +
                     std::to_string(turns) + " x " + FormatSeconds(AsTime(cycle)) + " / " + wanted +
                     " = " + Number(node) + Plus(shares.node - node, "other plans") + ", allowed " +
                     Number(shares.node_duty) + "; the host's " + FormatSeconds(effective.round) +
                     " / " + wanted + " = " + Number(host) +
                     Plus(shares.host - host, "other plans") + Plus(shares.other, "other locks") +
                     ", allowed " + Number(shares.host_duty) + "; ";
  if (shares.factor <= 1) return text + "every " + wanted + " as wanted";
  return text + wanted + " x " + Number(shares.factor) + " = " + FormatSeconds(effective.interval);
}

}  // namespace

int TurnsOf(const RoundLoad& load) {
  const auto nodes = static_cast<int>(load.cycles.size());
  return nodes == 1 && load.has_host ? 1 : 2 * nodes;
}

std::vector<EffectiveInterval> Stretch(const std::vector<RoundLoad>& loads, double node_duty,
                                       double host_duty, double other) {
  std::vector<EffectiveInterval> result;
  if (loads.empty()) return result;
  const auto shares = SharesOf(loads, node_duty, host_duty, other);
  for (const auto& load : loads) {
    EffectiveInterval effective;
    effective.turns = TurnsOf(load);
    effective.round = AsTime(RoundSeconds(load));
    effective.interval = AsTime(WantedSeconds(load) * shares.factor);
    effective.text = Explain(load, effective, shares);
    result.push_back(std::move(effective));
  }
  return result;
}

}  // namespace hypergauge::aggregator
