// Files of /proc, /sys, /etc and /usr that facts are read of; the first byte picks one.
#include <unistd.h>

#include <array>
#include <filesystem>
#include <fstream>

#include "base/text_format.h"
#include "probes/platform/environment.h"
#include "probes/platform/facts/fact.h"
#include "tests/fuzz/bytes.h"

namespace {

namespace fs = std::filesystem;
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

// In memory, in a folder of this process's own.
struct Root {
  Root() {
    for (const auto* file : kFiles) fs::create_directories((path / file).parent_path());
  }
  ~Root() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  Root(const Root&) = delete;
  Root& operator=(const Root&) = delete;

  const fs::path path = fs::path("/dev/shm") / ("environment_fuzz." + std::to_string(getpid()));
};

void ExpectText(const std::string& text) {
  Expect(text.size() <= hypergauge::probes::facts::kFactBytes);
  Expect(hypergauge::IsUtf8(text));
  for (const char c : text) Expect(static_cast<unsigned char>(c) >= 0x20);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  static const Root root;
  const auto path = root.path / kFiles[data[0] % kFiles.size()];
  const auto text = hypergauge::fuzz::Text(data + 1, size - 1);
  std::ofstream(path).write(text.data(), static_cast<std::streamsize>(text.size()));
  const auto environment = hypergauge::probes::ReadEnvironment(root.path, "/var/tmp");
  fs::remove(path);
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
