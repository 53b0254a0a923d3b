#pragma once

#include <filesystem>
#include <string>

#include "base/result.h"
#include "probes/benchmarks/disk/disk_file.h"

namespace hypergauge::probes {

/// A folder of one run, removed with all that is in it when the object goes. What a killed run has
/// left is removed by the next one: a folder in use is locked. Not for several threads.
class ScratchFolder {
 public:
  /// Makes one in `parent`. Errors: those of mkdtemp(3) and open(2).
  [[nodiscard]] static Result<ScratchFolder> Make(const std::filesystem::path& parent);

  ScratchFolder() = default;
  ScratchFolder(ScratchFolder&& other) noexcept;
  ScratchFolder& operator=(ScratchFolder&& other) noexcept;
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  /// fsync(2) of the folder itself: the names in it are durable then.
  [[nodiscard]] Result<void> Flush() const;

 private:
  ScratchFolder(std::filesystem::path path, DiskFile handle)
      : path_(std::move(path)), handle_(std::move(handle)) {}

  std::filesystem::path path_;
  DiskFile handle_;  ///< holds the lock
};

}  // namespace hypergauge::probes
