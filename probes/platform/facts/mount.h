#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

#include "probes/platform/facts/rooted.h"

/// What is mounted where.
namespace hypergauge::probes::facts {

/// A line of mountinfo.
struct Mount {
  std::string device;  ///< "254:0", major and minor number
  std::string point;
  std::string options;        ///< of this mount, separated by commas
  std::string type;           ///< of the file system
  std::string source;         ///< a device's path, or whatever the file system calls it
  std::string super_options;  ///< of the file system, separated by commas
};

/// The mount that holds `path`, which is absolute and without links: the deepest one, and of those
/// at one point the last, which covers the others. Nothing where the text names none.
/// Source: proc(5), section /proc/PID/mountinfo.
[[nodiscard]] std::optional<Mount> FindMount(std::string_view mountinfo,
                                             const std::filesystem::path& path);

/// `<root>/proc/self/mountinfo`, of which 4 MiB are enough for some ten thousand mounts.
[[nodiscard]] std::string ReadMounts(const Rooted& root);

/// Both kinds of options, each once, without those that name folders, addresses or labels.
[[nodiscard]] std::string PlainOptions(const Mount& mount);

}  // namespace hypergauge::probes::facts
