// Real machines of many kinds run the static probe, which must name what it runs in. Expected words
// are those of docs/platforms.md.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <ostream>

#include "tests/support/answering_machine.h"

namespace hypergauge::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

struct Named {
  std::string kind;
  std::string hypervisor;
  std::string product;
  std::string guest_type;

  bool operator==(const Named&) const = default;
};

std::ostream& operator<<(std::ostream& out, const Named& named) {
  return out << named.kind << " " << named.hypervisor << " " << named.product << " \""
             << named.guest_type << "\"";
}

// What a field of an answer says; empty where there is none.
std::string Field(const nlohmann::json& answer, const char* name) {
  return answer.is_object() ? answer.value(name, "") : "no answer";
}

Named NamedIn(const nlohmann::json& answer) {
  return {Field(answer, "kind"), Field(answer, "hypervisor"), Field(answer, "product"),
          Field(answer, "guest_type")};
}

const AnsweringMachine& Machine() {
  static const AnsweringMachine kMachine;
  return kMachine;
}

struct QemuCase {
  std::string name;
  std::vector<std::string> flags;
  Named expected;
  std::string kernel_parameters = {};
};

std::ostream& operator<<(std::ostream& out, const QemuCase& each) {
  return out << each.name;
}

// The emulator without its own CPUID leaf: what is left is what a foreign hypervisor would show.
const std::string kHidden = "qemu64,tcg-cpuid=off";
const std::string kVisible = "qemu64";

// Identities as real machines have them; none may come out with an answer.
constexpr char kSerial[] = "5cf0aa11bb22";
constexpr char kUuid[] = "564d7a1c-11f2-4c65-9d2a-5a0b3c2f1e77";
constexpr char kAssetTag[] = "asset4711";

// The machine's SMBIOS, from what QEMU's -smbios takes for each of its types.
std::vector<std::string> Smbios(const std::string& bios, const std::string& system,
                                const std::string& board, const std::string& chassis) {
  const std::string secrets = std::string(",serial=") + kSerial;
  return {"-smbios", "type=0," + bios,
          "-smbios", "type=1," + system + secrets + ",uuid=" + kUuid,
          "-smbios", "type=2," + board + secrets + ",asset=" + kAssetTag,
          "-smbios", "type=3," + chassis + secrets};
}

const std::vector<std::string> kVmware =
    Smbios("vendor=Phoenix Technologies LTD,version=6.00,date=12/12/2018",
           "manufacturer=VMware,, Inc.,product=VMware Virtual Platform,version=None",
           "manufacturer=Intel Corporation,product=440BX Desktop Reference Platform,version=None",
           "manufacturer=No Enclosure,version=N/A");

const std::vector<std::string> kVirtualBox =
    Smbios("vendor=innotek GmbH,version=VirtualBox,date=12/01/2006",
           "manufacturer=innotek GmbH,product=VirtualBox,version=1.2,family=Virtual Machine",
           "manufacturer=Oracle Corporation,product=VirtualBox,version=1.2",
           "manufacturer=Oracle Corporation,version=Not Specified");

// Virtual PC, Hyper-V's two generations and Azure differ in the product's version and the BIOS.
std::vector<std::string> Microsoft(const std::string& bios, const std::string& version,
                                   const std::string& chassis = "asset=none") {
  return Smbios(bios,
                "manufacturer=Microsoft Corporation,product=Virtual Machine,version=" + version,
                "manufacturer=Microsoft Corporation,product=Virtual Machine,version=" + version,
                "manufacturer=Microsoft Corporation,version=" + version + "," + chassis);
}

const std::string kHyperVBios =
    "vendor=Microsoft Corporation,version=Hyper-V UEFI Release v4.1,date=11/28/2023,uefi=on";
const std::string kAmiBios = "vendor=American Megatrends Inc.,version=080002,date=08/14/2009";
const std::string kHyperVVersion = "Hyper-V UEFI Release v4.1";

const std::vector<std::string> kXen = Smbios(
    "vendor=Xen,version=4.17,date=07/30/2024", "manufacturer=Xen,product=HVM domU,version=4.17",
    "manufacturer=Xen,product=HVM domU", "manufacturer=Xen,version=4.17");

// Machine and board keep QEMU's own names.
const std::vector<std::string> kProxmox = {
    "-smbios",
    "type=0,vendor=Proxmox distribution of EDK II,version=4.2025.05-2,date=11/07/2025,uefi=on"};

const std::vector<std::string> kDell =
    Smbios("vendor=Dell Inc.,version=2.5.2,date=01/28/2015",
           "manufacturer=Dell Inc.,product=PowerEdge R720",
           "manufacturer=Dell Inc.,product=0X3D66,version=A06", "manufacturer=Dell Inc.");

QemuCase Case(const std::string& name, const std::string& machine, const std::string& cpu,
              const std::vector<std::string>& smbios, const Named& expected) {
  QemuCase made{name, {"-machine", machine, "-cpu", cpu}, expected};
  made.flags.insert(made.flags.end(), smbios.begin(), smbios.end());
  return made;
}

// Against its timer alone, which microvm has, Linux cannot measure the frequency of the CPU on a
// busy machine, and then does not boot.
QemuCase WithKnownFrequency(QemuCase made) {
  made.kernel_parameters = "tsc_early_khz=2000000";
  return made;
}

class DetectInQemuTest : public ::testing::TestWithParam<QemuCase> {};

TEST_P(DetectInQemuTest, IsNamedWithRootsRightsAndWithout) {
  ASSERT_EQ(AnsweringMachine::Missing(), "");
  const auto answers = Machine().InQemu(GetParam().flags, GetParam().kernel_parameters);
  EXPECT_EQ(NamedIn(answers.root), GetParam().expected) << answers.output;
  EXPECT_EQ(NamedIn(answers.nobody), GetParam().expected) << answers.output;
  for (const char* secret : {kSerial, kUuid, kAssetTag}) {
    EXPECT_THAT(answers.output, Not(HasSubstr(secret)));
  }
}

std::string CaseName(const ::testing::TestParamInfo<QemuCase>& info) {
  return info.param.name;
}

INSTANTIATE_TEST_SUITE_P(
    NoSignatureOfTheEmulator, DetectInQemuTest,
    ::testing::Values(Case("Vmware", "pc", kHidden, kVmware, {"vm", "vmware", "vmware", ""}),
                      Case("VmwareWithoutBackdoor", "pc,vmport=off", kHidden, kVmware,
                           {"vm", "vmware", "vmware", ""}),
                      Case("VirtualBox", "pc", kHidden, kVirtualBox,
                           {"vm", "virtualbox", "virtualbox", "paravirt-minimal"}),
                      Case("VirtualPc", "pc", kHidden, Microsoft(kAmiBios, "VS2005R2"),
                           {"vm", "virtualpc", "virtualpc-2007", ""}),
                      Case("XenHvm", "pc", kHidden, kXen, {"vm", "xen", "xen", "HVM"}),
                      Case("HyperV", "q35", kHidden, Microsoft(kHyperVBios, kHyperVVersion),
                           {"vm", "hyperv", "hyperv", "gen2"}),
                      Case("Azure", "q35", kHidden,
                           Microsoft(kHyperVBios, kHyperVVersion,
                                     "asset=7783-7084-3265-9085-8269-3286-77"),
                           {"vm", "hyperv", "azure", "gen2"}),
                      Case("Proxmox", "q35", kHidden, kProxmox, {"vm", "qemu", "proxmox-ve", ""}),
                      Case("Qemu", "pc", kHidden, {}, {"vm", "qemu", "qemu", ""}),
                      Case("QemuThatSaysDell", "q35", kHidden + ",-hypervisor", kDell,
                           {"vm", "qemu", "qemu", ""})),
    CaseName);

INSTANTIATE_TEST_SUITE_P(
    SignatureOfTheEmulator, DetectInQemuTest,
    ::testing::Values(Case("Pc", "pc", kVisible, {}, {"vm", "qemu-tcg", "qemu", ""}),
                      Case("Q35", "q35", kVisible, {}, {"vm", "qemu-tcg", "qemu", ""}),
                      WithKnownFrequency(Case("Microvm", "microvm,acpi=on", kVisible, {},
                                              {"vm", "qemu-tcg", "qemu-microvm", ""})),
                      Case("VirtualBox", "pc", kVisible, kVirtualBox,
                           {"vm", "qemu-tcg", "qemu", ""}),
                      Case("Proxmox", "q35", kVisible, kProxmox, {"vm", "qemu-tcg", "qemu", ""}),
                      Case("Vmware", "q35", kVisible, kVmware, {"vm", "qemu-tcg", "qemu", ""})),
    CaseName);

// What this machine is, whatever that may be, or what is around it where it is a container itself.
// That is what containers and User Mode Linux have outside.
struct Outside {
  std::string hypervisor;
  std::string product;
};

Outside ThisMachine() {
  const auto here = AnsweringMachine::Here();
  EXPECT_NE(Field(here.root, "kind"), "no answer") << here.output;
  if (Field(here.root, "kind") == "container") {
    return {Field(here.root, "host_hypervisor"), Field(here.root, "host_product")};
  }
  return {Field(here.root, "hypervisor"), Field(here.root, "product")};
}

// The hypervisors of an answer's layers, from the inside out.
std::vector<std::string> Chain(const nlohmann::json& answer) {
  std::vector<std::string> chain;
  if (!answer.is_object() || !answer.contains("layers")) return chain;
  for (const auto& layer : answer["layers"]) chain.push_back(Field(layer, "hypervisor"));
  return chain;
}

void ExpectContainer(const Answers& answers, const std::string& name, const Outside& outside) {
  for (const auto& answer : {answers.root, answers.nobody}) {
    EXPECT_EQ(NamedIn(answer), (Named{"container", name, name, ""})) << answers.output;
    EXPECT_EQ(Field(answer, "host_hypervisor"), outside.hypervisor) << answers.output;
    EXPECT_EQ(Field(answer, "host_product"), outside.product) << answers.output;
  }
}

TEST(DetectGuestsTest, XenInQemuIsAChain) {
  ASSERT_EQ(AnsweringMachine::Missing(), "");
  const auto answers = Machine().InXen(kVisible);
  for (const auto& answer : {answers.root, answers.nobody}) {
    EXPECT_EQ(NamedIn(answer), (Named{"vm", "xen", "xen-dom0", "Dom0"})) << answers.output;
    EXPECT_EQ(Field(answer, "host_hypervisor"), "qemu-tcg") << answers.output;
  }
}

TEST(DetectGuestsTest, XenThatSeesNobodyOutsideIsOnMetal) {
  ASSERT_EQ(AnsweringMachine::Missing(), "");
  const auto answers = Machine().InXen(kHidden + ",-hypervisor");
  for (const auto& answer : {answers.root, answers.nobody}) {
    EXPECT_EQ(NamedIn(answer), (Named{"metal", "xen", "xen-dom0", "Dom0"})) << answers.output;
  }
}

TEST(DetectGuestsTest, UserModeLinuxIsNamed) {
  ASSERT_EQ(AnsweringMachine::Missing(), "");
  const auto answers = Machine().InUserModeLinux();
  for (const auto& answer : {answers.root, answers.nobody}) {
    EXPECT_EQ(NamedIn(answer), (Named{"vm", "uml", "uml", ""})) << answers.output;
    // CPUID, which is all that it lets through, tells no product.
    EXPECT_EQ(Field(answer, "host_hypervisor"), ThisMachine().hypervisor) << answers.output;
  }
}

TEST(DetectGuestsTest, AContainerInUserModeLinuxInThisMachineIsAChain) {
  ASSERT_EQ(AnsweringMachine::Missing(), "");
  const auto answers = Machine().InUserModeLinux(kInContainerOfGuest);
  const std::vector<std::string> expected = {"container-other", "uml", ThisMachine().hypervisor};
  EXPECT_EQ(Chain(answers.root), expected) << answers.output;
  EXPECT_EQ(Chain(answers.nobody), expected) << answers.output;
}

TEST(DetectGuestsTest, AContainerInAQemuGuestHasTheGuestOutside) {
  ASSERT_EQ(AnsweringMachine::Missing(), "");
  ExpectContainer(Machine().InQemu({"-machine", "q35", "-cpu", kVisible}, kInContainerOfGuest),
                  "container-other", {"qemu-tcg", "qemu"});
}

class DetectInContainerTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_EQ(AnsweringMachine::Missing(), "");
    if (geteuid() != 0) GTEST_SKIP() << "only root may start containers here";
  }
};

TEST_F(DetectInContainerTest, ASystemdNspawnContainerIsNamed) {
  ExpectContainer(Machine().InNspawn(), "systemd-nspawn", ThisMachine());
}

TEST_F(DetectInContainerTest, AnLxcContainerIsNamed) {
  ExpectContainer(Machine().InLxc(), "lxc", ThisMachine());
}

TEST_F(DetectInContainerTest, NamespacesWithoutAManagerAreAContainer) {
  ExpectContainer(Machine().InNamespaces(), "container-other", ThisMachine());
}

}  // namespace
}  // namespace hypergauge::testing
