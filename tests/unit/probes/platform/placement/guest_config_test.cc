#include "probes/platform/placement/guest_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hypergauge::probes {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(GuestConfigTest, AMachineOfProxmox) {
  const auto guest = ParseProxmoxConfig(
      "#net1: virtio=BC:24:11:00:00:99\n"
      "boot: order=scsi0\n"
      "net0: virtio=BC:24:11:0A:0B:0C,bridge=vmbr0,firewall=1\n"
      "net12: e1000=BC:24:11:0A:0B:0D,bridge=vmbr0\r\n"
      "netx: virtio=BC:24:11:00:00:98\n"
      "smbios1: base64=1,uuid=4c4c4544-0042-3510-8052-c3c04f4d3732\n"
      "vmgenid: 11111111-2222-3333-4444-555555555555\n"
      "\n"
      "[before-upgrade]\n"
      "net0: virtio=BC:24:11:00:00:97,bridge=vmbr0\n");
  EXPECT_THAT(guest.uuids, ElementsAre("4c4c4544-0042-3510-8052-c3c04f4d3732"));
  EXPECT_THAT(guest.macs, ElementsAre("bc:24:11:0a:0b:0c", "bc:24:11:0a:0b:0d"));
}

TEST(GuestConfigTest, AContainerOfProxmox) {
  const auto guest = ParseProxmoxConfig(
      "arch: amd64\n"
      "net0: name=eth0,bridge=vmbr0,hwaddr=BC:24:11:0A:0B:0E,ip=dhcp,type=veth\n");
  EXPECT_THAT(guest.uuids, IsEmpty());
  EXPECT_THAT(guest.macs, ElementsAre("bc:24:11:0a:0b:0e"));
}

TEST(GuestConfigTest, AContainerOfLxc) {
  const auto guest = ParseLxcConfig(
      "# lxc.net.0.hwaddr = 00:16:3e:00:00:99\n"
      "lxc.net.0.type = veth\n"
      "lxc.net.0.hwaddr = 00:16:3e:aa:bb:cc\n"
      "  lxc.network.hwaddr=00:16:3E:aa:bb:cd  \n"
      "lxc.net.1.hwaddr = 00:16:3e:xx:xx:xx\n"
      "other.hwaddr = 00:16:3e:00:00:98\n");
  EXPECT_THAT(guest.macs, ElementsAre("00:16:3e:aa:bb:cc", "00:16:3e:aa:bb:cd"));
}

TEST(GuestConfigTest, RubbishSaysNothing) {
  for (const std::string& text :
       {std::string(), std::string("net0"), std::string("net0:"), std::string("net0: ,=,,"),
        std::string(4096, '\0'), std::string("\xff\xfe:\n=\n"), std::string(100'000, 'n')}) {
    EXPECT_TRUE(ParseProxmoxConfig(text).empty());
    EXPECT_TRUE(ParseLxcConfig(text).empty());
  }
}

}  // namespace
}  // namespace hypergauge::probes
