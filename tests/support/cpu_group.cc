#include "tests/support/cpu_group.h"

#include <unistd.h>

#include <cmath>
#include <fstream>
#include <system_error>

namespace hypergauge::testing {
namespace {

// Short, so that a benchmark's samples see many periods.
constexpr int kPeriodMicros = 10'000;

bool WriteTo(const std::filesystem::path& file, const std::string& value) {
  std::ofstream out(file);
  out << value << std::flush;
  return out.good();
}

}  // namespace

CpuGroup::CpuGroup() {
  unified_ = std::filesystem::exists("/sys/fs/cgroup/cgroup.controllers");
  root_ = unified_ ? "/sys/fs/cgroup" : "/sys/fs/cgroup/cpu";
  folder_ = root_ / ("hypergauge-test-" + std::to_string(getpid()));
  if (unified_) WriteTo(root_ / "cgroup.subtree_control", "+cpu");
  std::error_code error;
  std::filesystem::create_directory(folder_, error);
  if (error) {
    missing_ = folder_.string() + ": " + error.message();
  } else if (!LiftQuota()) {
    missing_ = folder_.string() + ": no CPU quota can be set here";
  } else {
    static_cast<void>(unified_ ? Write("cpu.weight", "10000") : Write("cpu.shares", "262144"));
  }
}

CpuGroup::~CpuGroup() {
  std::ifstream inside(folder_ / "cgroup.procs");
  for (std::string pid; std::getline(inside, pid);) WriteTo(root_ / "cgroup.procs", pid);
  std::error_code error;
  std::filesystem::remove(folder_, error);
}

bool CpuGroup::Write(const std::string& file, const std::string& value) const {
  return WriteTo(folder_ / file, value);
}

bool CpuGroup::Add(pid_t pid) const {
  return Write("cgroup.procs", std::to_string(pid));
}

bool CpuGroup::SetQuota(double cpus) const {
  const auto quota = std::to_string(std::lround(cpus * kPeriodMicros));
  const auto period = std::to_string(kPeriodMicros);
  if (unified_) return Write("cpu.max", quota + " " + period);
  return Write("cpu.cfs_period_us", period) && Write("cpu.cfs_quota_us", quota);
}

bool CpuGroup::LiftQuota() const {
  return unified_ ? Write("cpu.max", "max") : Write("cpu.cfs_quota_us", "-1");
}

}  // namespace hypergauge::testing
