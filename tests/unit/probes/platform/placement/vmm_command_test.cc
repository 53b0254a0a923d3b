#include "probes/platform/placement/vmm_command.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace hypergauge::probes {
namespace {

using ::testing::ElementsAre;

constexpr const char* kUuid = "4c4c4544-0042-3510-8052-c3c04f4d3732";
constexpr const char* kOther = "11223344-5566-7788-99aa-bbccddeeff00";

std::string Cmdline(const std::vector<std::string>& arguments) {
  std::string cmdline;
  for (const auto& argument : arguments) cmdline += argument + '\0';
  return cmdline;
}

GuestIdentity GuestOf(const std::vector<std::string>& arguments) {
  const auto command = ParseVmmCommand(Cmdline(arguments));
  EXPECT_TRUE(command.has_value());
  return command ? command->guest : GuestIdentity();
}

TEST(VmmCommandTest, ProxmoxStartsKvm) {
  const auto guest = GuestOf(
      {"/usr/bin/kvm", "-id", "101", "-name", "web,debug-threads=on", "-pidfile",
       "/var/run/qemu-server/101.pid", "-smbios", std::string("type=1,uuid=") + kUuid, "-netdev",
       "type=tap,id=net0,ifname=tap101i0,script=/usr/libexec/qemu-server/pve-bridge", "-device",
       "virtio-net-pci,mac=BC:24:11:0A:0B:0C,netdev=net0,bus=pci.0,addr=0x12,id=net0"});
  EXPECT_THAT(guest.uuids, ElementsAre(kUuid));
  EXPECT_THAT(guest.macs, ElementsAre("bc:24:11:0a:0b:0c"));
  EXPECT_EQ(guest.evidence, Evidence::kRunning);
}

TEST(VmmCommandTest, LibvirtWritesDevicesAsJson) {
  const auto guest = GuestOf(
      {"/usr/bin/qemu-system-x86_64", "-name", "guest=web,debug-threads=on", "-uuid", kUuid,
       "-netdev", R"({"type":"tap","fd":"31","vhost":true,"id":"hostnet0"})", "-device",
       R"({"driver":"virtio-net-pci","netdev":"hostnet0","id":"net0","mac":"52:54:00:ab:cd:ef"})",
       "-device", R"({"driver":"virtio-balloon-pci","mac":7})"});
  EXPECT_THAT(guest.uuids, ElementsAre(kUuid));
  EXPECT_THAT(guest.macs, ElementsAre("52:54:00:ab:cd:ef"));
}

TEST(VmmCommandTest, EveryWayToNameACard) {
  const auto guest = GuestOf({"qemu-kvm", "--uuid", kUuid, "-net", "nic,macaddr=52:54:00:00:00:01",
                              "-nic", "user,model=virtio,mac=52:54:00:00:00:02", "--device",
                              "e1000,netdev=n,mac=52:54:00:00:00:03", "-net", "user", "-smbios",
                              std::string("type=1,manufacturer=A,,B,uuid=") + kOther, "-smbios",
                              std::string("type=3,uuid=") + kUuid});
  EXPECT_THAT(guest.uuids, ElementsAre(kUuid, kOther));
  EXPECT_THAT(guest.macs,
              ElementsAre("52:54:00:00:00:01", "52:54:00:00:00:02", "52:54:00:00:00:03"));
}

TEST(VmmCommandTest, AGuestThatIsToComeIsMarked) {
  EXPECT_EQ(GuestOf({"qemu-system-x86_64", "-uuid", kUuid, "-incoming", "defer"}).evidence,
            Evidence::kIncoming);
  EXPECT_EQ(GuestOf({"qemu-system-x86_64", "-uuid", kUuid, "-incoming"}).evidence,
            Evidence::kRunning);
}

TEST(VmmCommandTest, ValuesAreNoOptions) {
  const auto guest =
      GuestOf({"qemu-system-x86_64", "-smbios", "-uuid", kUuid, "-append", "-uuid", kOther});
  // "-append" is not known here, so what follows it may be read: too much is claimed, never a
  // crash.
  EXPECT_THAT(guest.uuids, ElementsAre(kOther));
}

TEST(VmmCommandTest, DefaultAddressesAndMalformedOnesAreLeftOut) {
  const auto guest =
      GuestOf({"qemu-system-aarch64", "-uuid", "none", "-device", "virtio-net-pci,mac=", "-device",
               "{\"mac\":", "-device", "[1]", "-device", "{\"mac\":\"\xff\"}", "-nic",
               "user,mac=52:54:00:12:34:56", "-smbios", ",,,=,=", "-device"});
  EXPECT_TRUE(guest.empty());
}

TEST(VmmCommandTest, CloudHypervisorAndFirecracker) {
  const auto guest = GuestOf({"/usr/local/bin/cloud-hypervisor", "--net",
                              "tap=t0,mac=12:34:56:78:90:ab", "tap=t1,mac=12:34:56:78:90:ac",
                              std::string("--platform=num_pci_segments=1,uuid=") + kUuid});
  EXPECT_THAT(guest.uuids, ElementsAre(kUuid));
  EXPECT_THAT(guest.macs, ElementsAre("12:34:56:78:90:ab", "12:34:56:78:90:ac"));
  for (const auto& arguments :
       {std::vector<std::string>{"firecracker", "--config-file", "/vm.json"},
        std::vector<std::string>{"./firecracker", "--no-api", "--config-file=/vm.json"}}) {
    const auto command = ParseVmmCommand(Cmdline(arguments));
    ASSERT_TRUE(command.has_value());
    EXPECT_EQ(command->config_file, "/vm.json");
  }
  EXPECT_THAT(ParseFirecrackerConfig(
                  R"({"network-interfaces":[{"guest_mac":"06:00:AC:10:00:02"},{"guest_mac":3},4]})")
                  .macs,
              ElementsAre("06:00:ac:10:00:02"));
  for (const char* bad : {"", "{", "[]", "{\"network-interfaces\":7}",
                          "\x7f"
                          "ELF"}) {
    EXPECT_TRUE(ParseFirecrackerConfig(bad).empty()) << bad;
  }
}

TEST(VmmCommandTest, OtherProgramsRunNoGuests) {
  EXPECT_FALSE(ParseVmmCommand("").has_value());
  EXPECT_FALSE(ParseVmmCommand(std::string(100, '\0')).has_value());
  EXPECT_FALSE(ParseVmmCommand(Cmdline({"/usr/bin/vim", "qemu-system-x86_64"})).has_value());
  EXPECT_FALSE(ParseVmmCommand(Cmdline({"qemu-img", "-uuid", kUuid})).has_value());
  EXPECT_FALSE(ParseVmmCommand("qemu-system").has_value());
}

}  // namespace
}  // namespace hypergauge::probes
