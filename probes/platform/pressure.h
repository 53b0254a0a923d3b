#pragma once

#include <chrono>
#include <filesystem>
#include <optional>

namespace hypergauge::probes {

/// Time since boot in which some task of the machine waited for a resource.
struct Pressure {
  std::chrono::microseconds cpu{};
  std::chrono::microseconds memory{};
  std::chrono::microseconds io{};
};

/// Reads the "some" lines of `<proc_root>/pressure/{cpu,memory,io}`; nothing where the kernel has
/// no PSI or one of the files cannot be understood.
/// Source: kernel, Documentation/accounting/psi.rst.
[[nodiscard]] std::optional<Pressure> ReadPressure(const std::filesystem::path& proc_root);

}  // namespace hypergauge::probes
