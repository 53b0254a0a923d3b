#include "aggregator/records/environment_facts.h"

#include <algorithm>
#include <cstdint>

namespace hypergauge::aggregator {
namespace {

std::string Number(uint64_t value) {
  return value == 0 ? "" : std::to_string(value);
}

// "container lxc in vm kvm proxmox-ve paravirt-kvm": what the node runs in, from the inside out.
std::string LayersText(const v1::Platform& platform) {
  std::string text;
  for (const auto& layer : platform.layers()) {
    if (!text.empty()) text += " in ";
    text += layer.kind();
    for (const auto* part : {&layer.hypervisor(), &layer.product(), &layer.guest_type()}) {
      if (!part->empty()) text += " " + *part;
    }
    if (!layer.confidence().empty()) text += " (" + layer.confidence() + ")";
  }
  return text;
}

}  // namespace

FactMap FactsOf(const v1::Environment& environment, const v1::Platform& platform) {
  FactMap facts(environment.facts().begin(), environment.facts().end());
  facts["kernel_release"] = environment.kernel_release();
  facts["architecture"] = environment.architecture();
  facts["cpu_model"] = environment.cpu_model();
  facts["online_cpus"] = Number(environment.online_cpus());
  // A balloon moves MemTotal by itself, but not what the machine has.
  facts["memory_bytes"] =
      facts.contains("memory_present") ? "" : Number(environment.memory_bytes());
  facts["os_release"] = environment.os_release();
  facts["clocksource"] = environment.clocksource();
  facts["work_filesystem"] = environment.work_filesystem();
  facts["platform"] = platform.name();
  facts["platform_hypervisor"] = platform.hypervisor();
  facts["platform_container"] = platform.container();
  facts["platform_version"] = platform.version();
  facts["platform_layers"] = LayersText(platform);
  std::erase_if(facts, [](const auto& fact) { return fact.second.empty(); });
  return facts;
}

std::vector<FactChange> Compare(const FactMap& before, const FactMap& after) {
  std::vector<FactChange> changes;
  for (const auto& [name, value] : after) {
    const auto old = before.find(name);
    if (old == before.end()) {
      changes.push_back({name, "", value});
    } else if (old->second != value) {
      changes.push_back({name, old->second, value});
    }
  }
  for (const auto& [name, value] : before) {
    if (!after.contains(name)) changes.push_back({name, value, ""});
  }
  std::sort(changes.begin(), changes.end(),
            [](const FactChange& a, const FactChange& b) { return a.name < b.name; });
  return changes;
}

}  // namespace hypergauge::aggregator
