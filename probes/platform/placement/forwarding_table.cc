#include "probes/platform/placement/forwarding_table.h"

#include <linux/if_bridge.h>

#include <array>
#include <charconv>
#include <cstdio>
#include <cstring>
#include <map>
#include <set>

#include "probes/durable_file.h"

namespace hypergauge::probes {
namespace {

namespace fs = std::filesystem;

constexpr size_t kTableBytes = size_t{1} << 20U;  // 65536 addresses
constexpr size_t kWordBytes = 64;

bool LeadsToGuest(const fs::path& port) {
  std::error_code ignored;
  if (fs::exists(port / "tun_flags", ignored)) return true;
  const std::string name = port.filename().string();
  return name.starts_with("veth") || name.starts_with("vnet") || name.starts_with("tap");
}

// "0x2".
uint32_t PortNumber(const fs::path& file) {
  const auto text = ReadHead(file, kWordBytes).value_or("");
  uint32_t number = 0;
  if (text.starts_with("0x")) {
    std::from_chars(text.data() + 2, text.data() + text.size(), number, 16);
  }
  return number;
}

void ReadBridge(const fs::path& bridge, std::vector<GuestIdentity>& guests) {
  const auto table = ReadHead(bridge / "brforward", kTableBytes);
  if (!table) return;
  std::map<uint32_t, std::set<std::string>> learned;
  for (auto& entry : ParseForwardingTable(*table)) learned[entry.port].insert(std::move(entry.mac));
  std::error_code gone;
  for (fs::directory_iterator port(bridge / "brif", gone), end; !gone && port != end;
       port.increment(gone)) {
    if (!LeadsToGuest(bridge.parent_path() / port->path().filename())) continue;
    const auto behind = learned.find(PortNumber(port->path() / "port_no"));
    if (behind == learned.end() || behind->second.size() != 1) continue;
    guests.push_back({{}, {*behind->second.begin()}, Evidence::kHint});
  }
}

}  // namespace

std::vector<LearnedAddress> ParseForwardingTable(std::string_view table) {
  std::vector<LearnedAddress> learned;
  for (; table.size() >= sizeof(__fdb_entry); table.remove_prefix(sizeof(__fdb_entry))) {
    __fdb_entry entry{};
    std::memcpy(&entry, table.data(), sizeof(entry));
    if (entry.is_local != 0) continue;
    std::array<char, 18> text{};
    const auto& mac = entry.mac_addr;
    std::snprintf(text.data(), text.size(), "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2],
                  mac[3], mac[4], mac[5]);
    auto normal = NormalMac(text.data());
    if (!normal) continue;
    learned.push_back(
        {std::move(*normal), static_cast<uint32_t>(entry.port_hi) << 8U | entry.port_no});
  }
  return learned;
}

std::vector<GuestIdentity> ReadBridgedGuests(const fs::path& root) {
  std::vector<GuestIdentity> guests;
  std::error_code gone;
  for (fs::directory_iterator device(root / "sys/class/net", gone), end; !gone && device != end;
       device.increment(gone)) {
    ReadBridge(device->path(), guests);
  }
  return guests;
}

}  // namespace hypergauge::probes
