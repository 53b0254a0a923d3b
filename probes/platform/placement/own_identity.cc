#include "probes/platform/placement/own_identity.h"

#include <utility>

#include "probes/durable_file.h"
#include "probes/platform/placement/kvp_pool.h"
#include "probes/platform/uuid.h"

namespace hypergauge::probes {
namespace {

namespace fs = std::filesystem;

constexpr size_t kWordBytes = 256;
constexpr size_t kPoolBytes = size_t{4} << 20U;
constexpr std::string_view kEthernet = "1\n";  // ARPHRD_ETHER, if_arp.h

std::string Word(const fs::path& file) {
  return ReadHead(file, kWordBytes).value_or("");
}

bool IsOwnCard(const fs::path& card, bool shares_kernel) {
  if (Word(card / "type") != kEthernet) return false;
  std::error_code ignored;
  if (!shares_kernel) return fs::exists(card / "device", ignored);
  // Its other end is elsewhere; what the container made for itself (bridges, taps) is not meant.
  return !fs::exists(card / "device", ignored) && !fs::exists(card / "bridge", ignored) &&
         !fs::exists(card / "tun_flags", ignored) &&
         !card.filename().native().starts_with("veth") &&
         Word(card / "iflink") != Word(card / "ifindex");
}

}  // namespace

OwnIdentity ReadOwnIdentity(const fs::path& root, bool shares_kernel) {
  OwnIdentity own;
  if (!shares_kernel) {
    if (auto uuid = NormalUuid(Word(root / "sys/class/dmi/id/product_uuid"))) {
      own.identity.uuids.push_back(std::move(*uuid));
    }
    own.reported_host = KvpValue(
        ReadHead(root / "var/lib/hyperv/.kvp_pool_3", kPoolBytes).value_or(""), "PhysicalHostName");
  }
  std::error_code gone;
  for (fs::directory_iterator card(root / "sys/class/net", gone), end; !gone && card != end;
       card.increment(gone)) {
    if (!IsOwnCard(card->path(), shares_kernel)) continue;
    if (auto mac = NormalMac(Word(card->path() / "address"))) {
      own.identity.macs.push_back(std::move(*mac));
    }
  }
  return own;
}

}  // namespace hypergauge::probes
