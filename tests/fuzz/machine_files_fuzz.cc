// What /proc, /sys and the firmware may hold, in every file that is parsed.
#include <array>
#include <string>

#include "probes/platform/detection_output.h"
#include "probes/platform/fact_text.h"
#include "probes/platform/smbios.h"
#include "tests/fuzz/bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  namespace probes = hypergauge::probes;
  if (size == 0) return 0;
  const auto text = hypergauge::fuzz::Text(data + 1, size - 1);
  constexpr std::array kFiles = {
      "/proc/cpuinfo",
      "/proc/self/cgroup",
      "/proc/1/cgroup",
      "/proc/sysinfo",
      "/proc/self/status",
      "/proc/mounts",
      "/proc/modules",
      "/proc/version",
      "/proc/cmdline",
      "/proc/ppc64/lparcfg",
      "/proc/xen/capabilities",
      "/proc/sys/kernel/osrelease",
      "/sys/hypervisor/properties/features",
      "/run/.containerenv",
      "/proc/device-tree/hypervisor/compatible",
      "/run/systemd/container",
  };
  probes::NamedFacts machine{"fuzz", {}, {}};
  machine.facts.arch = data[0] % 2 == 0 ? "x86_64" : "s390x";
  // One file, or all of them.
  for (size_t i = 0; i < kFiles.size(); ++i) {
    if (data[0] / 2 == i || data[0] / 2 > kFiles.size()) machine.facts.files[kFiles[i]] = text;
  }
  machine.facts.dmi["sys_vendor"] = text;
  machine.facts.signatures[probes::kHypervisorLeaf].bytes = text.substr(0, 12);
  machine.facts.smbios_vm_bit = probes::SmbiosVmBit(text);
  const auto detection = probes::Detect(machine.facts);
  hypergauge::fuzz::Expect(!detection.layers.empty() && detection.layers.size() <= 10);
  hypergauge::fuzz::Expect(!probes::DetectionText(machine).empty());
  hypergauge::fuzz::Expect(probes::Shown(text).size() <= 160);
  return 0;
}
