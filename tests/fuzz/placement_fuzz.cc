// What a probe reads to find out who its guests are: anybody's command lines and files. The first
// byte chooses the reader.
#include "probes/platform/placement/domain_xml.h"
#include "probes/platform/placement/forwarding_table.h"
#include "probes/platform/placement/guest_config.h"
#include "probes/platform/placement/identity.h"
#include "probes/platform/placement/kvp_pool.h"
#include "probes/platform/placement/vmm_command.h"
#include "probes/platform/uuid.h"
#include "tests/fuzz/bytes.h"

namespace {

using hypergauge::fuzz::Expect;
namespace probes = hypergauge::probes;

// Whatever was read, only normal forms come out.
void Check(const probes::GuestIdentity& guest) {
  for (const auto& uuid : guest.uuids) Expect(probes::NormalUuid(uuid) == uuid);
  for (const auto& uuid : guest.uuids) {
    Expect(probes::SwappedUuid(probes::SwappedUuid(uuid)) == uuid);
  }
  for (const auto& mac : guest.macs) Expect(probes::NormalMac(mac) == mac);
}

void Read(char reader, std::string_view text) {
  switch (reader) {
    case 'c':
      if (const auto command = probes::ParseVmmCommand(text)) Check(command->guest);
      break;
    case 'j':
      Check(probes::ParseFirecrackerConfig(text));
      break;
    case 'x':
      if (const auto domain = probes::ParseDomainXml(text)) Check(domain->guest);
      break;
    case 'p':
      Check(probes::ParseProxmoxConfig(text));
      break;
    case 'l':
      Check(probes::ParseLxcConfig(text));
      break;
    case 'b':
      for (const auto& learned : probes::ParseForwardingTable(text)) {
        Expect(probes::NormalMac(learned.mac) == learned.mac);
      }
      break;
    case 'k':
      Expect(probes::KvpValue(text, "PhysicalHostName").size() <= 253);
      break;
    default:
      break;
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const auto text = hypergauge::fuzz::Text(data, size);
  if (!text.empty()) Read(text[0], text.substr(1));
  return 0;
}
