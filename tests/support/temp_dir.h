#pragma once

#include <filesystem>
#include <string>

namespace hypergauge::testing {

/// A folder that lives as long as the object.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  TempDir& operator=(const TempDir&) = delete;

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

  /// Writes a file below the folder, with its parents, and returns its path.
  /// NOLINTNEXTLINE(modernize-use-nodiscard): many callers want only the file.
  std::filesystem::path Write(const std::string& name, const std::string& content) const;

 private:
  std::filesystem::path path_;
};

/// The whole file; empty where there is none.
[[nodiscard]] std::string ReadFile(const std::filesystem::path& path);

}  // namespace hypergauge::testing
