#include "tests/load/fleet.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <array>
#include <cstdio>

#include "probes/bench_json.h"
#include "probes/benchmark.h"
#include "program/version.h"
#include "tests/load/dice.h"
#include "tests/load/names.h"

namespace hypergauge::load {
namespace {

constexpr uint64_t kIdDraw = 101;
constexpr uint64_t kKernelDraw = 102;
constexpr int kHostsASilentOne = 10;  // of so many hosts one has a guest that fell silent
constexpr size_t kFactBytes = 1024;   // as much as the aggregator takes
constexpr uint64_t kGibibyte = uint64_t{1} << 30U;
constexpr int kBenchPort = 10912;
constexpr int kByte = 256;

// A random UUID's form.
std::string NodeIdOf(uint64_t seed, uint64_t index) {
  const Dice dice(seed);
  const uint64_t high = dice.Bits({kIdDraw, index, 1});
  const uint64_t low = dice.Bits({kIdDraw, index, 2});
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%08x-%04x-4%03x-a%03x-%012llx",
                static_cast<unsigned>(high >> 32U), static_cast<unsigned>(high >> 16U) & 0xffffU,
                static_cast<unsigned>(high) & 0xfffU, static_cast<unsigned>(low >> 52U),
                static_cast<unsigned long long>(low & 0xffffffffffffU));
  return text.data();
}

// Of its guests the last one runs beside the others' hypervisor where that is Linux.
const SimPlatform* PlatformOf(const FleetOptions& options, int host, int guest) {
  const auto main = MainPlatforms();
  const auto& own = main[static_cast<size_t>(host) % main.size()];
  if (own.hypervisor != "kvm" || guest == 0 || guest + 1 < options.guests_per_host) return &own;
  return &SidePlatforms()[own.name == "proxmox-ve" ? 0 : 1];
}

Result<std::vector<v1::BenchmarkDescriptor>> ShippedBenchmarks(
    const std::vector<std::string>& wanted) {
  std::vector<v1::BenchmarkDescriptor> all;
  for (const auto& [name, entry] : probes::Registry()) {
    if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), name) == wanted.end()) continue;
    v1::BenchmarkDescriptor descriptor;
    const auto parsed = google::protobuf::util::JsonStringToMessage(
        probes::DescriptorJson(entry, probes::Context{}), &descriptor);
    if (!parsed.ok()) {
      return Fail(ErrorCode::kInternal, name + ": " + std::string(parsed.message()));
    }
    descriptor.set_available(true);  // whatever this machine can do; see ReasonAgainst
    descriptor.clear_reason();
    all.push_back(std::move(descriptor));
  }
  return all;
}

void DescribeMachine(const SimFleet& fleet, const SimNode& node, v1::Environment& environment) {
  const Dice dice(fleet.options.seed);
  const bool is_newer = dice.Share({kKernelDraw, static_cast<uint64_t>(node.index)}) < 0.5;
  environment.set_kernel_release(is_newer ? "6.1.0-28-amd64" : "6.1.0-25-amd64");
  environment.set_architecture("x86_64");
  environment.set_cpu_model("Intel(R) Xeon(R) Gold 6230 CPU @ 2.10GHz");
  environment.set_online_cpus(node.is_guest ? 4 : 40);
  environment.set_memory_bytes((node.is_guest ? 8 : 192) * kGibibyte);
  environment.set_os_release(node.is_guest && node.index % 3 == 0
                                 ? "Ubuntu 22.04.5 LTS"
                                 : "Debian GNU/Linux 12 (bookworm)");
  environment.set_clocksource(node.is_guest ? std::string(node.platform->clocksource) : "tsc");
  environment.set_work_filesystem(node.index % 4 == 0 ? "xfs" : "ext4");
  auto& facts = *environment.mutable_facts();
  facts["cpu_governor"] = "performance";
  facts["cpu_mitigations"] = "spectre_v2: IBRS; mds: Clear CPU buffers";
  facts["transparent_huge_pages"] = "madvise";
  if (node.is_guest)
    facts["disk_driver"] = node.platform->hypervisor == "kvm" ? "virtio_blk" : "sd";
  if (!fleet.options.hostile) return;
  facts["disk_driver"] = HostileText(kFactBytes);
  environment.set_os_release(HostName(node.index, true));
}

void DescribePlatform(const SimNode& node, v1::Platform& platform) {
  platform.set_name(node.is_guest ? std::string(node.platform->name) : "metal");
  platform.set_hypervisor(node.is_guest ? std::string(node.platform->hypervisor) : "none");
  auto& layer = *platform.add_layers();
  layer.set_kind("metal");
  layer.set_confidence("certain");
  if (!node.is_guest) return;
  platform.set_container(std::string(node.platform->container));
  platform.set_version(
      std::string(node.host % 2 == 0 ? node.platform->version : node.platform->former_version));
  layer.set_kind(node.platform->container.empty() ? "vm" : "container");
  layer.set_hypervisor(std::string(node.platform->hypervisor));
  layer.set_product(std::string(node.platform->name));
  platform.add_evidence("simulated: " + std::string(node.platform->name));
}

}  // namespace

Result<SimFleet> MakeFleet(const FleetOptions& options) {
  auto benchmarks = ShippedBenchmarks(options.benchmarks);
  if (!benchmarks) return tl::unexpected(benchmarks.error());
  SimFleet fleet{options, std::move(*benchmarks), {}};
  for (int host = 0; host < options.hosts; ++host) {
    for (int guest = -1; guest < options.guests_per_host; ++guest) {
      SimNode node;
      node.index = static_cast<int>(fleet.nodes.size());
      node.host = host;
      node.is_guest = guest >= 0;
      node.node_id = NodeIdOf(options.seed, static_cast<uint64_t>(node.index));
      node.name =
          node.is_guest ? GuestName(host, guest, options.hostile) : HostName(host, options.hostile);
      if (node.is_guest) node.platform = PlatformOf(options, host, guest);
      const bool is_last = guest > 0 && guest + 1 == options.guests_per_host;
      node.is_silent = is_last && host % kHostsASilentOne == 1;
      fleet.nodes.push_back(std::move(node));
    }
  }
  return fleet;
}

std::string ResponderOf(const SimNode& node) {
  return "10." + std::to_string(node.index / kByte / kByte) + "." +
         std::to_string(node.index / kByte % kByte) + "." + std::to_string(node.index % kByte) +
         ":" + std::to_string(kBenchPort);
}

std::string ReasonAgainst(const SimFleet& fleet, const SimNode& node,
                          const std::string& benchmark) {
  if (!node.is_guest && benchmark == "kernel_vmexit") return "no hypervisor runs this machine";
  if (node.is_guest && !node.platform->container.empty() && benchmark == "kernel_tlb_shootdown") {
    return "the container may use one CPU only";
  }
  if (benchmark == "tool_hardinfo" && node.index % 2 == 1) {
    return fleet.options.hostile ? HostileText(kFactBytes) : "hardinfo is not installed";
  }
  return {};
}

std::vector<std::string> SuiteOn(const SimFleet& fleet, const SimNode& node,
                                 const std::string& suite) {
  std::vector<std::string> names;
  for (const auto& benchmark : fleet.benchmarks) {
    const auto& suites = benchmark.suites();
    if (std::find(suites.begin(), suites.end(), suite) == suites.end()) continue;
    if (ReasonAgainst(fleet, node, benchmark.name()).empty()) names.push_back(benchmark.name());
  }
  return names;
}

v1::Hello HelloOf(const SimFleet& fleet, const SimNode& node) {
  v1::Hello hello;
  hello.mutable_protocol()->set_major(1);
  hello.mutable_identity()->set_node_id(node.node_id);
  hello.mutable_identity()->set_epoch(1);
  hello.mutable_identity()->set_name(node.name);
  hello.set_role(!node.is_guest                     ? v1::ROLE_HOST
                 : node.platform->container.empty() ? v1::ROLE_GUEST
                                                    : v1::ROLE_CONTAINER);
  if (node.is_guest) {
    hello.mutable_placement()->set_host(fleet.HostOf(node).name);
    hello.mutable_placement()->set_source(v1::Placement::SOURCE_DECLARED);
  }
  DescribePlatform(node, *hello.mutable_platform());
  DescribeMachine(fleet, node, *hello.mutable_environment());
  for (const auto& benchmark : fleet.benchmarks) {
    auto& own = *hello.add_benchmarks();
    own = benchmark;
    own.set_reason(ReasonAgainst(fleet, node, benchmark.name()));
    own.set_available(own.reason().empty());
  }
  hello.mutable_build()->set_probe_version(std::string(Version()));
  hello.mutable_build()->set_compiler("g++ 12.2.0");
  hello.mutable_build()->set_bench_sha256(kBenchSha256);
  hello.set_responder(ResponderOf(node));
  return hello;
}

}  // namespace hypergauge::load
