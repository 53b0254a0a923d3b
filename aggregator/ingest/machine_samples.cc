#include "aggregator/ingest/machine_samples.h"

#include <algorithm>

namespace hypergauge::aggregator {
namespace {

using exporter::MetricType;

bool IsHex(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

// Lengths of the runs of hexadecimal digits between separators: "ab:12" has 2 and 2.
std::vector<size_t> HexGroups(std::string_view text, std::string_view separators) {
  std::vector<size_t> groups;
  size_t length = 0;
  for (const char c : text) {
    if (IsHex(c)) {
      ++length;
    } else {
      groups.push_back(separators.find(c) == std::string_view::npos ? 0 : length);
      length = 0;
    }
  }
  groups.push_back(length);
  return groups;
}

// Whether `shape` stands somewhere in the groups.
bool Holds(const std::vector<size_t>& groups, const std::vector<size_t>& shape) {
  return std::search(groups.begin(), groups.end(), shape.begin(), shape.end()) != groups.end();
}

bool LooksLikeIdentity(std::string_view value) {
  constexpr size_t kDigest = 16;
  const auto by_dash = HexGroups(value, "-");
  return std::any_of(by_dash.begin(), by_dash.end(), [](size_t n) { return n >= kDigest; }) ||
         Holds(by_dash, {8, 4, 4, 4}) || Holds(by_dash, {2, 2, 2, 2, 2}) ||
         Holds(HexGroups(value, ":"), {2, 2, 2, 2, 2});
}

// Cut between characters.
std::string Cut(const std::string& text) {
  if (text.size() <= kMostLabelBytes) return text;
  size_t end = kMostLabelBytes;
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end);
}

// "meltdown=PTI; mds=Vulnerable: no microcode" is "1 vulnerable": whole, it would be a value of its
// own for each kernel and CPU. What is not affected is not in it.
std::string CountedMitigations(std::string_view all) {
  if (all == "not affected") return std::string(all);
  size_t vulnerable = 0;
  size_t unknown = 0;
  while (!all.empty()) {
    const auto end = std::min(all.find("; "), all.size());
    const auto each = all.substr(0, end);
    all.remove_prefix(std::min(end + 2, all.size()));
    const auto state = each.substr(std::min(each.find('=') + 1, each.size()));
    if (state.starts_with("Vulnerable") || state.find(": Vulnerable") != state.npos) ++vulnerable;
    if (state.starts_with("Unknown")) ++unknown;
  }
  std::string text;
  if (vulnerable > 0) text = std::to_string(vulnerable) + " vulnerable";
  if (unknown > 0) text += (text.empty() ? "" : ", ") + std::to_string(unknown) + " unknown";
  return text.empty() ? "mitigated" : text;
}

// What the node runs in, and the virtual machine around it where that is a container.
struct Layers {
  v1::PlatformLayer inner;
  v1::PlatformLayer machine;
};

Layers LayersOf(const v1::Platform& platform) {
  Layers layers;
  if (platform.layers().empty()) {
    // A probe of before layers were told apart.
    layers.inner.set_kind(!platform.container().empty()     ? "container"
                          : platform.hypervisor() == "none" ? "metal"
                          : platform.hypervisor().empty()   ? ""
                                                            : "vm");
    return layers;
  }
  layers.inner = platform.layers(0);
  layers.machine = platform.layers(0);
  for (const auto& layer : platform.layers()) {
    if (layer.kind() == "container") continue;
    layers.machine = layer;
    break;
  }
  return layers;
}

InfoSeries PlatformSeries(const v1::Node& node) {
  const auto& platform = node.platform();
  const auto layers = LayersOf(platform);
  return {"hypergauge_platform_info",
          {{"node", node.label()},
           {"platform", Cut(platform.name())},
           {"kind", Cut(layers.inner.kind())},
           {"hypervisor", Cut(platform.hypervisor())},
           {"product", Cut(layers.machine.product())},
           {"container", Cut(platform.container())},
           {"guest_type", Cut(layers.machine.guest_type())},
           {"confidence", Cut(layers.inner.confidence())},
           {"version", Cut(platform.version())}}};
}

InfoSeries EnvironmentSeries(const v1::Node& node) {
  const auto& environment = node.environment();
  return {"hypergauge_environment_info",
          {{"node", node.label()},
           {"kernel_release", Cut(environment.kernel_release())},
           {"architecture", Cut(environment.architecture())},
           {"cpu_model", Cut(environment.cpu_model())},
           {"os_release", Cut(environment.os_release())},
           {"clocksource", Cut(environment.clocksource())},
           {"work_filesystem", Cut(environment.work_filesystem())}}};
}

}  // namespace

const std::vector<exporter::Family>& MachineFamilies() {
  static const std::vector<exporter::Family> kFamilies = {
      {"hypergauge_platform_info", "What runs the node, and how sure that is; always 1",
       MetricType::kInfo, ""},
      {"hypergauge_environment_info", "Kernel, CPU model, clock source of the node; always 1",
       MetricType::kInfo, ""},
      {"hypergauge_environment_fact_info",
       "Facts of the node that predict performance, one a series; always 1", MetricType::kInfo, ""},
  };
  return kFamilies;
}

const std::vector<std::string_view>& ExportedFacts() {
  // Few values each, and none that names a machine. What a label would cut so that a change of its
  // end does not show (CPU features) is in the epochs only; mitigations are counted.
  static const std::vector<std::string_view> kFacts = {
      "aslr",
      "balloon",
      "cgroup_cpu_max",
      "cgroup_memory_max",
      "cgroup_version",
      "cpu_boost",
      "cpu_cores",
      "cpu_energy_preference",
      "cpu_frequency_driver",
      "cpu_governor",
      "cpu_sockets",
      "cpu_threads",
      "cpuidle_driver",
      "cpuidle_governor",
      "disk_driver",
      "disk_kind",
      "firmware",
      "guest_tools",
      "hugepages_total",
      "hypervisor_version",
      "io_scheduler",
      "machine_type",
      "memory_present",
      "microcode",
      "mitigations",
      "nested",
      "nic_drivers",
      "nic_kind",
      "numa_balancing",
      "numa_nodes",
      "psi",
      "queue_discipline",
      "rotational",
      "same_page_merging",
      "smt",
      "steal_reported",
      "swap",
      "tcp_congestion_control",
      "transparent_hugepages",
      "work_mount_options",
  };
  return kFacts;
}

std::vector<InfoSeries> MachineSeries(const v1::Node& node) {
  std::vector<InfoSeries> series = {PlatformSeries(node), EnvironmentSeries(node)};
  const auto& facts = node.environment().facts();
  for (const auto name : ExportedFacts()) {
    const auto fact = facts.find(std::string(name));
    if (fact == facts.end() || fact->second.empty()) continue;
    const auto value = name == "mitigations" ? CountedMitigations(fact->second) : fact->second;
    if (LooksLikeIdentity(value)) continue;
    series.push_back({"hypergauge_environment_fact_info",
                      {{"node", node.label()}, {"fact", fact->first}, {"value", Cut(value)}}});
  }
  return series;
}

}  // namespace hypergauge::aggregator
