#include "probes/platform/cpu_quota.h"

#include <algorithm>
#include <cstdint>
#include <sstream>
#include <string>

#include "probes/durable_file.h"
#include "probes/platform/cgroup.h"

namespace hypergauge::probes {
namespace {

constexpr size_t kFileBytes = 65'536;

std::string Read(const std::filesystem::path& path) {
  return ReadHead(path, kFileBytes).value_or("");
}

// What may be told in microseconds, and is kept in nanoseconds.
constexpr int64_t kMostTime = INT64_MAX / 1000;

// The number behind "name " on a line of its own; 0 without one.
int64_t StatValue(const std::string& text, const std::string& name) {
  std::istringstream lines(text);
  std::string key;
  int64_t value = 0;
  while (lines >> key >> value) {
    if (key == name) return std::clamp<int64_t>(value, 0, kMostTime);
  }
  return 0;
}

// One level of version 2: cpu.max is "max 100000" or "50000 100000".
CpuQuota ReadUnified(const std::filesystem::path& group) {
  CpuQuota quota;
  std::istringstream limit(Read(group / "cpu.max"));
  double allowed = 0;
  double period = 0;
  if (limit >> allowed >> period && period > 0) quota.cpus = allowed / period;
  quota.throttled =
      std::chrono::microseconds(StatValue(Read(group / "cpu.stat"), "throttled_usec"));
  return quota;
}

// One level of version 1; a quota of -1 is none.
CpuQuota ReadLegacy(const std::filesystem::path& group) {
  CpuQuota quota;
  double allowed = 0;
  double period = 0;
  std::istringstream(Read(group / "cpu.cfs_quota_us")) >> allowed;
  std::istringstream(Read(group / "cpu.cfs_period_us")) >> period;
  if (allowed > 0 && period > 0) quota.cpus = allowed / period;
  quota.throttled = std::chrono::nanoseconds(StatValue(Read(group / "cpu.stat"), "throttled_time"));
  return quota;
}

void Tighten(CpuQuota& all, const CpuQuota& level) {
  if (level.cpus > 0) all.cpus = all.cpus > 0 ? std::min(all.cpus, level.cpus) : level.cpus;
  all.throttled = std::max(all.throttled, level.throttled);
}

}  // namespace

CpuQuota ReadCpuQuota(const std::filesystem::path& root) {
  const auto place = FindCgroup(root, "cpu");
  CpuQuota quota;
  for (const auto& folder : Levels(place)) {
    Tighten(quota, place.unified ? ReadUnified(folder) : ReadLegacy(folder));
  }
  return quota;
}

}  // namespace hypergauge::probes
