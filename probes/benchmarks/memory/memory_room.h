#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace hypergauge::probes {

/// What this process may take of the machine's memory before something is killed for it.
struct MemoryRoom {
  uint64_t total = UINT64_MAX;  ///< bytes: RAM, or the lowest limit below it
  uint64_t free = UINT64_MAX;   ///< bytes that are left of RAM and under every limit
  std::string bound;            ///< what `total` is, for people: "RAM"
};

/// "64 MiB"
[[nodiscard]] std::string InMebibytes(uint64_t bytes);

/// For people: "RAM is 512 MiB, of which 64 MiB are free".
[[nodiscard]] std::string Describe(const MemoryRoom& room);

/// Bytes. RAM, the memory limits of the process's control group and of those above it, in version 1
/// and 2, and its limits of address space and data. Page cache that can be dropped counts as free.
/// What cannot be read is no limit.
/// Source: proc(5) meminfo; the kernel's cgroup-v1/memory.rst and cgroup-v2.rst; getrlimit(2).
[[nodiscard]] MemoryRoom ReadMemoryRoom(const std::filesystem::path& root = "/");

}  // namespace hypergauge::probes
