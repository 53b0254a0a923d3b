#include "probes/platform/placement/vmm_command.h"

#include <algorithm>
#include <array>
#include <nlohmann/json.hpp>
#include <utility>
#include <vector>

#include "probes/platform/uuid.h"

namespace hypergauge::probes {
namespace {

using Json = nlohmann::json;

std::vector<std::string_view> Arguments(std::string_view cmdline) {
  std::vector<std::string_view> arguments;
  while (!cmdline.empty()) {
    const auto end = std::min(cmdline.find('\0'), cmdline.size());
    arguments.push_back(cmdline.substr(0, end));
    cmdline.remove_prefix(std::min(end + 1, cmdline.size()));
  }
  return arguments;
}

// "a=1,b=x,,y" as key and value; a comma of a value is written twice. An item without '=' has no
// value.
std::vector<std::pair<std::string, std::string>> Items(std::string_view list) {
  std::vector<std::pair<std::string, std::string>> items(1);
  bool in_value = false;
  for (size_t i = 0; i < list.size(); ++i) {
    const char c = list[i];
    if (c == ',' && (i + 1 == list.size() || list[i + 1] != ',')) {
      items.emplace_back();
      in_value = false;
      continue;
    }
    if (c == ',') ++i;
    if (c == '=' && !in_value) {
      in_value = true;
    } else {
      (in_value ? items.back().second : items.back().first) += c;
    }
  }
  return items;
}

std::string ItemOf(std::string_view list, std::string_view key) {
  std::string value;
  for (auto& item : Items(list)) {
    if (item.first == key) value = std::move(item.second);
  }
  return value;
}

void AddUuid(std::string_view text, GuestIdentity& guest) {
  if (auto uuid = NormalUuid(text)) guest.uuids.push_back(std::move(*uuid));
}

void AddMac(std::string_view text, GuestIdentity& guest) {
  if (auto mac = NormalMac(text)) guest.macs.push_back(std::move(*mac));
}

// A string member of a JSON object; empty where there is none.
std::string MemberOf(const Json& object, const char* name) {
  if (!object.is_object()) return {};
  const auto found = object.find(name);
  return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

// "virtio-net-pci,mac=...", or the same as JSON, as libvirt writes it.
void AddDevice(std::string_view device, GuestIdentity& guest) {
  if (device.starts_with('{')) {
    AddMac(MemberOf(Json::parse(device, nullptr, false), "mac"), guest);
  } else {
    AddMac(ItemOf(device, "mac"), guest);
  }
}

void ReadQemu(const std::vector<std::string_view>& arguments, GuestIdentity& guest) {
  for (size_t i = 1; i + 1 < arguments.size(); ++i) {
    std::string_view option = arguments[i];
    if (!option.starts_with('-')) continue;
    option.remove_prefix(option.starts_with("--") ? 2 : 1);
    const std::string_view value = arguments[i + 1];
    if (option == "uuid") {
      AddUuid(value, guest);
    } else if (option == "smbios") {
      if (ItemOf(value, "type") == "1") AddUuid(ItemOf(value, "uuid"), guest);
    } else if (option == "device") {
      AddDevice(value, guest);
    } else if (option == "nic") {
      AddMac(ItemOf(value, "mac"), guest);
    } else if (option == "net") {
      if (value.starts_with("nic")) AddMac(ItemOf(value, "macaddr"), guest);
    } else if (option == "incoming") {
      guest.evidence = Evidence::kIncoming;
    } else {
      continue;
    }
    ++i;  // the value is no option, whatever it looks like
  }
}

// "--net tap=t0,mac=... tap=t1,mac=..." and "--platform uuid=...": an option may have several
// values.
void ReadCloudHypervisor(const std::vector<std::string_view>& arguments, GuestIdentity& guest) {
  std::string_view option;
  for (size_t i = 1; i < arguments.size(); ++i) {
    std::string_view value = arguments[i];
    if (value.starts_with("--")) {
      const auto equals = value.find('=');
      option = value.substr(0, equals);
      if (equals == std::string_view::npos) continue;
      value.remove_prefix(equals + 1);
    }
    if (option == "--net") AddMac(ItemOf(value, "mac"), guest);
    if (option == "--platform") AddUuid(ItemOf(value, "uuid"), guest);
  }
}

std::string FirecrackerConfig(const std::vector<std::string_view>& arguments) {
  constexpr std::string_view kOption = "--config-file";
  for (size_t i = 1; i < arguments.size(); ++i) {
    if (arguments[i] == kOption && i + 1 < arguments.size()) return std::string(arguments[i + 1]);
    if (arguments[i].starts_with(std::string(kOption) + "=")) {
      return std::string(arguments[i].substr(kOption.size() + 1));
    }
  }
  return {};
}

}  // namespace

std::optional<VmmCommand> ParseVmmCommand(std::string_view cmdline) {
  const auto arguments = Arguments(cmdline);
  if (arguments.empty()) return std::nullopt;
  const auto program = arguments[0].substr(arguments[0].find_last_of('/') + 1);
  VmmCommand command;
  if (program.starts_with("qemu-system-") || program == "qemu-kvm" || program == "kvm") {
    ReadQemu(arguments, command.guest);
  } else if (program == "cloud-hypervisor") {
    ReadCloudHypervisor(arguments, command.guest);
  } else if (program == "firecracker") {
    command.config_file = FirecrackerConfig(arguments);
  } else {
    return std::nullopt;
  }
  return command;
}

GuestIdentity ParseFirecrackerConfig(std::string_view json) {
  GuestIdentity guest;
  const auto config = Json::parse(json, nullptr, false);
  if (!config.is_object()) return guest;
  const auto interfaces = config.find("network-interfaces");
  if (interfaces == config.end() || !interfaces->is_array()) return guest;
  for (const auto& each : *interfaces) AddMac(MemberOf(each, "guest_mac"), guest);
  return guest;
}

}  // namespace hypergauge::probes
