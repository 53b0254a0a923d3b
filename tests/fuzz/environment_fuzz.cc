// Files of /proc, /sys, /etc and /usr that facts are read of; the first byte picks one.
#include <array>

#include "base/text_format.h"
#include "probes/platform/environment.h"
#include "probes/platform/facts/fact.h"
#include "tests/fuzz/bytes.h"
#include "tests/fuzz/root.h"

namespace {

using hypergauge::fuzz::Expect;

constexpr std::array kFiles = {
    "proc/cpuinfo",
    "proc/meminfo",
    "proc/zoneinfo",
    "proc/swaps",
    "proc/cmdline",
    "proc/self/mountinfo",
    "proc/self/cgroup",
    "sys/devices/system/cpu/online",
    "sys/devices/system/cpu/vulnerabilities/meltdown",
    "sys/kernel/mm/transparent_hugepage/enabled",
    "sys/hypervisor/version/extra",
    "usr/share/perl5/PVE/pvecfg.pm",
    "etc/os-release",
};

void ExpectText(const std::string& text) {
  Expect(text.size() <= hypergauge::probes::facts::kFactBytes);
  Expect(hypergauge::IsUtf8(text));
  for (const char c : text) Expect(static_cast<unsigned char>(c) >= 0x20);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  static const hypergauge::fuzz::Root root("environment_fuzz");
  const auto* file = kFiles[data[0] % kFiles.size()];
  root.Write(file, hypergauge::fuzz::Text(data + 1, size - 1));
  const auto environment = hypergauge::probes::ReadEnvironment(root.path(), "/var/tmp", {});
  root.Remove(file);
  ExpectText(environment.kernel_release());
  ExpectText(environment.cpu_model());
  ExpectText(environment.os_release());
  ExpectText(environment.work_filesystem());
  for (const auto& [name, value] : environment.facts()) {
    ExpectText(value);
    Expect(!value.empty());
  }
  return 0;
}
