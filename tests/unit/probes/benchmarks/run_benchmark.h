#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "probes/benchmark.h"
#include "probes/runner.h"
#include "tests/support/temp_dir.h"

/// What the tests of benchmarks share.
namespace hypergauge::probes {

/// A context for one short sample in `work_dir`.
[[nodiscard]] Context QuickContext(int64_t size, const std::filesystem::path& work_dir = "/");

/// Runs a registered benchmark once, without warm-up.
[[nodiscard]] Outcome RunQuickly(const std::string& name, Context& context);

/// Prepares a registered benchmark and takes one sample of it, even when the context is stopped.
[[nodiscard]] Result<std::vector<double>> SampleOnce(const std::string& name, Context& context);

/// A folder beside the build's own files, which is on a disk where /tmp may be memory.
class DiskFolder {
 public:
  DiskFolder();
  ~DiskFolder();
  DiskFolder(const DiskFolder&) = delete;
  DiskFolder& operator=(const DiskFolder&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] bool IsEmpty() const { return std::filesystem::is_empty(path_); }

 private:
  std::filesystem::path path_;
};

/// A small ext4 file system in a file, mounted as long as the object lives. Needs root.
class SmallDisk {
 public:
  explicit SmallDisk(int mebibytes);
  ~SmallDisk();
  SmallDisk(const SmallDisk&) = delete;
  SmallDisk& operator=(const SmallDisk&) = delete;

  [[nodiscard]] bool is_mounted() const { return is_mounted_; }
  [[nodiscard]] const std::filesystem::path& path() const { return mount_point_; }
  [[nodiscard]] bool MakeReadOnly() const;

 private:
  DiskFolder folder_;
  std::filesystem::path mount_point_;
  bool is_mounted_ = false;
};

}  // namespace hypergauge::probes
