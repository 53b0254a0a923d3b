#include <algorithm>
#include <array>

#include "probes/platform/facts/device.h"
#include "probes/platform/facts/fact.h"
#include "probes/platform/facts/reading.h"

namespace hypergauge::probes::facts {
namespace {

struct Nic {
  Rooted folder;  // under /sys/class/net
  std::string driver;
};

// Those with a device behind them. The far ends of guests' NICs come and go with the guests: Xen's
// backends, and virtual functions on the host.
std::vector<Nic> Nics(const Place& place) {
  std::vector<Nic> nics;
  const auto all = place.root / "sys/class/net";
  for (const auto& name : Entries(all)) {
    const auto device = Resolved(all / name / "device");
    if (device.empty() || device.below().string().find("/xen-backend/") != std::string::npos)
      continue;
    if (Exists(device / "physfn")) continue;
    if (auto driver = DriverOf(device); !driver.empty()) {
      nics.push_back({all / name, std::move(driver)});
    }
  }
  return nics;
}

std::string OrNone(const Place& place, std::vector<std::string> values) {
  auto text = JoinDistinct(std::move(values));
  if (!text.empty()) return text;
  return Exists(place.root / "sys/class/net") ? "none" : "";
}

std::string Drivers(const Place& place) {
  std::vector<std::string> drivers;
  for (auto& nic : Nics(place)) drivers.push_back(std::move(nic.driver));
  return OrNone(place, std::move(drivers));
}

std::string Kinds(const Place& place) {
  std::vector<std::string> kinds;
  for (const auto& nic : Nics(place)) kinds.push_back(KindOf(nic.driver, "", place.is_guest));
  return OrNone(place, std::move(kinds));
}

std::string Mtu(const Place& place) {
  std::vector<std::string> sizes;
  for (const auto& nic : Nics(place)) sizes.push_back(ReadLine(nic.folder / "mtu"));
  return JoinDistinct(std::move(sizes));
}

std::string CongestionControl(const Place& place) {
  return ReadLine(place.root / "proc/sys/net/ipv4/tcp_congestion_control");
}

std::string QueueDiscipline(const Place& place) {
  return ReadLine(place.root / "proc/sys/net/core/default_qdisc");
}

constexpr std::array kFacts = {
    Fact{"nic_drivers", "drivers of the network interfaces, or none",
         "sys/class/net/*/device/driver", Drivers},
    Fact{"nic_kind", "paravirtual, emulated, passthrough, physical, none",
         "the drivers, and whether this is a guest", Kinds},
    Fact{"nic_mtu", "largest packets of those interfaces", "sys/class/net/*/mtu", Mtu},
    Fact{"tcp_congestion_control", "who decides how fast TCP sends",
         "proc/sys/net/ipv4/tcp_congestion_control", CongestionControl},
    Fact{"queue_discipline", "default order of packets that wait",
         "proc/sys/net/core/default_qdisc", QueueDiscipline},
};

}  // namespace

std::span<const Fact> NetworkFacts() {
  return kFacts;
}

}  // namespace hypergauge::probes::facts
