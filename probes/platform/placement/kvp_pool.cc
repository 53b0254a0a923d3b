#include "probes/platform/placement/kvp_pool.h"

#include <linux/hyperv.h>

#include "base/printable.h"

namespace hypergauge::probes {
namespace {

constexpr size_t kKeyBytes = HV_KVP_EXCHANGE_MAX_KEY_SIZE;
constexpr size_t kRecordBytes = kKeyBytes + HV_KVP_EXCHANGE_MAX_VALUE_SIZE;
constexpr size_t kNameBytes = 253;

std::string_view UpToNul(std::string_view field) {
  return field.substr(0, field.find('\0'));
}

}  // namespace

std::string KvpValue(std::string_view pool, std::string_view key) {
  std::string value;
  for (; pool.size() >= kRecordBytes; pool.remove_prefix(kRecordBytes)) {
    if (UpToNul(pool.substr(0, kKeyBytes)) != key) continue;
    const auto field = pool.substr(kKeyBytes, kRecordBytes - kKeyBytes);
    value = Printable(UpToNul(field), kNameBytes);
  }
  return value;
}

}  // namespace hypergauge::probes
