#include "probes/platform/placement/placement_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdio>

#include "tests/support/temp_dir.h"

namespace hypergauge::probes {
namespace {

using hypergauge::testing::TempDir;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

constexpr const char* kUuid = "4c4c4544-0042-3510-8052-c3c04f4d3732";

void AddCard(const TempDir& root, const std::string& name, const std::string& address,
             const std::string& link, bool is_device) {
  const std::string card = "sys/class/net/" + name;
  root.Write(card + "/type", "1\n");
  root.Write(card + "/address", address + "\n");
  root.Write(card + "/ifindex", "5\n");
  root.Write(card + "/iflink", link + "\n");
  if (is_device) root.Write(card + "/device/vendor", "0x1af4\n");
}

// A guest that runs a container, as both see it: they share the firmware.
void FillGuest(const TempDir& root) {
  root.Write("sys/class/dmi/id/product_uuid", std::string(kUuid) + "\n");
  AddCard(root, "ens3", "52:54:00:ab:cd:ef", "5", true);
  AddCard(root, "docker0", "96:00:00:00:00:01", "5", false);
  AddCard(root, "veth12ab", "96:00:00:00:00:02", "9", false);
  root.Write("sys/class/net/lo/type", "772\n");
  root.Write("sys/class/net/lo/address", "00:00:00:00:00:00\n");
}

TEST(PlacementWatchTest, AGuestTellsItsFirmwareAndItsRealCards) {
  const TempDir root;
  FillGuest(root);
  PlacementWatch watch(root.path(), "", false);
  const auto placement = watch.Read();
  EXPECT_THAT(placement.own_digests(),
              UnorderedElementsAre(UuidDigest(kUuid), MacDigest("52:54:00:ab:cd:ef")));
  EXPECT_THAT(placement.guest_digests(), IsEmpty());
  EXPECT_EQ(placement.host(), "");
  EXPECT_EQ(placement.source(), v1::Placement::SOURCE_UNSPECIFIED);
  EXPECT_EQ(placement.DebugString().find(kUuid), std::string::npos);
}

TEST(PlacementWatchTest, AContainerTellsOnlyItsOwnEndOfThePair) {
  const TempDir root;
  FillGuest(root);
  AddCard(root, "eth0", "00:16:3e:aa:bb:cc", "9", false);
  AddCard(root, "br0", "96:00:00:00:00:03", "5", false);
  PlacementWatch watch(root.path(), "", true);
  EXPECT_THAT(watch.Read().own_digests(), ElementsAre(MacDigest("00:16:3e:aa:bb:cc")));
}

TEST(PlacementWatchTest, AContainerThatSeesItsHostsProcessesClaimsNoneOfItsGuests) {
  const TempDir root;
  std::string cmdline = "qemu-kvm";
  for (const char* word : {"", "-uuid", kUuid}) cmdline += word + std::string(1, '\0');
  root.Write("proc/70/cmdline", cmdline);
  PlacementWatch host(root.path(), "", false);
  EXPECT_THAT(host.Read().guest_digests(), ::testing::Contains(UuidDigest(kUuid)));
  const auto link = root.path() / "proc/self/ns/pid";
  std::filesystem::create_directories(link.parent_path());
  for (const char* pid_namespace : {"", "pid:[4026531836]"}) {
    if (*pid_namespace != '\0') std::filesystem::create_symlink(pid_namespace, link);
    PlacementWatch container(root.path(), "", true);
    EXPECT_THAT(container.Read().guest_digests(), IsEmpty()) << pid_namespace;
  }
  std::filesystem::remove(link);
  std::filesystem::create_symlink("pid:[4026532201]", link);
  PlacementWatch with_own_processes(root.path(), "", true);
  EXPECT_THAT(with_own_processes.Read().guest_digests(), ::testing::Contains(UuidDigest(kUuid)));
}

TEST(PlacementWatchTest, TheUsersWordAndHyperVsAreTold) {
  const TempDir root;
  std::string record = "PhysicalHostName";
  record.resize(512, '\0');
  record += "HV01";
  record.resize(2560, '\0');
  root.Write("var/lib/hyperv/.kvp_pool_3", record);
  PlacementWatch watch(root.path(), "metal1", false);
  const auto placement = watch.Read();
  EXPECT_EQ(placement.host(), "metal1");
  EXPECT_EQ(placement.source(), v1::Placement::SOURCE_DECLARED);
  EXPECT_EQ(placement.reported_host(), "HV01");
}

TEST(PlacementWatchTest, ManyGuestsAreCutAtTheWeakestEvidence) {
  const TempDir root;
  std::string cmdline = "qemu-kvm";
  cmdline += '\0';
  const auto add = [&](const std::string& option, const std::string& value) {
    cmdline += option + '\0' + value + '\0';
  };
  add("-uuid", kUuid);
  for (int i = 0; i < 9'000; ++i) {
    std::array<char, 18> mac{};
    std::snprintf(mac.data(), mac.size(), "52:54:01:00:%02x:%02x", i / 256, i % 256);
    add("-nic", std::string("user,mac=") + mac.data());
  }
  root.Write("proc/70/cmdline", cmdline);
  PlacementWatch watch(root.path(), "", false);
  const auto placement = watch.Read();
  ASSERT_EQ(placement.guest_digests_size(), PlacementWatch::kMostGuests);
  EXPECT_TRUE(placement.guest_digests(PlacementWatch::kMostGuests - 1).starts_with("uuid:"));
  EXPECT_EQ(watch.Read().SerializeAsString(), placement.SerializeAsString());
}

}  // namespace
}  // namespace hypergauge::probes
