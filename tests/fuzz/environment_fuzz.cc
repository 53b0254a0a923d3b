// Files of /proc, /sys, /etc and /usr that facts are read of; the first byte picks one.
#include <array>

#include "base/text_format.h"
#include "probes/platform/environment.h"
#include "probes/platform/facts/fact.h"
#include "probes/platform/pressure.h"
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
    "sys/fs/cgroup/cpu.max",
    "sys/fs/cgroup/cpu.stat",
    "sys/fs/cgroup/memory.max",
    "sys/fs/cgroup/cpuset.cpus.effective",
    "sys/fs/cgroup/cpu/cpu.cfs_quota_us",
    "sys/fs/cgroup/memory/memory.limit_in_bytes",
    "proc/pressure/cpu",
    "var/lib/dpkg/status",
};

// What the limits and the list of packages are read for.
void WriteCompanions(const hypergauge::fuzz::Root& root, std::string_view file) {
  const bool is_legacy =
      file.find("cgroup/cpu/") != file.npos || file.find("limit_in") != file.npos;
  if (file.starts_with("sys/fs/cgroup/")) {
    root.Write("proc/self/cgroup", is_legacy ? "4:cpu:/\n5:memory:/\n" : "0::/\n");
  }
  root.Write("sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  root.Write("proc/pressure/memory", "some avg10=0.00 avg60=0.00 avg300=0.00 total=1\n");
  root.Write("proc/pressure/io", "some avg10=0.00 avg60=0.00 avg300=0.00 total=1\n");
  root.Write("usr/bin/vmtoolsd", "");
}

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
  WriteCompanions(root, file);
  root.Write(file, hypergauge::fuzz::Text(data + 1, size - 1));
  const auto environment = hypergauge::probes::ReadEnvironment(root.path(), "/var/tmp", {});
  const auto pressure = hypergauge::probes::ReadPressure(root.path() / "proc");
  Expect(!pressure || pressure->cpu.count() >= 0);
  root.Remove(file);
  root.Remove("proc/self/cgroup");
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
