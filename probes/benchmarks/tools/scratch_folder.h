#pragma once

#include <filesystem>
#include <utility>

#include "base/result.h"

namespace hypergauge::probes {

/// A folder for what a tool writes, removed with everything in it when the object goes.
class ScratchFolder {
 public:
  /// A new folder in `parent`. Errors: those of mkdtemp(3), naming the parent.
  [[nodiscard]] static Result<ScratchFolder> Make(const std::filesystem::path& parent);

  ScratchFolder() = default;
  ScratchFolder(ScratchFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  ScratchFolder& operator=(ScratchFolder&& other) noexcept {
    path_.swap(other.path_);
    return *this;
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  explicit ScratchFolder(std::filesystem::path path) : path_(std::move(path)) {}

  std::filesystem::path path_;
};

}  // namespace hypergauge::probes
