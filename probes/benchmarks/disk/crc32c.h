#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace hypergauge::probes {

/// CRC-32C (Castagnoli) of `bytes`, continued from `crc`; 0 begins. By the CPU's instruction where
/// it has one, so that checking a block costs less than a microsecond of a timed loop.
/// Source: RFC 3720, appendix B.4.
[[nodiscard]] uint32_t Crc32c(std::span<const std::byte> bytes, uint32_t crc = 0);

/// The same without the instruction.
[[nodiscard]] uint32_t PortableCrc32c(std::span<const std::byte> bytes, uint32_t crc = 0);

}  // namespace hypergauge::probes
