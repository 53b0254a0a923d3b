#include "probes/platform/machine_identity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>

#include "probes/sha256.h"
#include "tests/support/temp_dir.h"

namespace hypergauge::probes {
namespace {

using testing::TempDir;

constexpr const char* kProduct = "sys/class/dmi/id/product_uuid";
constexpr const char* kXen = "sys/hypervisor/uuid";
constexpr const char* kDeviceTree = "sys/firmware/devicetree/base/vm,uuid";
constexpr const char* kFwCfg = "sys/firmware/qemu_fw_cfg/by_name/etc/vmgenid_guid/raw";
constexpr const char* kClock = "dev/vmclock0";
constexpr const char* kUuid = "564d5c1b-1f0c-4e2b-9a57-0123456789ab";

std::string DigestOf(const std::string& uuid) {
  return Sha256OfBytes("hypergauge/uuid/1:" + uuid).value();
}

void Put(std::string& bytes, size_t at, uint64_t value, size_t count) {
  for (size_t i = 0; i < count; ++i) bytes[at + i] = static_cast<char>(value >> (8 * i) & 0xffU);
}

// What /dev/vmclock0 gives.
std::string Clock(uint64_t restores, uint64_t flags = 1U << 8U, uint64_t sequence = 2) {
  std::string bytes(4096, '\0');
  Put(bytes, 0, 0x4b4c4356, 4);
  Put(bytes, 4, 4096, 4);
  Put(bytes, 8, 1, 2);
  Put(bytes, 12, sequence, 4);
  Put(bytes, 24, flags, 8);
  Put(bytes, 104, restores, 8);
  return bytes;
}

TEST(MachineIdentity, OfAMachineThatTellsNothingIsEmpty) {
  const TempDir root;
  EXPECT_EQ(ReadMachineIdentity(root.path()), MachineIdentity());
}

TEST(MachineIdentity, GivesTheUuidOnlyAsADigest) {
  const TempDir root;
  root.Write(kProduct, std::string(kUuid) + "\n");
  EXPECT_EQ(ReadMachineIdentity(root.path()).uuid_digest, DigestOf(kUuid));
}

TEST(MachineIdentity, IsTheSameHoweverTheUuidIsWritten) {
  for (const char* text :
       {"564D5C1B-1F0C-4E2B-9A57-0123456789AB\n", "564d5c1b1f0c4e2b9a570123456789ab",
        " 564d5c1b-1f0c-4e2b-9a57-0123456789ab"}) {
    const TempDir root;
    root.Write(kProduct, text);
    EXPECT_EQ(ReadMachineIdentity(root.path()).uuid_digest, DigestOf(kUuid)) << text;
  }
}

TEST(MachineIdentity, IsTheSameForRootAndForOthers) {
  const TempDir root;
  root.Write(kXen, std::string(kUuid) + "\n");
  const auto others = ReadMachineIdentity(root.path());
  root.Write(kProduct, "1b5c4d56-0c1f-2b4e-9a57-0123456789ab\n");  // the other byte order
  EXPECT_EQ(ReadMachineIdentity(root.path()), others);
  EXPECT_EQ(others.uuid_digest, DigestOf(kUuid));
}

TEST(MachineIdentity, ReadsTheDeviceTreesUuidWithItsNul) {
  const TempDir root;
  root.Write(kDeviceTree, std::string(kUuid) + '\0');
  EXPECT_EQ(ReadMachineIdentity(root.path()).uuid_digest, DigestOf(kUuid));
}

class NoUuid : public ::testing::TestWithParam<std::string> {};

TEST_P(NoUuid, IsIgnored) {
  const TempDir root;
  root.Write(kProduct, GetParam());
  EXPECT_EQ(ReadMachineIdentity(root.path()).uuid_digest, "");
}

INSTANTIATE_TEST_SUITE_P(Contents, NoUuid,
                         ::testing::Values("", "\n", "00000000-0000-0000-0000-000000000000\n",
                                           "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF",
                                           "03000200-0400-0500-0006-000700080009", "Not Settable",
                                           "564d5c1b-1f0c-4e2b-9a57-0123456789a",
                                           "564d5c1b-1f0c-4e2b-9a57-0123456789abc",
                                           std::string(100'000, 'a'),
                                           std::string("\xff\xfe\x00\x01", 4)));

TEST(MachineIdentity, GoesOnWhereAPlaceholderStands) {
  const TempDir root;
  root.Write(kXen, "00000000-0000-0000-0000-000000000000\n");  // Dom0
  root.Write(kProduct, kUuid);
  EXPECT_EQ(ReadMachineIdentity(root.path()).uuid_digest, DigestOf(kUuid));
}

TEST(MachineIdentity, TellsGenerationsApartByTheGuidAlone) {
  const TempDir root;
  root.Write(kFwCfg, std::string(40, 'a') + "0123456789abcdef" + std::string(4040, '\0'));
  const auto before = ReadMachineIdentity(root.path());
  EXPECT_EQ(before.generation.size(), 64U);
  root.Write(kFwCfg, std::string(40, 'b') + "0123456789abcdef" + std::string(4040, 'c'));
  EXPECT_EQ(ReadMachineIdentity(root.path()), before);
  root.Write(kFwCfg, std::string(40, 'a') + "0123456789abcdeX" + std::string(4040, '\0'));
  EXPECT_THAT(WhyAnotherMachine(before, ReadMachineIdentity(root.path())),
              ::testing::HasSubstr("cloned"));
}

TEST(MachineIdentity, HasNoGenerationWhereTheFileIsShortOrEmpty) {
  const TempDir root;
  root.Write(kFwCfg, std::string(55, 'a'));
  EXPECT_EQ(ReadMachineIdentity(root.path()).generation, "");
  root.Write(kFwCfg, std::string(4096, '\0'));
  EXPECT_EQ(ReadMachineIdentity(root.path()).generation, "");
}

TEST(MachineIdentity, CountsRestoresWithinOneBoot) {
  const TempDir root;
  root.Write("proc/sys/kernel/random/boot_id", "0c6ea6d5-1c5e-4d0c-8b7e-fa1f4d2f8a11\n");
  root.Write(kClock, Clock(0));
  const auto before = ReadMachineIdentity(root.path());
  EXPECT_EQ(before.restores, "0");
  root.Write(kClock, Clock(0x1122334455667788));
  const auto restored = ReadMachineIdentity(root.path());
  EXPECT_EQ(restored.restores, std::to_string(0x1122334455667788));
  EXPECT_NE(WhyAnotherMachine(before, restored), "");
  root.Write("proc/sys/kernel/random/boot_id", "1d7ea6d5-1c5e-4d0c-8b7e-fa1f4d2f8a11\n");
  EXPECT_EQ(WhyAnotherMachine(before, ReadMachineIdentity(root.path())), "");
}

TEST(MachineIdentity, BelievesNoClockThatDoesNotCount) {
  const TempDir root;
  for (const auto& bytes : {Clock(7, 0), Clock(7, 1U << 8U, 3), Clock(7).substr(0, 111),
                            std::string(4096, '\0'), std::string()}) {
    root.Write(kClock, bytes);
    EXPECT_EQ(ReadMachineIdentity(root.path()).restores, "");
  }
}

TEST(MachineIdentity, SurvivesFoldersInPlaceOfFiles) {
  const TempDir root;
  for (const char* file : {kProduct, kXen, kDeviceTree, kFwCfg, kClock}) {
    std::filesystem::create_directories(root.path() / file);
  }
  EXPECT_EQ(ReadMachineIdentity(root.path()), MachineIdentity());
}

}  // namespace
}  // namespace hypergauge::probes
