#include "probes/platform/detection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probes/platform/cgroup_rows.h"
#include "probes/platform/device_rows.h"
#include "probes/platform/dmi_rows.h"
#include "probes/platform/manager_rows.h"
#include "probes/platform/signals.h"

namespace hypergauge::probes {
namespace {

using ::testing::Contains;
using ::testing::HasSubstr;
using ::testing::Not;

MachineFacts Kvm() {
  MachineFacts facts;
  facts.arch = "x86_64";
  facts.hypervisor_bit = true;
  facts.signatures[kHypervisorLeaf].bytes = "KVMKVMKVM";
  return facts;
}

TEST(Detect, NamesTheInnermostFirst) {
  auto facts = Kvm();
  facts.dmi = {{"sys_vendor", "Amazon EC2"}, {"product_name", "c5.large"}};
  facts.files["/.dockerenv"] = "";
  const auto detection = Detect(facts);
  ASSERT_EQ(detection.layers.size(), 2U);
  EXPECT_EQ(detection.layers[0].kind, LayerKind::kContainer);
  EXPECT_EQ(MachineLayer(detection).product, "ec2-nitro");
  const auto platform = ToPlatform(detection);
  EXPECT_EQ(platform.name(), "docker");
  EXPECT_EQ(platform.container(), "docker");
  EXPECT_EQ(platform.hypervisor(), "kvm");
  EXPECT_EQ(platform.layers(1).product(), "ec2-nitro");
}

TEST(Detect, SeesAContainerInAMachineInAMachine) {
  auto facts = Kvm();
  facts.files["/proc/cpuinfo"] = "vendor_id\t: User Mode Linux\n";
  facts.files["/run/systemd/container"] = "lxc\n";
  const auto detection = Detect(facts);
  ASSERT_EQ(detection.layers.size(), 3U);
  EXPECT_EQ(detection.layers[0].hypervisor, "lxc");
  EXPECT_EQ(detection.layers[1].hypervisor, "uml");
  EXPECT_EQ(detection.layers[2].hypervisor, "kvm");
  EXPECT_EQ(ToPlatform(detection).hypervisor(), "uml");
}

TEST(Detect, TakesTheVersionFromTheMachineAroundAContainer) {
  MachineFacts facts;
  facts.files["/run/.containerenv"] = "engine=\"podman-4.9\"\n";
  facts.files["/sys/hypervisor/type"] = "xen\n";
  facts.files["/sys/hypervisor/version/major"] = "4\n";
  facts.files["/sys/hypervisor/version/minor"] = "17\n";
  const auto detection = Detect(facts);
  EXPECT_EQ(detection.layers[0].version, "4.9");
  EXPECT_EQ(ToPlatform(detection).version(), "4.17");
}

TEST(Detect, CallsMetalSoWhateverItsProduct) {
  MachineFacts facts;
  facts.hypervisor_bit = false;
  facts.dirs.insert("/etc/pve");
  const auto platform = ToPlatform(Detect(facts));
  EXPECT_EQ(platform.name(), "metal");
  EXPECT_EQ(platform.hypervisor(), "none");
  EXPECT_EQ(platform.container(), "");
  EXPECT_EQ(RoleOf(Detect(facts)), v1::ROLE_HOST);
}

TEST(Detect, NamesAKvmOfUnknownProductByItsHypervisor) {
  EXPECT_EQ(ToPlatform(Detect(Kvm())).name(), "kvm");
  EXPECT_EQ(RoleOf(Detect(Kvm())), v1::ROLE_GUEST);
}

TEST(Detect, ReportsUnknownSignaturesByTheirBytes) {
  auto facts = Kvm();
  facts.signatures[kHypervisorLeaf].bytes = "Nova\x01Hv";
  const auto layer = Detect(facts).layers.front();
  EXPECT_EQ(layer.hypervisor, "unknown");
  EXPECT_EQ(layer.confidence, Confidence::kLow);
  EXPECT_THAT(layer.evidence, Contains(HasSubstr("4e 6f 76 61 01 48 76")));
  EXPECT_THAT(layer.evidence, Contains(HasSubstr("please report")));
}

TEST(Detect, SaysThatTablesLie) {
  auto facts = Kvm();
  facts.dmi = {{"sys_vendor", "VMware, Inc."}, {"product_name", "VMware Virtual Platform"}};
  const auto layer = Detect(facts).layers.front();
  EXPECT_EQ(layer.hypervisor, "kvm");
  EXPECT_THAT(layer.evidence, Contains(HasSubstr("was not believed")));
}

TEST(Detect, SaysWhichRowOfDmiWon) {
  auto facts = Kvm();
  facts.dmi = {{"sys_vendor", "DigitalOcean"}};
  EXPECT_THAT(Detect(facts).layers.front().evidence, Contains(HasSubstr("(row dmi-digitalocean)")));
}

TEST(Detect, KnowsNothingFromNothing) {
  const auto detection = Detect({});
  ASSERT_EQ(detection.layers.size(), 1U);
  EXPECT_EQ(detection.layers.front().kind, LayerKind::kUnknown);
  EXPECT_EQ(ToPlatform(detection).name(), "unknown");
  EXPECT_EQ(RoleOf(detection), v1::ROLE_HOST);
}

TEST(Detect, LooksAtADisguisedEmulatorsDevices) {
  MachineFacts facts;
  facts.arch = "x86_64";
  facts.hypervisor_bit = true;
  facts.acpi_hids.emplace();
  facts.acpi_hids->insert("QEMU0002");
  facts.dmi = {{"sys_vendor", "Xen"}, {"product_name", "HVM domU"}};
  // The tables win where nothing is signed, and the contradiction is told elsewhere.
  EXPECT_EQ(Detect(facts).layers.front().hypervisor, "xen");
  facts.dmi = {{"sys_vendor", "Dell Inc."}};
  EXPECT_EQ(Detect(facts).layers.front().hypervisor, "qemu");
}

TEST(Signals, NeverShowWhatNamesOneMachine) {
  constexpr const char* kId = "0123456789abcdef0123456789abcdef";
  constexpr const char* kUuid = "4c4c4544-0042-3510-8052-b4c04f4e3132";
  auto facts = Kvm();
  facts.dmi = {{"sys_vendor", "QEMU"},
               {"product_serial", "SECRET"},
               {"product_uuid", "SECRET"},
               {"chassis_asset_tag", "SECRET"},
               {"product_version", kUuid}};
  facts.files["/proc/self/cgroup"] = std::string("0::/docker/") + kId;
  facts.files["/sys/hypervisor/uuid"] = kUuid;
  facts.files["/proc/version"] = std::string("Linux ") + kId;
  facts.files["/proc/cpuinfo"] = "vendor_id\t: GenuineIntel\nhost\t: Linux SECRET\n";
  facts.files["/proc/device-tree/ibm,partition-name"] = "SECRET";
  facts.files["/run/.containerenv"] =
      std::string("engine=\"podman-4\"\nname=\"SECRET\"\nid=") + kId;
  facts.init_environment.emplace();
  facts.init_environment->emplace("PASSWORD", "SECRET");
  facts.init_environment->emplace("container", "lxc");
  facts.own_environment.emplace();
  facts.own_environment->emplace("KUBERNETES_SERVICE_HOST", "SECRET");
  std::string shown;
  for (const auto& signal : SignalsOf(facts)) shown += signal.name + signal.value + "\n";
  for (const auto& layer : Detect(facts).layers) {
    for (const auto& line : layer.evidence) shown += line + "\n";
  }
  EXPECT_THAT(shown, Not(HasSubstr("SECRET")));
  EXPECT_THAT(shown, Not(HasSubstr(kId)));
  EXPECT_THAT(shown, Not(HasSubstr("4c4c4544")));
  EXPECT_THAT(shown, HasSubstr("podman-4"));
}

TEST(Rows, HaveIdsAndSources) {
  std::set<std::string> ids;
  for (const auto* rows : {&ContainerRows(), &HypervisorRows()}) {
    for (const auto& row : *rows) {
      EXPECT_TRUE(ids.insert(row.id).second) << row.id;
      EXPECT_STRNE(row.source, "") << row.id;
      EXPECT_STRNE(row.looks_at, "") << row.id;
    }
  }
  for (const auto* rows : {&AcpiVendorRows(), &AcpiOemRows(), &AcpiIdRows(), &PciRows()}) {
    for (const auto& row : *rows) EXPECT_STRNE(row.source, "") << row.id;
  }
  for (const auto& row : ManagerRows()) EXPECT_STRNE(row.source, "") << row.word;
  for (const auto& row : DmiRows()) {
    EXPECT_TRUE(ids.insert(row.id).second) << row.id;
    EXPECT_STRNE(row.source, "") << row.id;
    EXPECT_NE(row.under, 0U) << row.id;
  }
}

TEST(SignatureRows, HoldNoMoreThanTheRegisters) {
  std::set<std::string> seen;
  for (const auto& row : SignatureRows()) {
    EXPECT_LE(std::string_view(row.bytes).size(), 12U) << row.bytes;
    EXPECT_TRUE(seen.insert(row.bytes).second) << row.bytes;
    MachineFacts facts;
    facts.signatures[kHypervisorLeaf].bytes = row.bytes;
    facts.hypervisor_bit = true;
    EXPECT_NE(Detect(facts).layers.front().hypervisor, "unknown") << row.bytes;
  }
}

}  // namespace
}  // namespace hypergauge::probes
