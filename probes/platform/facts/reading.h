#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "probes/platform/facts/rooted.h"

/// How facts are read: bounded, and empty where nothing can be read.
namespace hypergauge::probes::facts {

/// The front of a regular file, as it is; empty where there is none.
[[nodiscard]] std::string ReadText(const Rooted& path, size_t max_bytes = 65'536);

/// The first line of a regular file, printable, at most 256 bytes.
[[nodiscard]] std::string ReadLine(const Rooted& path);

/// A file that holds nothing but one whole number.
[[nodiscard]] std::optional<uint64_t> ReadNumber(const Rooted& path);

/// Names in a folder, sorted; of a folder with more than 8,192 entries, the first that come.
[[nodiscard]] std::vector<std::string> Entries(const Rooted& folder);

[[nodiscard]] bool Exists(const Rooted& path);

/// Whether its folder holds that name. A link may point to what only the machine itself has.
[[nodiscard]] bool HasName(const Rooted& path);

/// The last name in a symbolic link's target, printable; empty where it is none.
[[nodiscard]] std::string LinkName(const Rooted& link);

/// The file or folder without links; empty where it is none.
[[nodiscard]] Rooted Resolved(const Rooted& path);

/// The lines of a text, and the words of a line: without empty ones.
[[nodiscard]] std::vector<std::string_view> Lines(std::string_view text);
[[nodiscard]] std::vector<std::string_view> Words(std::string_view line);

/// A whole decimal number and nothing else.
[[nodiscard]] std::optional<uint64_t> Number(std::string_view text);

/// What /proc/cpuinfo says of the first CPU under a key; empty where it says nothing. No more of it
/// is read, for which the kernel would gather figures of each CPU.
[[nodiscard]] std::string CpuField(const Rooted& root, std::string_view key);

/// "always [madvise] never" is "madvise"; empty without brackets.
[[nodiscard]] std::string_view Bracketed(std::string_view choices);

/// CPUs or nodes of a list as the kernel writes it, "0-3,8": ascending; nothing where it is
/// malformed or names one above 65,535.
/// Source: kernel, Documentation/admin-guide/cputopology.rst.
[[nodiscard]] std::optional<std::vector<uint32_t>> ParseList(std::string_view list);

/// Sorted, each once, empty ones left out, joined by ", ".
[[nodiscard]] std::string JoinDistinct(std::vector<std::string> values);

/// "on" for 1, Y and y; "off" for 0, N and n; empty for others.
[[nodiscard]] std::string OnOff(std::string_view flag);

}  // namespace hypergauge::probes::facts
