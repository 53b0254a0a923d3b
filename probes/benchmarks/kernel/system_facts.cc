#include "probes/benchmarks/kernel/system_facts.h"

#include <fstream>
#include <system_error>

namespace hypergauge::probes {

std::string Mitigations(const std::filesystem::path& root) {
  bool told = false;
  bool vulnerable = false;
  std::error_code error;
  const std::filesystem::directory_iterator files(root / "sys/devices/system/cpu/vulnerabilities",
                                                  error);
  for (const auto& file : files) {
    std::string line;
    if (!std::getline(std::ifstream(file.path()), line)) continue;
    told = true;
    // Some lines tell of KVM's guests or SMT first: "KVM: Mitigation: VMX disabled".
    if (line.find("Mitigation") != std::string::npos) return "on";
    vulnerable = vulnerable || line.find("Vulnerable") != std::string::npos;
  }
  if (!told) return "unknown";
  return vulnerable ? "off" : "unneeded";
}

std::string Clocksource(const std::filesystem::path& root) {
  std::string name;
  std::ifstream(root / "sys/devices/system/clocksource/clocksource0/current_clocksource") >> name;
  return name.empty() ? "unknown" : name;
}

}  // namespace hypergauge::probes
