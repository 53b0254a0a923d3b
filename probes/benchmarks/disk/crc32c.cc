#include "probes/benchmarks/disk/crc32c.h"

#include <array>
#include <cstring>

namespace hypergauge::probes {
namespace {

constexpr uint32_t kPolynomial = 0x82F63B78;  // reflected

constexpr std::array<uint32_t, 256> MakeTable() {
  std::array<uint32_t, 256> table{};
  for (uint32_t i = 0; i < table.size(); ++i) {
    uint32_t value = i;
    for (int bit = 0; bit < 8; ++bit) value = (value >> 1) ^ ((value & 1) != 0 ? kPolynomial : 0);
    table[i] = value;
  }
  return table;
}

constexpr std::array<uint32_t, 256> kTable = MakeTable();

#if defined(__x86_64__)
__attribute__((target("sse4.2"))) uint32_t InstructionCrc32c(std::span<const std::byte> bytes,
                                                             uint32_t crc) {
  uint64_t state = ~crc;
  while (bytes.size() >= sizeof(uint64_t)) {
    uint64_t word = 0;
    std::memcpy(&word, bytes.data(), sizeof(word));
    state = __builtin_ia32_crc32di(state, word);
    bytes = bytes.subspan(sizeof(word));
  }
  auto rest = static_cast<uint32_t>(state);
  for (const std::byte byte : bytes)
    rest = __builtin_ia32_crc32qi(rest, static_cast<uint8_t>(byte));
  return ~rest;
}
#endif

}  // namespace

uint32_t PortableCrc32c(std::span<const std::byte> bytes, uint32_t crc) {
  crc = ~crc;
  for (const std::byte byte : bytes) {
    crc = (crc >> 8) ^ kTable[(crc ^ static_cast<uint32_t>(byte)) & 0xFF];
  }
  return ~crc;
}

uint32_t Crc32c(std::span<const std::byte> bytes, uint32_t crc) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("sse4.2")) return InstructionCrc32c(bytes, crc);
#endif
  return PortableCrc32c(bytes, crc);
}

}  // namespace hypergauge::probes
