#include "probes/platform/within_root.h"

#include <deque>
#include <string>

namespace hypergauge::probes {
namespace {

namespace fs = std::filesystem;

constexpr int kMostLinks = 40;  // path_resolution(7)

using Names = std::deque<std::string>;

void Prepend(const fs::path& path, Names& names) {
  Names all;
  for (const auto& name : path.relative_path()) all.push_back(name.string());
  names.insert(names.begin(), all.begin(), all.end());
}

}  // namespace

fs::path WithinRoot(const fs::path& root, const fs::path& path) {
  if (root == "/") return root / path.relative_path();
  Names left;
  Prepend(path, left);
  fs::path below;  // of the root, without links
  int links = 0;
  while (!left.empty()) {
    const auto name = std::move(left.front());
    left.pop_front();
    if (name == "..") below = below.parent_path();
    if (name.empty() || name == "." || name == "..") continue;
    std::error_code error;
    const auto target = fs::read_symlink(root / below / name, error);
    if (error) {
      below /= name;
      continue;
    }
    if (++links > kMostLinks) return {};
    if (target.is_absolute()) below.clear();
    Prepend(target, left);
  }
  return root / below;
}

}  // namespace hypergauge::probes
