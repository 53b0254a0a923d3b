#include "probes/platform/facts/fact.h"

namespace hypergauge::probes::facts {

std::vector<Fact> AllFacts() {
  std::vector<Fact> all;
  for (const auto group : {CpuFacts(), MemoryFacts(), KernelFacts(), StorageFacts(), NetworkFacts(),
                           LimitFacts(), VirtualizationFacts()}) {
    all.insert(all.end(), group.begin(), group.end());
  }
  return all;
}

}  // namespace hypergauge::probes::facts
