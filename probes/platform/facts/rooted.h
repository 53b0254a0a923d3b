#pragma once

#include <filesystem>
#include <string>
#include <utility>

namespace hypergauge::probes::facts {

/// A path as whoever has `top` as its "/" sees it. Links are followed when it is read, and never
/// lead out of `top`; see WithinRoot.
class Rooted {
 public:
  Rooted() = default;
  explicit Rooted(std::filesystem::path top, std::filesystem::path below = {})
      : top_(std::move(top)), below_(std::move(below)) {}

  [[nodiscard]] const std::filesystem::path& top() const { return top_; }
  [[nodiscard]] const std::filesystem::path& below() const { return below_; }

  /// Whether it is nothing, or the root itself.
  [[nodiscard]] bool empty() const { return below_.empty(); }
  [[nodiscard]] std::string filename() const { return below_.filename().string(); }
  [[nodiscard]] Rooted parent_path() const { return Rooted(top_, below_.parent_path()); }

  bool operator==(const Rooted&) const = default;

 private:
  std::filesystem::path top_;
  std::filesystem::path below_;  // relative
};

[[nodiscard]] inline Rooted operator/(const Rooted& path, const std::filesystem::path& more) {
  return Rooted(path.top(), path.below() / more.relative_path());
}

}  // namespace hypergauge::probes::facts
