#include "probes/platform/smbios.h"

#include <cstddef>
#include <cstdint>

namespace hypergauge::probes {
namespace {

constexpr size_t kHeaderBytes = 4;  // type, length, handle
constexpr uint8_t kBiosInformation = 0;
constexpr uint8_t kEndOfTable = 127;
constexpr size_t kExtensionByte2 = 0x13;
constexpr unsigned kVirtualMachine = 1U << 4U;

uint8_t ByteAt(std::string_view bytes, size_t at) {
  return static_cast<uint8_t>(bytes[at]);
}

}  // namespace

std::optional<bool> SmbiosVmBit(std::string_view table) {
  while (table.size() >= kHeaderBytes) {
    const uint8_t type = ByteAt(table, 0);
    const size_t length = ByteAt(table, 1);
    if (length < kHeaderBytes || length > table.size() || type == kEndOfTable) return std::nullopt;
    if (type == kBiosInformation) {
      if (length <= kExtensionByte2) return std::nullopt;
      return (ByteAt(table, kExtensionByte2) & kVirtualMachine) != 0;
    }
    // Strings follow the structure, and two NULs end them.
    const auto end = table.find(std::string_view("\0\0", 2), length);
    if (end == std::string_view::npos) return std::nullopt;
    table.remove_prefix(end + 2);
  }
  return std::nullopt;
}

}  // namespace hypergauge::probes
