#pragma once

#include <filesystem>
#include <utility>

#include "base/result.h"

namespace hypergauge::probes {

/// A folder for what a tool writes, removed with everything in it when the object goes.
class ToolFolder {
 public:
  /// A new folder in `parent`. Errors: those of mkdtemp(3), naming the parent.
  [[nodiscard]] static Result<ToolFolder> Make(const std::filesystem::path& parent);

  ToolFolder() = default;
  ToolFolder(ToolFolder&& other) noexcept : path_(std::exchange(other.path_, {})) {}
  ToolFolder& operator=(ToolFolder&& other) noexcept {
    path_.swap(other.path_);
    return *this;
  }
  ToolFolder(const ToolFolder&) = delete;
  ToolFolder& operator=(const ToolFolder&) = delete;
  ~ToolFolder();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  explicit ToolFolder(std::filesystem::path path) : path_(std::move(path)) {}

  std::filesystem::path path_;
};

}  // namespace hypergauge::probes
