#include "probes/platform/fact_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "probes/platform/smbios.h"

namespace hypergauge::probes {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(ValueOf, TakesTheFirstLineOfTheKey) {
  EXPECT_EQ(ValueOf("model\t\t: a\nmodel name\t: b c \n", "model name"), "b c");
  EXPECT_EQ(ValueOf("shared_processor_mode=1\n", "shared_processor_mode"), "1");
  EXPECT_EQ(ValueOf("model name\t: a\nmodel\t: 6\n", "model"), "6");
  EXPECT_EQ(ValueOf("envID:\n", "envID"), "");
  EXPECT_EQ(ValueOf("model name", "model"), std::nullopt);
  EXPECT_EQ(ValueOf("", "model"), std::nullopt);
}

TEST(CgroupPaths, SkipsWhatIsNone) {
  EXPECT_THAT(CgroupPaths("0::/a:b\n4:cpu,cpuacct:/c\nbroken\n5:x\n6:y:relative\n"),
              ElementsAre("/a:b", "/c"));
}

TEST(HasLxcfsOverProc, LeavesTheHostsOwnMountAlone) {
  EXPECT_TRUE(HasLxcfsOverProc("lxcfs /proc/stat fuse.lxcfs rw 0 0\n"));
  EXPECT_FALSE(HasLxcfsOverProc("lxcfs /var/lib/lxcfs fuse.lxcfs rw 0 0\nlxcfs /proc/x\n"));
}

TEST(HasModule, KnowsWholeNames) {
  EXPECT_TRUE(HasModule("a 1\nvboxguest 2 0\n", "vboxguest"));
  EXPECT_FALSE(HasModule("vboxguest2 2 0\n", "vboxguest"));
}

TEST(HasFlag, KnowsWholeWords) {
  EXPECT_TRUE(HasFlag("flags\t\t: fpu hypervisor vme\n", "hypervisor"));
  EXPECT_FALSE(HasFlag("flags\t\t: fpu hypervisor2\nbugs: hypervisor\n", "hypervisor"));
}

TEST(ControlPrograms, AreInnermostFirst) {
  EXPECT_THAT(ControlPrograms("VM00 Control Program: KVM/Linux \nVM00 Name: X\n"
                              "VM01 Control Program: z/VM 7\nVMxx Control Program: no\nVM"),
              ElementsAre("KVM/Linux", "z/VM 7"));
  EXPECT_THAT(ControlPrograms(""), IsEmpty());
}

TEST(WholeNumber, IsAllOrNothing) {
  EXPECT_EQ(WholeNumber("0x1F"), 31U);
  EXPECT_EQ(WholeNumber("12"), 12U);
  EXPECT_EQ(WholeNumber("12a"), std::nullopt);
  EXPECT_EQ(WholeNumber(""), std::nullopt);
  EXPECT_EQ(WholeNumber("0x"), std::nullopt);
  EXPECT_EQ(WholeNumber("99999999999999999999999"), std::nullopt);
}

TEST(Shown, HidesIds) {
  EXPECT_EQ(Shown("docker-0123456789abcdef.scope"), "docker-<id>.scope");
  EXPECT_EQ(Shown("ec2e1916-9099-7caf-fd21-012345abcdef"), "<id>");
  EXPECT_EQ(Shown("pc-q35-7.2 2.5.2"), "pc-q35-7.2 2.5.2");
  EXPECT_LE(Shown(std::string(100'000, 'x')).size(), 160U);
}

std::string Structure(char type, size_t length, size_t at = SIZE_MAX, char value = 0) {
  std::string bytes(length, '\0');
  bytes[0] = type;
  bytes[1] = static_cast<char>(length);
  if (at < length) bytes[at] = value;
  return bytes + std::string("text\0\0", 6);
}

TEST(SmbiosVmBit, ReadsTypeZeroWhereverItStands) {
  EXPECT_EQ(SmbiosVmBit(Structure(0, 0x18, 0x13, 0x10)), true);
  EXPECT_EQ(SmbiosVmBit(Structure(0, 0x18, 0x13, 0x0c)), false);
  EXPECT_EQ(SmbiosVmBit(Structure(1, 0x1b) + Structure(0, 0x18, 0x13, 0x10)), true);
}

TEST(SmbiosVmBit, KnowsNothingFromPieces) {
  EXPECT_EQ(SmbiosVmBit(""), std::nullopt);
  EXPECT_EQ(SmbiosVmBit(std::string("\0\x18", 2)), std::nullopt);
  EXPECT_EQ(SmbiosVmBit(Structure(0, 0x12)), std::nullopt);
  EXPECT_EQ(SmbiosVmBit(Structure(1, 0x1b).substr(0, 0x1b)), std::nullopt);
  EXPECT_EQ(SmbiosVmBit(Structure(127, 4) + Structure(0, 0x18, 0x13, 0x10)), std::nullopt);
  EXPECT_EQ(SmbiosVmBit(std::string(64, '\0')), std::nullopt);
}

}  // namespace
}  // namespace hypergauge::probes
