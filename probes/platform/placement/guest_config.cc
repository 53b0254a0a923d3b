#include "probes/platform/placement/guest_config.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "probes/platform/fact_text.h"
#include "probes/platform/uuid.h"

namespace hypergauge::probes {
namespace {

// The part up to `separator`, which is taken off with it.
std::string_view TakeUpTo(std::string_view& rest, char separator) {
  const auto end = std::min(rest.find(separator), rest.size());
  const auto part = rest.substr(0, end);
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

// "net0" for "net" and the like.
bool IsNumbered(std::string_view key, std::string_view word) {
  return key.starts_with(word) && key.size() > word.size() &&
         key.find_first_not_of("0123456789", word.size()) == std::string_view::npos;
}

// "virtio=BC:24:11:00:00:01,bridge=vmbr0" of machines, "name=eth0,hwaddr=..." of containers.
void ReadList(std::string_view list, GuestIdentity& guest) {
  while (!list.empty()) {
    auto item = TakeUpTo(list, ',');
    const auto key = Trimmed(TakeUpTo(item, '='));
    if (key == "uuid") {
      if (auto uuid = NormalUuid(item)) guest.uuids.push_back(std::move(*uuid));
    } else if (auto mac = NormalMac(item)) {
      guest.macs.push_back(std::move(*mac));
    }
  }
}

}  // namespace

GuestIdentity ParseProxmoxConfig(std::string_view text) {
  GuestIdentity guest;
  while (!text.empty()) {
    auto line = Trimmed(TakeUpTo(text, '\n'));
    if (line.starts_with('[')) break;
    if (line.starts_with('#')) continue;
    const auto key = Trimmed(TakeUpTo(line, ':'));
    if (key == "smbios1" || IsNumbered(key, "net")) ReadList(line, guest);
  }
  return guest;
}

GuestIdentity ParseLxcConfig(std::string_view text) {
  GuestIdentity guest;
  while (!text.empty()) {
    auto line = Trimmed(TakeUpTo(text, '\n'));
    const auto key = Trimmed(TakeUpTo(line, '='));
    const bool is_address =
        key.ends_with(".hwaddr") && (key.starts_with("lxc.net.") || key == "lxc.network.hwaddr");
    if (!is_address) continue;
    if (auto mac = NormalMac(line)) guest.macs.push_back(std::move(*mac));
  }
  return guest;
}

}  // namespace hypergauge::probes
