#include "probes/platform/cpu_frequency.h"

#include <sstream>
#include <string>

#include "probes/durable_file.h"

namespace hypergauge::probes {

double ReadCpuFrequency(const std::filesystem::path& sys_root) {
  constexpr double kHertzPerKilohertz = 1000;
  const auto cpus = sys_root / "devices/system/cpu";
  double sum = 0;
  int count = 0;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(cpus, ignored)) {
    const auto text = ReadHead(entry.path() / "cpufreq/scaling_cur_freq", 64);
    double kilohertz = 0;
    if (text && std::istringstream(*text) >> kilohertz && kilohertz > 0) {
      sum += kilohertz;
      ++count;
    }
  }
  return count > 0 ? sum / count * kHertzPerKilohertz : 0;
}

}  // namespace hypergauge::probes
