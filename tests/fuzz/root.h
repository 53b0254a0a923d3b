#pragma once

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>

namespace hypergauge::fuzz {

/// A root folder in memory, of this process's own.
class Root {
 public:
  explicit Root(const std::string& name)
      : path_(std::filesystem::path("/dev/shm") / (name + "." + std::to_string(getpid()))) {
    std::filesystem::create_directories(path_);
  }
  ~Root() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Root(const Root&) = delete;
  Root& operator=(const Root&) = delete;

  void MakeFolder(const std::string& folder) const {
    std::filesystem::create_directories(path_ / folder);
  }
  void Write(const std::string& file, std::string_view text) const {
    std::filesystem::create_directories((path_ / file).parent_path());
    std::ofstream(path_ / file).write(text.data(), static_cast<std::streamsize>(text.size()));
  }
  void Remove(const std::string& file) const { std::filesystem::remove(path_ / file); }

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  const std::filesystem::path path_;
};

}  // namespace hypergauge::fuzz
