#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

namespace hypergauge::testing {

/// A control group of the CPU, of version 1 or 2, for processes that are to be held back. Needs
/// root. What is in it goes back to the root group when it is destroyed.
class CpuGroup {
 public:
  /// The group gets most of the CPUs while others want them too: what else runs on the machine is
  /// not to look like a slow-down.
  CpuGroup();
  ~CpuGroup();
  CpuGroup(const CpuGroup&) = delete;
  CpuGroup& operator=(const CpuGroup&) = delete;

  /// Empty when there is a group; else why there is none.
  [[nodiscard]] const std::string& missing() const { return missing_; }

  /// A process with all its threads; children that it starts afterwards come with it.
  [[nodiscard]] bool Add(pid_t pid) const;

  /// So many CPUs at most, all of them together: 0.3.
  [[nodiscard]] bool SetQuota(double cpus) const;
  [[nodiscard]] bool LiftQuota() const;

 private:
  [[nodiscard]] bool Write(const std::string& file, const std::string& value) const;

  std::filesystem::path root_;  // of the hierarchy
  std::filesystem::path folder_;
  bool unified_ = false;
  std::string missing_;
};

}  // namespace hypergauge::testing
