#include "probes/platform/facts/mount.h"

#include <algorithm>
#include <array>
#include <vector>

#include "base/printable.h"
#include "probes/platform/facts/reading.h"

namespace hypergauge::probes::facts {
namespace {

// A host of many containers has thousands of mounts.
constexpr size_t kMountsBytes = size_t{4} << 20U;
constexpr size_t kOptionBytes = 32;

// Options with values that say something of speed, and nothing of who or where.
constexpr std::array<std::string_view, 31> kValued = {
    "allocsize", "atgc",    "barrier",     "cache",      "commit",   "compress", "compress-force",
    "data",      "discard", "errors",      "fsync_mode", "gc_merge", "huge",     "journal_ioprio",
    "logbsize",  "logbufs", "max_read",    "mode",       "msize",    "nconnect", "proto",
    "rsize",     "size",    "space_cache", "ssd",        "stripe",   "sunit",    "swidth",
    "vers",      "wsize",   "xino"};

// Blanks, tabs, newlines and backslashes are written as three octal digits.
std::string Unescaped(std::string_view text) {
  std::string plain;
  const auto is_octal = [](char c) { return c >= '0' && c <= '7'; };
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 3 < text.size() && is_octal(text[i + 1]) && is_octal(text[i + 2]) &&
        is_octal(text[i + 3])) {
      plain += static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 +
                                 (text[i + 3] - '0'));
      i += 3;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

bool Holds(std::string_view point, std::string_view path) {
  if (point == "/") return path.starts_with('/');
  return path.starts_with(point) && (path.size() == point.size() || path[point.size()] == '/');
}

// "22 27 0:21 / /proc rw,relatime shared:7 - proc proc rw"
std::optional<Mount> ParseMount(std::string_view line) {
  const auto words = Words(line);
  const auto dash = std::find(words.begin(), words.end(), "-");
  if (dash - words.begin() < 6 || words.end() - dash < 3) return std::nullopt;
  Mount mount;
  mount.device = words[2];
  mount.point = Unescaped(words[4]);
  mount.options = words[5];
  mount.type = Printable(*(dash + 1), 64);
  mount.source = Unescaped(*(dash + 2));
  if (words.end() - dash > 3) mount.super_options = *(dash + 3);
  return mount;
}

void AddOptions(std::string_view list, std::vector<std::string>& options) {
  while (!list.empty()) {
    const auto end = std::min(list.find(','), list.size());
    const auto option = list.substr(0, end);
    list.remove_prefix(std::min(end + 1, list.size()));
    const auto equals = option.find('=');
    const bool valued = equals != std::string_view::npos;
    if (valued &&
        std::find(kValued.begin(), kValued.end(), option.substr(0, equals)) == kValued.end()) {
      continue;
    }
    auto text = Printable(option);
    if (text.empty() || text.size() > kOptionBytes) continue;
    if (std::find(options.begin(), options.end(), text) != options.end()) continue;
    options.push_back(std::move(text));
  }
}

}  // namespace

std::optional<Mount> FindMount(std::string_view mountinfo, const std::filesystem::path& path) {
  std::optional<Mount> best;
  for (const auto line : Lines(mountinfo)) {
    auto mount = ParseMount(line);
    if (!mount || !mount->point.starts_with('/') || !Holds(mount->point, path.native())) continue;
    if (!best || mount->point.size() >= best->point.size()) best = std::move(mount);
  }
  return best;
}

std::string ReadMounts(const Rooted& root) {
  return ReadText(root / "proc/self/mountinfo", kMountsBytes);
}

std::string PlainOptions(const Mount& mount) {
  std::vector<std::string> options;
  AddOptions(mount.options, options);
  AddOptions(mount.super_options, options);
  std::string joined;
  for (const auto& option : options) joined += (joined.empty() ? "" : ",") + option;
  return joined;
}

}  // namespace hypergauge::probes::facts
