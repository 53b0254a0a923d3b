#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// Pieces of the kernel's texts, which may be empty, cut or binary. All views point into the input.
namespace hypergauge::probes {

/// Without blanks, line ends and NULs at both ends.
[[nodiscard]] std::string_view Trimmed(std::string_view text);

/// ASCII letters only.
[[nodiscard]] std::string Lower(std::string_view text);
[[nodiscard]] bool ContainsNoCase(std::string_view text, std::string_view part);
[[nodiscard]] bool BeginsNoCase(std::string_view text, std::string_view part);

/// The pieces between separators, empty ones left out.
[[nodiscard]] std::vector<std::string_view> Split(std::string_view text, char separator);
/// Likewise, between any of several separators.
[[nodiscard]] std::vector<std::string_view> SplitAny(std::string_view text,
                                                     std::string_view separators);

/// The trimmed value behind "key", blanks and a colon or '=', of the first such line.
[[nodiscard]] std::optional<std::string_view> ValueOf(std::string_view text, std::string_view key);

/// Whether a line of blank-separated words, the first of which are `key`, holds the word.
[[nodiscard]] bool HasFlag(std::string_view cpuinfo, std::string_view flag);

/// Paths of /proc/PID/cgroup, "hierarchy:controllers:path" a line.
/// Source: cgroups(7).
[[nodiscard]] std::vector<std::string_view> CgroupPaths(std::string_view text);

/// Whether a line of /proc/modules is that module's.
[[nodiscard]] bool HasModule(std::string_view modules, std::string_view name);

/// Whether a file of /proc is mounted from lxcfs, as it is in a container; on the host itself lxcfs
/// stands at a folder of its own.
[[nodiscard]] bool HasLxcfsOverProc(std::string_view mounts);

/// A whole number, decimal, or hexadecimal after "0x"; nothing where anything else stands there.
[[nodiscard]] std::optional<uint64_t> WholeNumber(std::string_view text);
[[nodiscard]] std::optional<uint64_t> HexNumber(std::string_view text);

/// One VMnn of /proc/sysinfo, the innermost first.
/// Source: s390 kernel, arch/s390/kernel/sysinfo.c, stsi_3_2_2.
[[nodiscard]] std::vector<std::string_view> ControlPrograms(std::string_view sysinfo);

/// For people and files: printable, at most 160 bytes, and runs of 12 and more hexadecimal digits,
/// which are container ids and UUIDs, replaced by "<id>".
[[nodiscard]] std::string Shown(std::string_view text);

}  // namespace hypergauge::probes
